package orders.processor;

import java.time.Duration;
import java.time.Instant;
import orders.domain.Order;
import orders.domain.OrderChange;
import orders.domain.OrderCommand;
import orders.lambda.Invocation;
import orders.processor.application.Delivery;
import orders.processor.application.Instrumentation;
import orders.wire.QueueMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import software.amazon.lambda.powertools.metrics.Metrics;
import software.amazon.lambda.powertools.metrics.model.DimensionSet;
import software.amazon.lambda.powertools.metrics.model.MetricUnit;

/** Tells each step in one log line and in the metrics. No line holds anything of the payload. */
final class LoggedInstrumentation implements Instrumentation {
  private static final Logger LOG = LoggerFactory.getLogger("orders.processor");

  @Override
  public void applied(Delivery delivery, OrderCommand command, Order order, Instant at) {
    long millis = millisSinceAccepted(command, at);
    line(LOG.atInfo(), delivery, command, "applied")
        .addKeyValue("version", order.version())
        .addKeyValue("duration_ms", millis)
        .log("command applied");
    Invocation.correlateWithNothing();
    count("CommandsApplied");
    Invocation.metrics().addMetric("AcceptToStoreMillis", (double) millis, MetricUnit.MILLISECONDS);
    if (command instanceof OrderCommand.PlaceOrder) {
      Invocation.metrics().flushMetrics(metrics -> addValue(metrics, order));
    }
  }

  private static void addValue(Metrics metrics, Order order) {
    metrics.addDimension(
        DimensionSet.of("Currency", order.contents().currency().getCurrencyCode()));
    metrics.addMetric(
        "OrderValue", (double) order.contents().total().minorUnits(), MetricUnit.NONE);
  }

  @Override
  public void refused(Delivery delivery, OrderCommand command, OrderChange refusal, Instant at) {
    line(LOG.atInfo(), delivery, command, "refused")
        .addKeyValue("version", refusal.version())
        .addKeyValue("duration_ms", millisSinceAccepted(command, at))
        .addKeyValue("reason", refusal.reason())
        .log("command refused");
    Invocation.correlateWithNothing();
    count("CommandsRefused");
  }

  @Override
  public void alreadyApplied(Delivery delivery, OrderCommand command, String outcome) {
    line(LOG.atInfo(), delivery, command, outcome).log("command already applied");
    Invocation.correlateWithNothing();
    count("CommandsAlreadyApplied");
  }

  @Override
  public void retried(Delivery delivery, Subject subject, String reason) {
    line(LOG.atWarn(), delivery, subject, "retried")
        .addKeyValue("reason", reason)
        .log("command will be retried");
    Invocation.correlateWithNothing();
    count("CommandsRetried");
  }

  @Override
  public void deadLettered(Delivery delivery, Subject subject, String reason) {
    line(LOG.atError(), delivery, subject, "dead-lettered")
        .addKeyValue("reason", reason)
        .log("command dead-lettered");
    Invocation.correlateWithNothing();
    count("CommandsParked");
  }

  @Override
  public void failed(RuntimeException defect) {
    LOG.atError().addKeyValue("reason", "unexpected").setCause(defect).log("command failed");
  }

  private static LoggingEventBuilder line(
      LoggingEventBuilder line, Delivery delivery, Subject subject, String outcome) {
    return switch (subject) {
      case Subject.Known(OrderCommand command) -> line(line, delivery, command, outcome);
      case Subject.Unreadable() -> {
        Delivery.Attribute correlation =
            delivery.attributes().get(QueueMessage.CORRELATION_ID_ATTRIBUTE);
        if (correlation != null) {
          Invocation.correlateWith(correlation.value());
        }
        yield common(line, delivery, outcome);
      }
    };
  }

  private static LoggingEventBuilder line(
      LoggingEventBuilder line, Delivery delivery, OrderCommand command, String outcome) {
    Invocation.correlateWith(command.header().correlationId().value());
    return common(line, delivery, outcome)
        .addKeyValue("order_id", command.orderId())
        .addKeyValue("command", QueueMessage.nameOf(command))
        .addKeyValue("command_id", command.commandId());
  }

  private static LoggingEventBuilder common(
      LoggingEventBuilder line, Delivery delivery, String outcome) {
    return line.addKeyValue("outcome", outcome)
        .addKeyValue("message_id", delivery.messageId())
        .addKeyValue("receive_count", delivery.receiveCount());
  }

  private static long millisSinceAccepted(OrderCommand command, Instant at) {
    return Math.max(0, Duration.between(command.header().acceptedAt(), at).toMillis());
  }

  private static void count(String metric) {
    Invocation.metrics().addMetric(metric, 1, MetricUnit.COUNT);
  }
}
