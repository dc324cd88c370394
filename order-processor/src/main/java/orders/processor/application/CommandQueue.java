package orders.processor.application;

import java.time.Duration;
import java.util.Map;

/** The queue the commands come from, and the one that keeps what cannot be done. */
public interface CommandQueue {
  /**
   * Has messages delivered again after a time of their own. Best effort: one that fails comes again
   * when the queue's visibility timeout ends.
   */
  void redeliver(Map<Delivery, Duration> delays);

  /**
   * Puts a message into the dead-letter queue: body and attributes unchanged, the reason beside
   * them.
   *
   * @return whether it is there for certain
   */
  boolean park(Delivery delivery, String reason);
}
