package orders.api.application;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/** Does one thing beside another. */
final class Background {
  private final ExecutorService executor;

  Background(ExecutorService executor) {
    this.executor = executor;
  }

  /**
   * Starts something. Whoever starts it must also wait for it, even if the outcome is no longer
   * wanted: a function's process is frozen between requests, and would go on with it in the next.
   */
  <T> Started<T> start(Supplier<T> work) {
    return new Started<>(executor.submit(work::get));
  }

  /** Something that runs; closing waits for its end. */
  record Started<T>(Future<T> future) implements AutoCloseable {
    /** Returns the outcome, or throws what it threw. */
    T get() {
      try {
        return future.get();
      } catch (ExecutionException failed) {
        switch (failed.getCause()) {
          case RuntimeException exception -> throw exception;
          case Error error -> throw error;
          case null, default -> throw new IllegalStateException(failed);
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new UnavailableException("interrupted");
      }
    }

    @Override
    public void close() {
      try {
        future.get();
      } catch (ExecutionException unwanted) {
        // Who wanted the outcome has heard of it from get.
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
