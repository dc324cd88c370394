package localcloud.events;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One shard's records on their way into batches: as many at once as there are lanes, an item's own
 * records one after the other. While a batch is under way, records gather for the next one, so that
 * a busy shard makes few and full batches; another lane begins beside it when a batch is full, or
 * when a record has waited long enough. Safe for use by many threads.
 */
final class ShardLanes {
  /** How long records wait for company while a batch is under way. */
  static final Duration PATIENCE = Duration.ofMillis(75);

  private static final int PAYLOAD_LIMIT_BYTES = 6 * 1024 * 1024 - 64;

  /**
   * Works on one batch until it is done. A lane ends with what this throws, so that only closing
   * may.
   */
  @FunctionalInterface
  interface Batches {
    void process(List<StreamItem> batch) throws InterruptedException;
  }

  private record Waiting(StreamItem item, long sinceNanos) {}

  private final int batchSize;
  private final int room;
  private final Duration window;
  private final Duration patience;
  private final Batches batches;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Waiting> waiting = new ArrayDeque<>();

  /** The keys of the items that batches under way are about. */
  private final Set<JsonNode> busy = new HashSet<>();

  private int underWay;
  private boolean ended;

  ShardLanes(int lanes, int batchSize, Duration window, Duration patience, Batches batches) {
    // Room for the batches under way to be followed at once; beyond it the shard waits to be read.
    this.room = lanes * Math.max(100, 2 * batchSize);
    this.batchSize = batchSize;
    this.window = window;
    this.patience = patience;
    this.batches = batches;
  }

  void add(StreamItem item) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiting.size() >= room) {
        changed.await();
      }
      waiting.addLast(new Waiting(item, System.nanoTime()));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Says that no record follows: the lanes end when all is done. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Works as one lane until the end. */
  void run() throws InterruptedException {
    List<StreamItem> batch = take();
    while (!batch.isEmpty()) {
      batches.process(batch);
      done(batch);
      batch = take();
    }
  }

  /** Returns the next batch, whose items are busy from now on; an empty one at the end. */
  private List<StreamItem> take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        if (ended && waiting.isEmpty()) {
          return List.of();
        }
        long nanos = nanosUntilNext();
        if (nanos <= 0) {
          break;
        }
        // What may make a wait shorter is told: a record comes, a batch is done, the end.
        boolean unused = changed.await(nanos, TimeUnit.NANOSECONDS);
      }
      underWay++;
      return gather();
    } finally {
      lock.unlock();
    }
  }

  private long nanosUntilNext() {
    for (Waiting first : waiting) {
      if (!busy.contains(first.item().key())) {
        return underWay == 0 || waiting.size() >= batchSize
            ? 0
            : first.sinceNanos() + patience.toNanos() - System.nanoTime();
      }
    }
    return Long.MAX_VALUE;
  }

  /** Takes what is there, or what comes within the window, which opens with the first record. */
  private List<StreamItem> gather() throws InterruptedException {
    List<StreamItem> batch = new ArrayList<>();
    Set<JsonNode> own = new HashSet<>();
    long end = System.nanoTime() + window.toNanos();
    boolean full = fill(batch, own);
    while (!full && !ended) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        break;
      }
      boolean unused = changed.await(left, TimeUnit.NANOSECONDS);
      full = fill(batch, own);
    }
    return batch;
  }

  /**
   * Moves records into a batch, in order, passing over those of items that other batches are about.
   *
   * @return whether the batch is full
   */
  private boolean fill(List<StreamItem> batch, Set<JsonNode> own) {
    long bytes = batch.stream().mapToLong(item -> item.bytes() + 1).sum();
    Iterator<Waiting> left = waiting.iterator();
    boolean full = batch.size() == batchSize;
    while (!full && left.hasNext()) {
      StreamItem item = left.next().item();
      if (busy.contains(item.key()) && !own.contains(item.key())) {
        continue;
      }
      if (!batch.isEmpty() && bytes + item.bytes() > PAYLOAD_LIMIT_BYTES) {
        full = true;
      } else {
        left.remove();
        own.add(item.key());
        busy.add(item.key());
        batch.add(item);
        bytes += item.bytes() + 1;
        full = batch.size() == batchSize;
      }
    }
    changed.signalAll(); // there is room again
    return full;
  }

  private void done(List<StreamItem> batch) {
    lock.lock();
    try {
      batch.forEach(item -> busy.remove(item.key()));
      underWay--;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
