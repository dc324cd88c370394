package orders.processor;

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
import orders.processor.application.ApplyCommands;

/** Edge of the order-processor function: a batch of commands in, the ids of the unfinished out. */
public final class OrderProcessorHandler implements RequestStreamHandler {
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
  private final Primer priming;

  /** Called once for each execution environment, by Lambda. */
  public OrderProcessorHandler() {
    this(OrderProcessorWiring.from(Environment.ofProcess()));
  }

  OrderProcessorHandler(ApplyCommands useCase) {
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
                useCase.applyAll(SqsEventReader.read(event), deadline::isPast), answer));
  }

  /** Plays a batch of one new order and one poisoned message, without a service behind it. */
  static void rehearse(Environment environment) throws IOException {
    try (InputStream event = Primer.event("sqs-event")) {
      ApplyCommands useCase = OrderProcessorWiring.forPriming(environment);
      PartialBatchResponse.write(
          useCase.applyAll(SqsEventReader.read(event), () -> false),
          OutputStream.nullOutputStream());
    }
  }
}
