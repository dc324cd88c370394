package localcloud.events;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import localcloud.functions.FunctionInvoker;
import localcloud.functions.FunctionInvoker.Answer;
import localcloud.functions.FunctionInvoker.ThrottledException;
import localcloud.journal.Journal;
import localcloud.model.Arns;
import localcloud.model.EventSourceMappingSpec.FromQueue;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/**
 * Feeds a function from a queue, as Lambda's pollers do: gathers batches by long polling, invokes
 * for up to so many batches at once, deletes what is done. What is not done stays invisible until
 * its visibility timeout ends, and comes again or goes where the queue's redrive policy sends it.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html">Using Lambda with
 *     Amazon SQS</a>
 */
public final class SqsMapping implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int RECEIVE_LIMIT = 10;
  private static final int PAYLOAD_LIMIT_BYTES = 6 * 1024 * 1024;
  // Lambda begins with five batches at once; more would only queue for the same cores here.
  private static final int DEFAULT_CONCURRENCY = 5;
  private static final Duration LONG_POLL = Duration.ofSeconds(20);

  /**
   * A poll begins no sooner than this after the one before. The first message of a quiet time goes
   * on at once; under load they come several at a time, which costs this machine less for each.
   */
  private static final Duration PACE = Duration.ofMillis(15);

  /**
   * While a batch is under way, messages gather for the next one for so long; a full batch is
   * followed at once. So a busy queue makes few and full batches, and one that is slow to work on
   * still has as many at once as it may.
   */
  static final Duration PATIENCE = Duration.ofMillis(75);

  private static final Duration FIRST_BACK_OFF = Duration.ofMillis(200);
  private static final Duration LAST_BACK_OFF = Duration.ofSeconds(5);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final FromQueue spec;
  private final SqsClient sqs;
  private final FunctionInvoker functions;
  private final Journal journal;
  private final FilterCriteria filters;
  private final boolean fifo;
  private final Semaphore batchesAtOnce;
  private final int concurrency;
  private final Duration patience;
  private final Semaphore batchEnds = new Semaphore(0);
  private final AtomicLong throttledInARow = new AtomicLong();
  private final Set<Thread> batches = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;
  private Optional<Thread> poller = Optional.empty();

  /**
   * Prepares the mapping; {@link #start} starts it.
   *
   * @throws IllegalArgumentException if a filter pattern is not of the language
   */
  public SqsMapping(FromQueue spec, SqsClient sqs, FunctionInvoker functions, Journal journal) {
    this(spec, sqs, functions, journal, PATIENCE);
  }

  SqsMapping(
      FromQueue spec,
      SqsClient sqs,
      FunctionInvoker functions,
      Journal journal,
      Duration patience) {
    this.spec = spec;
    this.patience = patience;
    this.sqs = sqs;
    this.functions = functions;
    this.journal = journal;
    this.filters = FilterCriteria.of(spec.filters());
    this.fifo = spec.queueArn().endsWith(".fifo");
    // What no process can take yet is left in the queue, where it gathers into fuller batches.
    this.concurrency =
        Math.min(
            spec.maximumConcurrency().orElse(DEFAULT_CONCURRENCY),
            functions.atOnce(spec.functionLogicalId()));
    this.batchesAtOnce = new Semaphore(concurrency);
  }

  /** Starts to poll, unless the mapping is disabled. */
  public void start() {
    if (spec.enabled()) {
      poller = Optional.of(Thread.ofVirtual().name("poll-" + spec.logicalId()).start(this::poll));
    }
  }

  /** Stops polling and waits a moment for the batches under way. */
  @Override
  public void close() {
    closed = true;
    poller.ifPresent(Thread::interrupt);
    try {
      if (!batchesAtOnce.tryAcquire(concurrency, CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        batches.forEach(Thread::interrupt);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void poll() {
    Duration backOff = FIRST_BACK_OFF;
    String url = "";
    long polled = System.nanoTime() - PACE.toNanos();
    boolean full = false;
    while (!closed) {
      try {
        if (url.isEmpty()) {
          url = sqs.getQueueUrl(get -> get.queueName(Arns.nameOf(spec.queueArn()))).queueUrl();
        }
        waitWhileThrottled();
        // Nothing is received that cannot be worked on at once: it would only age out of sight.
        batchesAtOnce.acquire();
        boolean handedOn = false;
        try {
          TimeUnit.NANOSECONDS.sleep(polled + PACE.toNanos() - System.nanoTime());
          if (!full) {
            awaitBatches(polled + patience.toNanos());
          }
          polled = System.nanoTime();
          List<Message> messages = gather(url);
          full = messages.size() >= Math.min(spec.batchSize(), RECEIVE_LIMIT);
          handedOn = !messages.isEmpty();
          if (handedOn) {
            inBackground(url, messages);
          }
        } finally {
          if (!handedOn) {
            batchesAtOnce.release();
          }
        }
        backOff = FIRST_BACK_OFF;
      } catch (InterruptedException closing) {
        return;
      } catch (RuntimeException | Error e) {
        // Whatever it was: a mapping that stops to poll is never heard of again.
        if (closed) {
          return;
        }
        note("cannot poll: " + e.getMessage(), "");
        if (!pause(backOff)) {
          return;
        }
        backOff = doubled(backOff);
      }
    }
  }

  /** Waits until no batch is under way, but not beyond a time. */
  private void awaitBatches(long untilNanos) throws InterruptedException {
    batchEnds.drainPermits();
    while (!batches.isEmpty()) {
      long left = untilNanos - System.nanoTime();
      if (left <= 0) {
        return;
      }
      boolean unused = batchEnds.tryAcquire(left, TimeUnit.NANOSECONDS);
    }
  }

  private void inBackground(String url, List<Message> messages) {
    Thread thread =
        Thread.ofVirtual()
            .name("batch-" + spec.logicalId())
            .unstarted(
                () -> {
                  try {
                    process(url, messages);
                  } catch (InterruptedException closing) {
                    Thread.currentThread().interrupt();
                  } catch (RuntimeException e) {
                    // Whatever it was, the messages come again when their visibility ends.
                    note("batch failed: " + e, "");
                  } finally {
                    batches.remove(Thread.currentThread());
                    batchEnds.release();
                    batchesAtOnce.release();
                  }
                });
    batches.add(thread);
    thread.start();
  }

  /** Receives until the batch is full or its window, which opens with the first message, ends. */
  private List<Message> gather(String url) {
    List<Message> messages = new ArrayList<>(receive(url, spec.batchSize(), LONG_POLL));
    if (messages.isEmpty() || spec.batchingWindow().isZero()) {
      return messages;
    }
    long end = System.nanoTime() + spec.batchingWindow().toNanos();
    long size = size(messages);
    while (messages.size() < spec.batchSize() && size < PAYLOAD_LIMIT_BYTES && !closed) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        break;
      }
      // SQS waits in whole seconds; the last part of a window is waited for in short polls.
      Duration wait =
          Duration.ofSeconds(Math.min(LONG_POLL.toSeconds(), TimeUnit.NANOSECONDS.toSeconds(left)));
      List<Message> more;
      try {
        more = receive(url, spec.batchSize() - messages.size(), wait);
      } catch (SdkException e) {
        // What is there is not given up for what did not come: it is out of everybody's sight.
        note("cannot poll, goes on with " + messages.size() + " messages: " + e.getMessage(), "");
        break;
      }
      messages.addAll(more);
      size += size(more);
      if (more.isEmpty() && wait.isZero() && !pause(Duration.ofMillis(50))) {
        break;
      }
    }
    return messages;
  }

  private static long size(List<Message> messages) {
    return messages.stream().mapToLong(message -> message.body().length()).sum();
  }

  private List<Message> receive(String url, int room, Duration wait) {
    return sqs.receiveMessage(
            receive ->
                receive
                    .queueUrl(url)
                    .maxNumberOfMessages(Math.min(room, RECEIVE_LIMIT))
                    .waitTimeSeconds((int) wait.toSeconds())
                    .messageSystemAttributeNames(MessageSystemAttributeName.ALL)
                    .messageAttributeNames("All"))
        .messages();
  }

  private void process(String url, List<Message> messages) throws InterruptedException {
    List<Message> filtered = new ArrayList<>();
    List<Message> batch = new ArrayList<>();
    List<ObjectNode> records = new ArrayList<>();
    long bytes = 0;
    for (Message message : messages) {
      ObjectNode record = SqsEvents.record(message, spec.queueArn());
      if (!filters.passesQueueRecord(record)) {
        filtered.add(message);
        continue;
      }
      int size = record.toString().getBytes(StandardCharsets.UTF_8).length;
      if (!batch.isEmpty() && bytes + size > PAYLOAD_LIMIT_BYTES - 64) {
        boolean done = invoke(url, batch, records);
        if (!done && fifo) {
          // What failed comes first: the rest waits out of sight as long as it does.
          delete(url, filtered);
          return;
        }
        batch = new ArrayList<>();
        records = new ArrayList<>();
        bytes = 0;
      }
      batch.add(message);
      records.add(record);
      bytes += size + 1;
    }
    if (!filtered.isEmpty()) {
      note("filtered out " + filtered.size() + " messages", ids(filtered));
      delete(url, filtered);
    }
    if (!batch.isEmpty()) {
      boolean unused = invoke(url, batch, records);
    }
  }

  /** Invokes the function and deletes what it has done; returns whether that is all. */
  private boolean invoke(String url, List<Message> batch, List<ObjectNode> records)
      throws InterruptedException {
    ArrayNode array = JSON.createArrayNode();
    records.forEach(array::add);
    byte[] event =
        JSON.createObjectNode().set("Records", array).toString().getBytes(StandardCharsets.UTF_8);
    Answer answer;
    try {
      answer = functions.invoke(spec.functionLogicalId(), event, trace(batch));
    } catch (ThrottledException e) {
      throttledInARow.incrementAndGet();
      note("throttled: " + batch.size() + " messages go back to the queue", ids(batch));
      return false;
    }
    throttledInARow.set(0);
    if (answer.failed()) {
      note("the function failed: " + batch.size() + " messages come again", ids(batch));
      return false;
    }
    Map<String, Message> byId = new LinkedHashMap<>();
    batch.forEach(message -> byId.put(message.messageId(), message));
    BatchResponse response =
        spec.reportBatchItemFailures()
            ? BatchResponse.read(answer.payload(), byId.keySet())
            : new BatchResponse.Success();
    return switch (response) {
      case BatchResponse.Success success -> {
        delete(url, batch);
        yield true;
      }
      case BatchResponse.PartialFailure(Set<String> identifiers) -> {
        note(identifiers.size() + " of " + batch.size() + " messages failed", "" + identifiers);
        identifiers.forEach(byId::remove);
        delete(url, List.copyOf(byId.values()));
        yield false;
      }
      case BatchResponse.Failure(String reason) -> {
        note(reason + ": all " + batch.size() + " messages come again", ids(batch));
        yield false;
      }
    };
  }

  private static Optional<String> trace(List<Message> batch) {
    return batch.stream()
        .map(message -> message.attributes().get(MessageSystemAttributeName.AWS_TRACE_HEADER))
        .filter(java.util.Objects::nonNull)
        .findFirst();
  }

  private void delete(String url, List<Message> done) {
    for (int from = 0; from < done.size(); from += RECEIVE_LIMIT) {
      List<DeleteMessageBatchRequestEntry> entries = new ArrayList<>();
      for (Message message : done.subList(from, Math.min(done.size(), from + RECEIVE_LIMIT))) {
        entries.add(
            DeleteMessageBatchRequestEntry.builder()
                .id(Integer.toString(entries.size()))
                .receiptHandle(message.receiptHandle())
                .build());
      }
      deleteSome(url, entries);
    }
  }

  /** Deletes up to ten; what cannot be deleted comes again, which every function must bear. */
  private void deleteSome(String url, List<DeleteMessageBatchRequestEntry> entries) {
    List<DeleteMessageBatchRequestEntry> left = entries;
    for (int tries = 0; tries < 3 && !left.isEmpty(); tries++) {
      List<DeleteMessageBatchRequestEntry> asked = left;
      try {
        List<String> failed =
            sqs.deleteMessageBatch(delete -> delete.queueUrl(url).entries(asked)).failed().stream()
                .filter(entry -> !entry.senderFault())
                .map(BatchResultErrorEntry::id)
                .toList();
        left = asked.stream().filter(entry -> failed.contains(entry.id())).toList();
      } catch (SdkException e) {
        if (!pause(FIRST_BACK_OFF)) {
          return;
        }
      }
    }
    if (!left.isEmpty()) {
      note(left.size() + " messages could not be deleted and will come again", "");
    }
  }

  /** Backs off while the function is throttled, so that messages do not use up their receives. */
  private void waitWhileThrottled() throws InterruptedException {
    long throttled = Math.min(throttledInARow.get(), 10);
    if (throttled > 0) {
      long millis = FIRST_BACK_OFF.toMillis() << (throttled - 1);
      TimeUnit.MILLISECONDS.sleep(Math.min(millis, LAST_BACK_OFF.toMillis()));
    }
  }

  private static boolean pause(Duration duration) {
    try {
      TimeUnit.NANOSECONDS.sleep(duration.toNanos());
      return true;
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Duration doubled(Duration backOff) {
    Duration twice = backOff.multipliedBy(2);
    return twice.compareTo(LAST_BACK_OFF) > 0 ? LAST_BACK_OFF : twice;
  }

  private static String ids(List<Message> messages) {
    StringBuilder text = new StringBuilder();
    messages.forEach(
        message ->
            text.append(message.messageId()).append(' ').append(message.body()).append('\n'));
    return text.toString();
  }

  private void note(String summary, String text) {
    journal.add(new Journal.Entry(Instant.now(), "sqs", spec.logicalId(), summary, text));
  }
}
