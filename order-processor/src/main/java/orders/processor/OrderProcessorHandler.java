package orders.processor;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import orders.lambda.Deadline;
import orders.lambda.Environment;
import orders.lambda.Invocation;
import orders.lambda.Primer;
import orders.lambda.events.LambdaEventSerializer;
import orders.processor.application.ApplyCommands;
import orders.processor.application.ApplyCommands.TimeLimit;

/** Edge of the order-processor function: a batch of commands in, the ids of the unfinished out. */
public final class OrderProcessorHandler implements RequestHandler<SQSEvent, SQSBatchResponse> {
  /**
   * What the last round and the end of a batch may take: a read and a write of the table; then the
   * queue's receive limit, the dead letters and the redelivery; and a second to answer.
   */
  static final Duration RESERVE =
      OrderProcessorWiring.CALL_TIMEOUT
          .multipliedBy(2)
          .plus(OrderProcessorWiring.QUEUE_TIMEOUT.multipliedBy(3))
          .plusSeconds(1);

  private final ApplyCommands useCase;

  @SuppressWarnings("UnusedVariable") // Held, or CRaC forgets it.
  private final Primer primer;

  /** Called once for each execution environment, by Lambda. */
  public OrderProcessorHandler() {
    this(OrderProcessorWiring.from(Environment.ofProcess()));
  }

  OrderProcessorHandler(ApplyCommands useCase) {
    this.useCase = useCase;
    this.primer = Primer.beforeSnapshot(() -> prime(Environment.ofProcess()));
  }

  @Override
  public SQSBatchResponse handleRequest(SQSEvent event, Context context) {
    Deadline deadline = Deadline.of(context, Clock.systemUTC(), RESERVE);
    return Invocation.call(context, () -> handle(event, useCase, deadline::isPast));
  }

  private static SQSBatchResponse handle(SQSEvent event, ApplyCommands useCase, TimeLimit limit) {
    return new SQSBatchResponse(
        useCase.applyAll(SqsEventReader.read(event), limit).stream()
            .map(SQSBatchResponse.BatchItemFailure::new)
            .toList());
  }

  /** Handles a batch of one new order and one poisoned message, without a service behind it. */
  static void prime(Environment environment) throws IOException {
    SQSEvent event = Primer.event("sqs-event", SQSEvent.class);
    new LambdaEventSerializer()
        .toJson(
            handle(event, OrderProcessorWiring.forPriming(environment), () -> false),
            OutputStream.nullOutputStream(),
            SQSBatchResponse.class);
  }
}
