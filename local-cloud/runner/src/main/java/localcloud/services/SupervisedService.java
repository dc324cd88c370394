package localcloud.services;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * A service that keeps its state in a folder, and is started again there when it ends by itself:
 * because its disk was full, or somebody killed it. Until it serves again its front answers 503.
 */
public final class SupervisedService implements AutoCloseable {
  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
  private static final Duration LAST_WAIT = Duration.ofSeconds(8);

  private final String name;
  private final Start start;
  private final IntConsumer served;
  private final Consumer<String> log;
  private final Thread keeper;
  private ServiceRun run;
  private boolean closed;

  /** Starts the service on its folder. */
  @FunctionalInterface
  public interface Start {
    ServiceRun start() throws IOException;
  }

  /**
   * Keeps a running service running.
   *
   * @param run the first one; closed by this from now on
   * @param start makes the next one
   * @param served gets the port of each next one
   * @param log gets a line for each thing a person should know
   */
  public SupervisedService(
      String name, ServiceRun run, Start start, IntConsumer served, Consumer<String> log) {
    this.name = name;
    this.run = run;
    this.start = start;
    this.served = served;
    this.log = log;
    this.keeper = Thread.ofVirtual().name(name + "-keeper").start(this::keep);
  }

  private void keep() {
    try {
      while (true) {
        current().awaitEnd();
        Duration wait = FIRST_WAIT;
        while (!again()) {
          TimeUnit.NANOSECONDS.sleep(wait.toNanos());
          wait = wait.multipliedBy(2).compareTo(LAST_WAIT) > 0 ? LAST_WAIT : wait.multipliedBy(2);
        }
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean again() throws InterruptedException {
    current().close();
    try {
      ServiceRun next = start.start();
      synchronized (this) {
        if (closed) {
          next.close();
          throw new InterruptedException("closed");
        }
        run = next;
      }
      served.accept(next.port());
      log.accept(name + " was started again");
      return true;
    } catch (IOException failed) {
      log.accept(name + " cannot be started again yet: " + failed.getMessage());
      return false;
    }
  }

  private synchronized ServiceRun current() {
    return run;
  }

  /** Returns the process that serves now, or served last. */
  public long pid() {
    return current().pid();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    keeper.interrupt();
    current().close();
  }
}
