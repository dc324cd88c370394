package orders.systemtests;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for what will be true in a while. */
public final class Await {
  private static final Duration PAUSE = Duration.ofMillis(20);

  private Await() {}

  /**
   * Asks again and again until the answer is yes.
   *
   * @throws AssertionError if it is still no at the end of the backoff
   */
  public static void await(String what, Duration backoff, Callable<Boolean> condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + backoff.toNanos();
    while (!answer(condition)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited " + backoff + " in vain for " + what);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private static boolean answer(Callable<Boolean> condition) throws InterruptedException {
    try {
      return condition.call();
    } catch (InterruptedException | RuntimeException stop) {
      throw stop;
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }
}
