package orders.api;

import orders.api.application.ChangeOrders.Change;
import orders.api.application.StoredResponse;
import orders.api.application.UnavailableException;
import orders.api.http.Problem;
import orders.domain.CommandId;
import orders.domain.Money;
import orders.domain.OrderCommand.PlaceOrder;
import orders.lambda.Invocation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.lambda.powertools.metrics.model.DimensionSet;
import software.amazon.lambda.powertools.metrics.model.MetricUnit;

/** Tells the log and the metrics; of an order only its id, never what is in it. */
final class LoggedApiInstrumentation implements ApiInstrumentation {
  private static final Logger LOG = LoggerFactory.getLogger(LoggedApiInstrumentation.class);

  @Override
  public void accepted(PlaceOrder command, boolean replayed) {
    LOG.atInfo()
        .addKeyValue("order_id", command.orderId())
        .addKeyValue("command", "place-order")
        .addKeyValue("command_id", command.commandId())
        .addKeyValue("outcome", replayed ? "replayed" : "accepted")
        .log(replayed ? "order accepted before" : "order accepted");
    count(replayed ? "OrdersReplayed" : "OrdersAccepted");
    if (!replayed) {
      Money total = command.contents().total();
      Invocation.metrics()
          .flushMetrics(
              single -> {
                single.addDimension(
                    DimensionSet.of("Currency", total.currency().getCurrencyCode()));
                single.addMetric("OrderValue", (double) total.minorUnits(), MetricUnit.NONE);
              });
    }
  }

  @Override
  public void accepted(
      CommandId commandId, Change change, StoredResponse answer, boolean replayed) {
    LOG.atInfo()
        .addKeyValue("order_id", answer.orderId())
        .addKeyValue("command", nameOf(change))
        .addKeyValue("command_id", commandId)
        .addKeyValue("version", answer.version())
        .addKeyValue("outcome", replayed ? "replayed" : "accepted")
        .log(replayed ? "change accepted before" : "change accepted");
    if (replayed) {
      count("OrdersReplayed");
    }
  }

  @Override
  public void refused(Problem problem) {
    if (problem.type().status() < 500) {
      LOG.atDebug().addKeyValue("reason", problem.type().slug()).log("request refused");
      count("RequestsRefused");
    }
  }

  @Override
  public void unavailable(UnavailableException cause) {
    LOG.atError().addKeyValue("reason", "unavailable").setCause(cause).log("service unavailable");
  }

  @Override
  public void notPrimed(Exception cause) {
    // No warning, and no stack trace: nobody waits for an answer, and the first request asks anew.
    LOG.atInfo().addKeyValue("reason", "unavailable").log("priming failed");
  }

  @Override
  public void failed(RuntimeException cause) {
    LOG.atError().addKeyValue("reason", "internal-error").setCause(cause).log("request failed");
  }

  private static void count(String metric) {
    Invocation.metrics().addMetric(metric, 1, MetricUnit.COUNT);
  }

  private static String nameOf(Change change) {
    return switch (change) {
      case Change.Amend amend -> "amend-order";
      case Change.Cancel cancel -> "cancel-order";
      case Change.Confirm confirm -> "confirm-order";
      case Change.Ship ship -> "ship-order";
      case Change.Deliver deliver -> "deliver-order";
    };
  }
}
