package localcloud.junit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The last lines that functions wrote. Safe for use by many threads. */
final class RecentLines {
  private static final int KEPT = 2_000;

  private record Line(long number, String text) {}

  private final Deque<Line> lines = new ArrayDeque<>();
  private long count;

  synchronized void add(String text) {
    lines.addLast(new Line(count++, text));
    if (lines.size() > KEPT) {
      lines.removeFirst();
    }
  }

  /** Returns how many lines there were so far: a point to look back to. */
  synchronized long mark() {
    return count;
  }

  /** Returns the lines since a point, as far as they are kept. */
  synchronized List<String> since(long mark) {
    List<String> found = new ArrayList<>();
    for (Line line : lines) {
      if (line.number() >= mark) {
        found.add(line.text());
      }
    }
    return found;
  }
}
