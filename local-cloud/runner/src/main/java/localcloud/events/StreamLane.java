package localcloud.events;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** One lane of a shard: its records, in order, in batches, one batch at a time. */
final class StreamLane {
  private static final int PAYLOAD_LIMIT_BYTES = 6 * 1024 * 1024 - 64;

  /** Works on one batch until it is done. */
  @FunctionalInterface
  interface Batches {
    void process(List<StreamItem> batch) throws InterruptedException;
  }

  private final BlockingQueue<Optional<StreamItem>> records;
  private final int batchSize;
  private final Duration window;
  private final Batches batches;
  private Optional<StreamItem> heldOver = Optional.empty();
  private boolean ended;

  StreamLane(int batchSize, Duration window, Batches batches) {
    // Room for the batch under way to be followed at once; beyond it the shard waits to be read.
    this.records = new ArrayBlockingQueue<>(Math.max(100, 2 * batchSize));
    this.batchSize = batchSize;
    this.window = window;
    this.batches = batches;
  }

  void add(StreamItem item) throws InterruptedException {
    records.put(Optional.of(item));
  }

  /** Says that no record follows: the lane ends when it has done all. */
  void end() throws InterruptedException {
    records.put(Optional.empty());
  }

  /** Works until the end. */
  void run() throws InterruptedException {
    while (true) {
      List<StreamItem> batch = gather();
      if (!batch.isEmpty()) {
        batches.process(batch);
      }
      if (ended && heldOver.isEmpty()) {
        return;
      }
    }
  }

  /** Takes what is there, or what comes within the window, which opens with the first record. */
  private List<StreamItem> gather() throws InterruptedException {
    List<StreamItem> batch = new ArrayList<>();
    Optional<StreamItem> next = heldOver.isPresent() ? heldOver : next(Duration.ZERO, true);
    heldOver = Optional.empty();
    long bytes = 0;
    long end = System.nanoTime() + window.toNanos();
    while (next.isPresent()) {
      if (!batch.isEmpty() && bytes + next.get().bytes() > PAYLOAD_LIMIT_BYTES) {
        heldOver = next;
        return batch;
      }
      batch.add(next.get());
      bytes += next.get().bytes() + 1;
      if (batch.size() == batchSize) {
        return batch;
      }
      next = next(Duration.ofNanos(Math.max(0, end - System.nanoTime())), false);
    }
    return batch;
  }

  private Optional<StreamItem> next(Duration limit, boolean forEver) throws InterruptedException {
    if (ended) {
      return Optional.empty();
    }
    Optional<StreamItem> taken =
        forEver ? records.take() : records.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
    if (taken == null) {
      return Optional.empty();
    }
    ended = taken.isEmpty();
    return taken;
  }
}
