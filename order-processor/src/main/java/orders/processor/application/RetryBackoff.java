package orders.processor.application;

import java.time.Duration;

/**
 * How long to wait for what may come right by itself.
 *
 * @param maxReceives how often the queue delivers a message before it gives up on it, unless the
 *     queue itself says otherwise
 */
public record RetryBackoff(int maxReceives) {
  private static final Duration LONGEST_WAIT_FOR_ORDER = Duration.ofSeconds(256);
  private static final Duration LONGEST_WAIT_FOR_SERVICE = Duration.ofMinutes(3);

  /**
   * Returns when to try a command again whose order is not there yet: after a second at first, for
   * the order is most likely a moment behind, then doubling. Ten deliveries span eight and a half
   * minutes.
   */
  Duration untilOrderComes(int receiveCount) {
    return growing(1, 2, receiveCount, LONGEST_WAIT_FOR_ORDER);
  }

  /**
   * Returns when to try again what a service did not do: after two seconds at first, then three
   * times as long each time, to the queue's own visibility timeout. Ten deliveries span a quarter
   * of an hour.
   */
  Duration untilServiceRecovers(int receiveCount) {
    return growing(2, 3, receiveCount, LONGEST_WAIT_FOR_SERVICE);
  }

  private static Duration growing(long first, long factor, int receiveCount, Duration most) {
    long seconds = first;
    for (int i = 1; i < receiveCount && seconds < most.toSeconds(); i++) {
      seconds *= factor;
    }
    return Duration.ofSeconds(Math.min(seconds, most.toSeconds()));
  }
}
