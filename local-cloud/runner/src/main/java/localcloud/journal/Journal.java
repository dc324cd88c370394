package localcloud.journal;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * The last things that happened, in memory, bounded by characters. Every room writes here what it
 * did; nobody decides by what it reads here. Safe for use by many threads.
 */
public final class Journal {
  /**
   * One thing that happened.
   *
   * @param at when
   * @param room who tells: {@code http}, {@code sqs}, {@code dynamodb}, {@code stream}, {@code
   *     sns}, {@code function}, {@code log}
   * @param source which route, queue, table, topic or function
   * @param summary one line for a person
   * @param text what a key is looked for in: a body, an item, a log line
   */
  public record Entry(Instant at, String room, String source, String summary, String text) {}

  private final Deque<Entry> entries = new ArrayDeque<>();
  private final long limitChars;
  private long chars;

  /** Creates a journal that forgets its oldest entries beyond this many characters. */
  public Journal(long limitChars) {
    this.limitChars = limitChars;
  }

  public synchronized void add(Entry entry) {
    entries.addLast(entry);
    chars += size(entry);
    while (chars > limitChars && entries.size() > 1) {
      chars -= size(entries.removeFirst());
    }
  }

  /**
   * Returns the entries that hold the key, in the order they began: a call is told of when it ends.
   */
  public synchronized List<Entry> about(String key) {
    List<Entry> found = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.text().contains(key) || entry.summary().contains(key)) {
        found.add(entry);
      }
    }
    found.sort(Comparator.comparing(Entry::at));
    return found;
  }

  /** Returns the newest entries, at most this many, oldest first. */
  public synchronized List<Entry> newest(int count) {
    List<Entry> found = new ArrayList<>(count);
    Iterator<Entry> backwards = entries.descendingIterator();
    while (backwards.hasNext() && found.size() < count) {
      found.add(backwards.next());
    }
    Collections.reverse(found);
    return found;
  }

  private static long size(Entry entry) {
    return entry.text().length() + entry.summary().length() + 64L;
  }
}
