package localcloud.events;

import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * How far a shard is done when its records are worked on by several lanes: up to the first record
 * that is not. Safe for use by many threads.
 */
final class ShardProgress {
  private final Consumer<String> checkpoint;
  private final TreeMap<Long, String> done = new TreeMap<>();
  private final TreeSet<Long> open = new TreeSet<>();

  /** Creates progress that tells each new checkpoint, the last sequence number that is done. */
  ShardProgress(Consumer<String> checkpoint) {
    this.checkpoint = checkpoint;
  }

  /** Says that a record was read and is under way; in the shard's order. */
  synchronized void opened(long position) {
    open.add(position);
  }

  /** Says that records are done, or were never meant for the function. */
  synchronized void finished(Iterable<StreamItem> items) {
    for (StreamItem item : items) {
      open.remove(item.position());
      done.put(item.position(), item.sequenceNumber());
    }
    long before = open.isEmpty() ? Long.MAX_VALUE : open.first();
    var reached = done.headMap(before, false);
    if (!reached.isEmpty()) {
      String sequenceNumber = reached.get(reached.lastKey());
      reached.clear();
      checkpoint.accept(sequenceNumber);
    }
  }
}
