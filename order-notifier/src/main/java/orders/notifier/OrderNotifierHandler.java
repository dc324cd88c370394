package orders.notifier;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import orders.lambda.Deadline;
import orders.lambda.Environment;
import orders.lambda.Invocation;
import orders.lambda.Primer;
import orders.lambda.events.LambdaEventSerializer;
import orders.notifier.application.PublishChanges;

/** Edge of the order-notifier function: stream records in, the first unfinished one out. */
public final class OrderNotifierHandler
    implements RequestHandler<DynamodbEvent, StreamsEventResponse> {
  /** What the last request may take, and as much again to answer. */
  private static final Duration RESERVE = OrderNotifierWiring.CALL_TIMEOUT.plusSeconds(2);

  private final PublishChanges useCase;

  @SuppressWarnings("UnusedVariable") // Held, or CRaC forgets it.
  private final Primer primer;

  /** Called once for each execution environment, by Lambda. */
  public OrderNotifierHandler() {
    this(OrderNotifierWiring.from(Environment.ofProcess()));
  }

  OrderNotifierHandler(PublishChanges useCase) {
    this.useCase = useCase;
    this.primer = Primer.beforeSnapshot(() -> prime(Environment.ofProcess()));
  }

  @Override
  public StreamsEventResponse handleRequest(DynamodbEvent event, Context context) {
    Deadline deadline = Deadline.of(context, Clock.systemUTC(), RESERVE);
    return Invocation.call(context, () -> handle(event, useCase, deadline::isPast));
  }

  private static StreamsEventResponse handle(
      DynamodbEvent event, PublishChanges useCase, BooleanSupplier isTooLate) {
    return new StreamsEventResponse(
        useCase.publish(StreamEventReader.read(event), isTooLate).stream()
            .map(StreamsEventResponse.BatchItemFailure::new)
            .toList());
  }

  /** Handles one record, without a topic behind it. */
  static void prime(Environment environment) throws IOException {
    DynamodbEvent event = Primer.event("stream-event", DynamodbEvent.class);
    new LambdaEventSerializer()
        .toJson(
            handle(event, OrderNotifierWiring.forPriming(environment), () -> false),
            OutputStream.nullOutputStream(),
            StreamsEventResponse.class);
  }
}
