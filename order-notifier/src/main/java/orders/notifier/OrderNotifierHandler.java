package orders.notifier;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import orders.lambda.Deadline;
import orders.lambda.Environment;
import orders.lambda.Invocation;
import orders.lambda.PartialBatchResponse;
import orders.lambda.Primer;
import orders.notifier.application.PublishChanges;

/** Edge of the order-notifier function: stream records in, the first unfinished one out. */
public final class OrderNotifierHandler implements RequestStreamHandler {
  /** What the last request may take, and as much again to answer. */
  private static final Duration RESERVE = OrderNotifierWiring.CALL_TIMEOUT.plusSeconds(2);

  private final PublishChanges useCase;

  @SuppressWarnings("UnusedVariable") // Held, or CRaC forgets it.
  private final Primer priming;

  /** Called once for each execution environment, by Lambda. */
  public OrderNotifierHandler() {
    this(OrderNotifierWiring.from(Environment.ofProcess()));
  }

  OrderNotifierHandler(PublishChanges useCase) {
    this.useCase = useCase;
    this.priming = Primer.beforeSnapshot(() -> rehearse(Environment.ofProcess()));
  }

  @Override
  public void handleRequest(InputStream event, OutputStream answer, Context context)
      throws IOException {
    Deadline deadline = Deadline.of(context, Clock.systemUTC(), RESERVE);
    Invocation.run(
        context,
        () ->
            PartialBatchResponse.write(
                useCase.publish(StreamEventReader.read(event), deadline::isPast).stream().toList(),
                answer));
  }

  /** Plays one record, without a topic behind it. */
  static void rehearse(Environment environment) throws IOException {
    try (InputStream event = Primer.event("stream-event")) {
      PublishChanges useCase = OrderNotifierWiring.rehearsing(environment);
      PartialBatchResponse.write(
          useCase.publish(StreamEventReader.read(event), () -> false).stream().toList(),
          OutputStream.nullOutputStream());
    }
  }
}
