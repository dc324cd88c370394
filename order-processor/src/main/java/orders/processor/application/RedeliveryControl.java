package orders.processor.application;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** The queue the commands come from, and the one that keeps what cannot be done. */
public interface RedeliveryControl {
  /**
   * Has messages delivered again after a time of their own. Best effort: one that fails comes again
   * when the queue's visibility timeout ends.
   */
  void redeliver(Map<Delivery, Duration> delays);

  /**
   * Puts messages into the dead-letter queue: body and attributes unchanged, the reason beside
   * them. Takes a bounded time, however many they are.
   *
   * @param reasons why, by delivery
   * @return those that are there for certain
   */
  Set<Delivery> deadLetter(Map<Delivery, String> reasons);

  /**
   * Returns how often the queue delivers a message before it gives up on it, as the queue says now;
   * empty if it does not say.
   */
  OptionalInt maxReceives();
}
