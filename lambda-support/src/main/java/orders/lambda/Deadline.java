package orders.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Until when new work may be begun. A function that is killed at its timeout reports nothing, and
 * all of its batch comes back; one that stops in time reports what it finished.
 */
public final class Deadline {
  private final Clock clock;
  private final Instant end;

  private Deadline(Clock clock, Instant end) {
    this.clock = clock;
    this.end = end;
  }

  /**
   * Returns the deadline of an invocation.
   *
   * @param reserve what is kept back: as long as the longest single step may take
   */
  public static Deadline of(Context context, Clock clock, Duration reserve) {
    return in(clock, Duration.ofMillis(context.getRemainingTimeInMillis()).minus(reserve));
  }

  /** Returns a deadline so far from now. */
  public static Deadline in(Clock clock, Duration time) {
    return new Deadline(clock, clock.instant().plus(time));
  }

  /** Returns whether it is too late to begin anything. */
  public boolean isPast() {
    return !clock.instant().isBefore(end);
  }
}
