package localcloud.events;

import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How far a shard is done when its records are worked on by several lanes: up to the first record
 * that is not. Safe for use by many threads.
 */
final class ShardProgress {
  /** Keeps a checkpoint; whoever works on the shard waits until it is kept. */
  @FunctionalInterface
  interface Checkpoint {
    void reached(String sequenceNumber) throws InterruptedException;
  }

  private final Checkpoint checkpoint;
  private final ReentrantLock lock = new ReentrantLock();
  private final TreeMap<Long, String> done = new TreeMap<>();
  private final TreeSet<Long> open = new TreeSet<>();

  /** Creates progress that tells each new checkpoint, the last sequence number that is done. */
  ShardProgress(Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
  }

  /** Says that a record was read and is under way; in the shard's order. */
  void opened(long position) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      open.add(position);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Says that records are done, or were never meant for the function. Saying so twice changes
   * nothing: a checkpoint never goes back.
   */
  void finished(Iterable<StreamItem> items) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      for (StreamItem item : items) {
        if (open.remove(item.position())) {
          done.put(item.position(), item.sequenceNumber());
        }
      }
      long before = open.isEmpty() ? Long.MAX_VALUE : open.first();
      var reached = done.headMap(before, false);
      if (!reached.isEmpty()) {
        String sequenceNumber = reached.get(reached.lastKey());
        reached.clear();
        checkpoint.reached(sequenceNumber);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether all that was opened is finished. */
  boolean isComplete() {
    lock.lock();
    try {
      return open.isEmpty();
    } finally {
      lock.unlock();
    }
  }
}
