package localcloud.functions;

/** Takes what functions write, line by line. Called by one thread for each process. */
@FunctionalInterface
public interface LogSink {
  /**
   * Takes one line.
   *
   * @param function logical id of the function that wrote it
   * @param pid the process
   * @param line without its line break
   */
  void line(String function, long pid, String line);
}
