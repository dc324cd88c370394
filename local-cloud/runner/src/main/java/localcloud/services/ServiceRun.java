package localcloud.services;

import java.io.IOException;

/** A service in a process of its own, from its start to its end. */
public interface ServiceRun extends AutoCloseable {
  /**
   * Waits until it serves, and returns its port.
   *
   * @throws IOException if it did not start
   */
  int port() throws IOException, InterruptedException;

  long pid();

  /** Waits until its process is gone, for whatever reason. */
  void awaitEnd() throws InterruptedException;

  /** Ends it, if it has not ended yet. */
  @Override
  void close();
}
