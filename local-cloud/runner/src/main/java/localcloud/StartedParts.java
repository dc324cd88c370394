package localcloud;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * What was started and must be closed. Safe for use by many threads: a part that is started while
 * all are being closed is closed too.
 */
final class StartedParts implements AutoCloseable {
  private final Consumer<String> warnings;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private boolean closed;

  StartedParts(Consumer<String> warnings) {
    this.warnings = warnings;
  }

  /** How a part is closed. */
  interface Closing<T> {
    void close(T part) throws Exception;
  }

  /**
   * Remembers what must be closed; closes it at once if everything else already is.
   *
   * @throws StartException if everything else already is
   */
  <T> T keep(T part, Closing<T> closing) {
    synchronized (parts) {
      if (!closed) {
        parts.push(() -> closing.close(part));
        return part;
      }
    }
    quietly(() -> closing.close(part));
    throw new StartException("stopped while starting");
  }

  /** Closes everything, the last started first; does nothing the second time. */
  @Override
  public void close() {
    Deque<AutoCloseable> toClose;
    synchronized (parts) {
      closed = true;
      toClose = new ArrayDeque<>(parts);
      parts.clear();
    }
    toClose.forEach(this::quietly);
  }

  /** One part that will not close must not keep the others from closing. */
  private void quietly(AutoCloseable part) {
    try {
      part.close();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (Exception failed) {
      warnings.accept("while stopping: " + failed);
    }
  }
}
