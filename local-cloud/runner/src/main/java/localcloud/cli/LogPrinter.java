package localcloud.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import localcloud.journal.LogLine;

/**
 * Prints functions' lines: as they are for a program that reads them; for a person in short, each
 * with its function's name before it, every function in a colour of its own, above a status line
 * that stays at the bottom. Metrics are for programs only.
 */
final class LogPrinter {
  private static final String[] COLOURS = {"36", "33", "35", "32", "34", "31"};
  private static final String CLEAR_LINE = "\r\u001b[2K";

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final PrintStream out;
  private final boolean forPerson;
  private final Map<String, String> colours = new ConcurrentHashMap<>();
  private String status = "";
  private boolean ended;

  LogPrinter(PrintStream out, boolean forPerson) {
    this.out = out;
    this.forPerson = forPerson;
  }

  void line(String function, String line) {
    if (!forPerson) {
      print(line);
    } else if (!LogLine.isMetric(line)) {
      print(
          "\u001b[%sm%s\u001b[0m %s"
              .formatted(colour(function), function, LogLine.forPerson(line, true)));
    }
  }

  /** Prints a line of the runner itself, for a person or onto another stream. */
  void remark(String line, PrintStream elsewhere) {
    if (!forPerson) {
      elsewhere.println(line); // whether or not somebody reads the functions' lines
      return;
    }
    synchronized (out) {
      if (status.isEmpty()) {
        elsewhere.println(line);
      } else {
        print(line);
      }
    }
  }

  /** Replaces the status line; a program that reads never sees one. */
  void status(String text) {
    if (!forPerson) {
      return;
    }
    synchronized (out) {
      if (!ended && !text.equals(status)) {
        status = text;
        out.print(CLEAR_LINE + status);
        out.flush();
      }
    }
  }

  /**
   * Takes the status line away for good: what the shell prints next begins its line. A terminal
   * that is held, or a program that does not read, keeps nobody from ending.
   */
  void end() {
    if (!forPerson) {
      return;
    }
    Thread last =
        Thread.ofVirtual()
            .start(
                () -> {
                  synchronized (out) {
                    status("");
                    ended = true;
                  }
                });
    try {
      last.join(PATIENCE);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void print(String line) {
    synchronized (out) {
      if (status.isEmpty()) {
        out.println(line);
      } else {
        out.print(CLEAR_LINE + line + System.lineSeparator() + status);
      }
      out.flush();
    }
  }

  private String colour(String function) {
    return colours.computeIfAbsent(function, it -> COLOURS[colours.size() % COLOURS.length]);
  }
}
