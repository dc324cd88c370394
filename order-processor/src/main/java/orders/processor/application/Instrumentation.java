package orders.processor.application;

import java.time.Instant;
import orders.domain.Order;
import orders.domain.OrderChange;
import orders.domain.OrderCommand;

/** Is told of every step; turns it into a log line and a count. */
public interface Instrumentation {
  /** The command's change is stored. */
  void applied(Delivery delivery, OrderCommand command, Order order, Instant at);

  /** The command was refused, and its refusal is stored. */
  void refused(Delivery delivery, OrderCommand command, OrderChange refusal, Instant at);

  /** There was nothing to write: done before, or already so. */
  void alreadyApplied(Delivery delivery, OrderCommand command, String outcome);

  /** The message will be delivered again. */
  void retried(Delivery delivery, Subject subject, String reason);

  /** The message is in the dead-letter queue. */
  void deadLettered(Delivery delivery, Subject subject, String reason);

  /** Something happened that nobody thought of; its message is retried or deadLettered. */
  void failed(RuntimeException defect);

  /** What a message is about, as far as it could be read. */
  sealed interface Subject {
    record Known(OrderCommand command) implements Subject {}

    record Unreadable() implements Subject {}
  }
}
