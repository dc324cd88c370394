package localcloud.events;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import localcloud.functions.Destination;
import localcloud.functions.FunctionInvoker;
import localcloud.functions.Functions;
import localcloud.journal.Journal;
import localcloud.model.Arns;
import localcloud.model.EventSourceMappingSpec.FromStream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamResponse;
import software.amazon.awssdk.services.dynamodb.model.ExpiredIteratorException;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.TrimmedDataAccessException;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * Feeds a function from a table's stream, as Lambda's pollers do: each shard in order, parents
 * before their children, {@code ParallelizationFactor} lanes to a shard with the order of each item
 * kept. A checkpoint follows what is done; a record before it never comes again, one after it does.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html">Using Lambda with
 *     Amazon DynamoDB</a>
 */
public final class StreamMapping implements AutoCloseable {
  /** A checkpoint that stands for "from this time on", before a first record is done. */
  private static final String SINCE = "SINCE ";

  private static final int RECORDS_LIMIT = 1000;

  /** A page is asked for no sooner than this after the one before, so that batches are fuller. */
  private static final Duration PACE = Duration.ofMillis(15);

  private static final Duration LOOK_FOR_SHARDS = Duration.ofSeconds(30);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  /**
   * When an empty shard is asked again.
   *
   * @param soon while records came within {@code active}
   * @param idle otherwise. Writes wake the mapping; what the table deletes by itself, at its time
   *     to live, waits so long
   */
  record Polling(Duration soon, Duration active, Duration idle) {
    static final Polling DEFAULT =
        new Polling(Duration.ofMillis(20), Duration.ofSeconds(2), Duration.ofSeconds(1));
  }

  private final FromStream spec;
  private final DynamoDbStreamsClient streams;
  private final DynamoDbClient tables;
  private final CheckpointStore checkpoints;
  private final Journal journal;
  private final Consumer<String> warnings;
  private final FilterCriteria filters;
  private final StreamBatches batches;
  private final StreamBatches.BackOff backOff;
  private final Polling polling;
  private final Map<String, Thread> readers = new ConcurrentHashMap<>();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

  /** One for each reader. */
  private final Set<Semaphore> changes = ConcurrentHashMap.newKeySet();

  private final Semaphore shardEnds = new Semaphore(0);
  private volatile long activeNanos = System.nanoTime();
  private volatile boolean closed;
  private String streamArn = "";

  /**
   * Prepares the mapping; {@link #start} starts it.
   *
   * @param warnings gets a line for each thing that keeps the stream from going on
   * @throws IllegalArgumentException if a filter pattern is not of the language
   */
  public StreamMapping(
      FromStream spec,
      DynamoDbStreamsClient streams,
      DynamoDbClient tables,
      FunctionInvoker functions,
      Destination destinations,
      CheckpointStore checkpoints,
      Journal journal,
      Consumer<String> warnings) {
    this(
        spec,
        streams,
        tables,
        functions,
        destinations,
        checkpoints,
        journal,
        warnings,
        StreamBatches.BackOff.DEFAULT,
        Polling.DEFAULT);
  }

  StreamMapping(
      FromStream spec,
      DynamoDbStreamsClient streams,
      DynamoDbClient tables,
      FunctionInvoker functions,
      Destination destinations,
      CheckpointStore checkpoints,
      Journal journal,
      Consumer<String> warnings,
      StreamBatches.BackOff backOff,
      Polling polling) {
    this.spec = spec;
    this.streams = streams;
    this.tables = tables;
    this.checkpoints = checkpoints;
    this.journal = journal;
    this.warnings = warnings;
    this.filters = FilterCriteria.of(spec.filters());
    this.backOff = backOff;
    this.polling = polling;
    this.batches =
        new StreamBatches(
            spec, functions, functionArn(functions, spec), destinations, journal, backOff);
  }

  private static String functionArn(FunctionInvoker functions, FromStream spec) {
    return functions instanceof Functions known
        ? known
            .find(spec.functionLogicalId())
            .map(function -> function.arn())
            .orElse(Arns.function(spec.functionLogicalId()))
        : Arns.function(spec.functionLogicalId());
  }

  /**
   * Starts to poll, unless the mapping is disabled. When it returns, every later change of the
   * table will reach the function, {@code LATEST} included.
   *
   * @throws IllegalStateException if the table has no stream
   * @throws UncheckedIOException if it cannot be kept where "latest" was
   */
  public void start() {
    if (!spec.enabled()) {
      return;
    }
    streamArn =
        Optional.ofNullable(
                tables
                    .describeTable(describe -> describe.tableName(spec.tableName()))
                    .table()
                    .latestStreamArn())
            .orElseThrow(
                () -> new IllegalStateException("table " + spec.tableName() + " has no stream"));
    List<Shard> shards = shards();
    Map<String, String> iterators = new TreeMap<>();
    if (spec.startingPosition().equals("LATEST")
        && !checkpoints.knows(spec.logicalId(), streamArn)) {
      iterators.putAll(beginAtLatest(shards));
    }
    readEligible(shards, iterators);
    thread("shards-" + spec.logicalId(), this::lookForShards);
  }

  /** Fixes where "latest" is: now. A shard that begins later is read from its beginning. */
  private Map<String, String> beginAtLatest(List<Shard> shards) {
    Map<String, String> iterators = new TreeMap<>();
    String now = SINCE + Instant.now().toEpochMilli();
    for (Shard shard : shards) {
      boolean open = shard.sequenceNumberRange().endingSequenceNumber() == null;
      if (open) {
        iterators.put(
            shard.shardId(),
            streams
                .getShardIterator(
                    get ->
                        get.streamArn(streamArn)
                            .shardId(shard.shardId())
                            .shardIteratorType(ShardIteratorType.LATEST))
                .shardIterator());
      }
      try {
        checkpoints.save(
            spec.logicalId(), streamArn, shard.shardId(), open ? now : CheckpointStore.FINISHED);
      } catch (IOException e) {
        throw new UncheckedIOException(
            "cannot keep where the stream of " + spec.tableName() + " begins: " + e.getMessage(),
            e);
      }
    }
    return iterators;
  }

  /** Says that a table was just written to: if it is this one, the next poll need not wait. */
  public void written(String tableArn) {
    if (!tableArn.equals(Arns.table(spec.tableName()))) {
      return;
    }
    activeNanos = System.nanoTime();
    changes.forEach(Semaphore::release);
  }

  /** Stops polling; batches under way are left where they are and come again. */
  @Override
  public void close() {
    closed = true;
    threads.forEach(Thread::interrupt);
    long deadline = System.nanoTime() + CLOSE_LIMIT.toNanos();
    try {
      for (Thread thread : threads) {
        thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<Shard> shards() {
    List<Shard> shards = new ArrayList<>();
    Optional<String> after = Optional.empty();
    do {
      String from = after.orElse(null);
      DescribeStreamResponse page =
          streams.describeStream(
              describe -> describe.streamArn(streamArn).exclusiveStartShardId(from));
      shards.addAll(page.streamDescription().shards());
      after = Optional.ofNullable(page.streamDescription().lastEvaluatedShardId());
    } while (after.isPresent());
    return shards;
  }

  private void lookForShards() throws InterruptedException {
    while (!closed) {
      if (shardEnds.tryAcquire(LOOK_FOR_SHARDS.toMillis(), TimeUnit.MILLISECONDS)) {
        shardEnds.drainPermits();
      }
      try {
        readEligible(shards(), Map.of());
      } catch (RuntimeException | Error e) {
        // Whatever it was: no child of a shard would be read any more.
        if (!closed) {
          note("cannot list the stream's shards: " + e.getMessage(), "");
        }
      }
    }
  }

  /**
   * Starts to read each shard whose parent is read to its end, or is no longer there. A parent may
   * be trimmed while its last records are still under way: then its children wait too.
   */
  private void readEligible(List<Shard> shards, Map<String, String> iterators) {
    Set<String> present = new HashSet<>();
    shards.forEach(shard -> present.add(shard.shardId()));
    for (Shard shard : shards) {
      boolean waits =
          shard.parentShardId() != null
              && (present.contains(shard.parentShardId())
                  || readers.containsKey(shard.parentShardId()))
              && !finished(shard.parentShardId());
      if (!waits && !finished(shard.shardId()) && !readers.containsKey(shard.shardId())) {
        String id = shard.shardId();
        Optional<String> first = Optional.ofNullable(iterators.get(id));
        readers.put(id, thread("shard-" + id, () -> new Reader(id).read(first)));
      }
    }
  }

  private boolean finished(String shardId) {
    return checkpoints
        .load(spec.logicalId(), streamArn, shardId)
        .filter(CheckpointStore.FINISHED::equals)
        .isPresent();
  }

  /**
   * Keeps a checkpoint. While that fails the shard's work waits: going on would only make more of
   * it come again after a crash, and nobody would know.
   */
  private void save(String shardId, String sequenceNumber) throws InterruptedException {
    Duration wait = backOff.first();
    boolean told = false;
    while (true) {
      try {
        checkpoints.save(spec.logicalId(), streamArn, shardId, sequenceNumber);
        if (told) {
          warn("shard " + shardId + " goes on: its position is kept again");
        }
        return;
      } catch (IOException e) {
        if (!told) {
          told = true;
          warn("shard " + shardId + " waits: its position cannot be kept: " + e);
        }
        TimeUnit.NANOSECONDS.sleep(wait.toNanos());
        wait = backOff.after(wait);
      }
    }
  }

  private interface Task {
    void run() throws InterruptedException;
  }

  private Thread thread(String name, Task task) {
    Thread thread =
        Thread.ofVirtual()
            .name(name)
            .unstarted(
                () -> {
                  try {
                    task.run();
                  } catch (InterruptedException closing) {
                    Thread.currentThread().interrupt();
                  } finally {
                    threads.remove(Thread.currentThread());
                  }
                });
    threads.add(thread);
    thread.start();
    if (closed) {
      // Whoever closes may have gone through the threads before this one was among them.
      thread.interrupt();
    }
    return thread;
  }

  /** Tells what a person should see, not only whoever looks for a record's trail. */
  private void warn(String what) {
    note(what, "");
    warnings.accept("stream of " + spec.logicalId() + ": " + what);
  }

  private void note(String summary, String text) {
    journal.add(new Journal.Entry(Instant.now(), "stream", spec.logicalId(), summary, text));
  }

  /** Reads one shard from its checkpoint to its end, into lanes. */
  private final class Reader {
    private final String shardId;
    private final ShardProgress progress;
    private final ShardLanes lanes =
        new ShardLanes(
            spec.parallelizationFactor(),
            spec.batchSize(),
            spec.batchingWindow(),
            ShardLanes.PATIENCE,
            this::work);
    private final List<Thread> laneThreads = new ArrayList<>();
    private final Semaphore changed = new Semaphore(0);
    private Optional<String> lastRead = Optional.empty();
    private Optional<Instant> since = Optional.empty();
    private long position;

    Reader(String shardId) {
      this.shardId = shardId;
      changes.add(changed);
      this.progress = new ShardProgress(sequenceNumber -> save(shardId, sequenceNumber));
      checkpoints
          .load(spec.logicalId(), streamArn, shardId)
          .ifPresent(
              checkpoint -> {
                if (checkpoint.startsWith(SINCE)) {
                  since =
                      Optional.of(
                          Instant.ofEpochMilli(Long.parseLong(checkpoint.substring(SINCE.length())))
                              .truncatedTo(java.time.temporal.ChronoUnit.SECONDS));
                } else {
                  lastRead = Optional.of(checkpoint);
                }
              });
    }

    void read(Optional<String> firstIterator) throws InterruptedException {
      for (int i = 0; i < spec.parallelizationFactor(); i++) {
        laneThreads.add(thread("lane-" + shardId + "-" + i, lanes::run));
      }
      Optional<String> iterator = firstIterator;
      Duration wait = backOff.first();
      while (!closed) {
        try {
          String at = iterator.isPresent() ? iterator.get() : resume();
          long asked = System.nanoTime();
          GetRecordsResponse page =
              streams.getRecords(get -> get.shardIterator(at).limit(RECORDS_LIMIT));
          for (Record record : page.records()) {
            handOn(record);
          }
          wait = backOff.first();
          if (page.nextShardIterator() == null) {
            drain();
            return;
          }
          iterator = Optional.of(page.nextShardIterator());
          if (page.records().isEmpty()) {
            awaitChange();
          } else {
            activeNanos = System.nanoTime();
            TimeUnit.NANOSECONDS.sleep(asked + PACE.toNanos() - activeNanos);
          }
        } catch (ExpiredIteratorException e) {
          note("iterator of shard " + shardId + " had expired: reads on from " + where(), "");
          iterator = Optional.empty();
        } catch (TrimmedDataAccessException e) {
          note(
              "records of shard "
                  + shardId
                  + " after "
                  + where()
                  + " were trimmed before they were read and are lost to the function; reads on"
                  + " from the oldest there is",
              "");
          lastRead = Optional.empty();
          iterator = Optional.empty();
        } catch (ResourceNotFoundException e) {
          note("shard " + shardId + " is no longer there; what was unread in it is lost", "");
          drain();
          return;
        } catch (RuntimeException | Error e) {
          if (closed) {
            return;
          }
          note("cannot read shard " + shardId + ": " + e.getMessage(), "");
          iterator = Optional.empty();
          TimeUnit.NANOSECONDS.sleep(wait.toNanos());
          wait = backOff.after(wait);
        }
      }
    }

    /**
     * Works on a batch until it is done, whatever goes wrong: if the lane ended here, its records
     * would never be done, and those behind them never begin.
     */
    private void work(List<StreamItem> batch) throws InterruptedException {
      Duration wait = backOff.first();
      while (true) {
        try {
          batches.process(batch, streamArn, shardId, progress);
          return;
        } catch (RuntimeException | Error e) {
          if (closed) {
            throw new InterruptedException("closing");
          }
          warn(batch.size() + " records of shard " + shardId + " come again after a fault: " + e);
          TimeUnit.NANOSECONDS.sleep(wait.toNanos());
          wait = backOff.after(wait);
        }
      }
    }

    private String where() {
      return lastRead.map(number -> "sequence number " + number).orElse("the oldest record");
    }

    private String resume() {
      GetShardIteratorRequest.Builder request =
          GetShardIteratorRequest.builder().streamArn(streamArn).shardId(shardId);
      if (lastRead.isPresent()) {
        request
            .shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
            .sequenceNumber(lastRead.get());
      } else {
        request.shardIteratorType(ShardIteratorType.TRIM_HORIZON);
      }
      return streams.getShardIterator(request.build()).shardIterator();
    }

    private void handOn(Record record) throws InterruptedException {
      String sequenceNumber = record.dynamodb().sequenceNumber();
      Instant at = StreamEvents.at(record, Instant.now());
      ObjectNode event = StreamEvents.record(record, streamArn, at);
      StreamItem item =
          new StreamItem(
              position++,
              sequenceNumber,
              at,
              event,
              event.toString().getBytes(StandardCharsets.UTF_8).length);
      boolean unwanted = (since.isPresent() && at.isBefore(since.get())) || !filters.passes(event);
      progress.opened(item.position());
      if (unwanted) {
        progress.finished(List.of(item));
      } else {
        lanes.add(item);
      }
      lastRead = Optional.of(sequenceNumber);
    }

    /** The shard is closed and read: when all of it is done, its children may begin. */
    private void drain() throws InterruptedException {
      lanes.end();
      for (Thread thread : laneThreads) {
        thread.join();
      }
      if (!progress.isComplete()) {
        return; // a lane was stopped in the middle; its records come again
      }
      save(shardId, CheckpointStore.FINISHED);
      shardEnds.release();
    }

    /** Waits for the next poll: short while something happens, else until the table is written. */
    private void awaitChange() throws InterruptedException {
      long began = System.nanoTime();
      boolean active = began - activeNanos < polling.active().toNanos();
      Duration wait = active ? polling.soon() : polling.idle();
      if (changed.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS)) {
        changed.drainPermits();
        // Many writes at once must not make as many polls.
        TimeUnit.NANOSECONDS.sleep(began + polling.soon().toNanos() - System.nanoTime());
      }
    }
  }
}
