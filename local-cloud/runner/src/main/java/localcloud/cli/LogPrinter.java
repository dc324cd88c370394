package localcloud.cli;

import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Prints functions' lines: as they are for a program that reads them; for a person each with its
 * function's name before it, every function in a colour of its own.
 */
final class LogPrinter {
  private static final String[] COLOURS = {"36", "33", "35", "32", "34", "31"};

  private final PrintStream out;
  private final boolean forPerson;
  private final Map<String, String> colours = new ConcurrentHashMap<>();

  LogPrinter(PrintStream out, boolean forPerson) {
    this.out = out;
    this.forPerson = forPerson;
  }

  void line(String function, String line) {
    String printed =
        forPerson ? "\u001b[%sm%s\u001b[0m %s".formatted(colour(function), function, line) : line;
    synchronized (out) {
      out.println(printed);
      out.flush();
    }
  }

  private String colour(String function) {
    return colours.computeIfAbsent(function, it -> COLOURS[colours.size() % COLOURS.length]);
  }
}
