package localcloud.services.sns;

import java.time.Duration;

/**
 * How often and after which waits a delivery is tried again.
 *
 * @param attempts in all; then the message is dead
 * @param longest no wait is longer; they double up to it
 */
record RetryDelays(int attempts, Duration first, Duration longest) {
  /** For queues and functions: AWS tries for 23 days, every 20 seconds in the end. */
  static final RetryDelays OF_AWS_ENDPOINTS =
      new RetryDelays(100_015, Duration.ofMillis(50), Duration.ofSeconds(20));

  /** For HTTP endpoints: three retries, 20 seconds apart, as AWS does unless told otherwise. */
  static final RetryDelays OF_HTTP_ENDPOINTS =
      new RetryDelays(4, Duration.ofSeconds(20), Duration.ofSeconds(20));

  /** Returns the wait before the next attempt, after so many have failed. */
  Duration after(int failed) {
    long millis = first.toMillis() << Math.min(20, Math.max(0, failed - 1));
    return Duration.ofMillis(Math.min(longest.toMillis(), millis));
  }
}
