package localcloud.events;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import localcloud.functions.Destination;
import localcloud.functions.FunctionInvoker;
import localcloud.functions.FunctionInvoker.Answer;
import localcloud.functions.FunctionInvoker.ThrottledException;
import localcloud.journal.Journal;
import localcloud.model.EventSourceMappingSpec.FromStream;

/**
 * Works on batches of a stream until each record is done or given up, by Lambda's rules:
 *
 * <ul>
 *   <li>A failed batch is tried again as a whole; with partial failures reported, from the lowest
 *       reported sequence number on.
 *   <li>With bisecting on, the batch of a failed invocation is halved, which uses up no retry. With
 *       partial failures reported, it is split at the reported sequence number instead: told the
 *       first, all of it comes again together, and that is a retry.
 *   <li>What keeps the function from being invoked, such as throttling, uses up no retry either;
 *       only the records' age ends it.
 *   <li>What is given up is told to the on-failure destination, as a range of sequence numbers.
 * </ul>
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html">Retain
 *     discarded records</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html">
 *     Bisecting a batch</a>
 */
final class StreamBatches {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Waits between failures: from the first, doubling, to the last. */
  record BackOff(Duration first, Duration last) {
    static final BackOff DEFAULT = new BackOff(Duration.ofMillis(200), Duration.ofSeconds(10));

    Duration after(Duration wait) {
      Duration twice = wait.multipliedBy(2);
      return twice.compareTo(last) > 0 ? last : twice;
    }
  }

  /** Records still to be done together, and what has been tried. */
  private record Work(List<StreamItem> items, int failures, int invoked) {
    Work from(int index) {
      return new Work(items.subList(index, items.size()), failures, invoked);
    }

    Work to(int index) {
      return new Work(items.subList(0, index), failures, invoked);
    }

    Work invokedOnce() {
      return new Work(items, failures, invoked + 1);
    }

    Work failedOnce() {
      return new Work(items, failures + 1, invoked);
    }

    List<String> sequenceNumbers() {
      return items.stream().map(StreamItem::sequenceNumber).toList();
    }
  }

  private final FromStream spec;
  private final FunctionInvoker functions;
  private final String functionArn;
  private final Destination destinations;
  private final Journal journal;
  private final BackOff backOff;

  StreamBatches(
      FromStream spec,
      FunctionInvoker functions,
      String functionArn,
      Destination destinations,
      Journal journal,
      BackOff backOff) {
    this.spec = spec;
    this.functions = functions;
    this.functionArn = functionArn;
    this.destinations = destinations;
    this.journal = journal;
    this.backOff = backOff;
  }

  /** Works on a batch until all of it is done or given up, telling progress as it goes. */
  void process(List<StreamItem> batch, String streamArn, String shardId, ShardProgress progress)
      throws InterruptedException {
    Deque<Work> todo = new ArrayDeque<>();
    todo.push(new Work(List.copyOf(batch), 0, 0));
    Optional<Answer> last = Optional.empty();
    Duration wait = backOff.first();
    while (!todo.isEmpty()) {
      Work work = todo.pop();
      int expired = expired(work.items());
      if (expired > 0) {
        Work old = work.to(expired);
        giveUp("RecordAgeExceeded", old, last, streamArn, shardId);
        progress.finished(old.items());
        if (expired < work.items().size()) {
          todo.push(work.from(expired));
        }
        continue;
      }
      Answer answer;
      try {
        answer = functions.invoke(spec.functionLogicalId(), event(work.items()), Optional.empty());
      } catch (RuntimeException e) {
        String why = e instanceof ThrottledException ? "throttled" : "could not be invoked: " + e;
        note(why + ": " + work.items().size() + " records wait", work);
        todo.push(work);
        wait = pause(wait);
        continue;
      }
      last = Optional.of(answer);
      work = work.invokedOnce();
      int firstFailed = firstFailed(answer, work);
      if (firstFailed > 0) {
        progress.finished(work.to(firstFailed).items());
        wait = backOff.first();
      }
      if (firstFailed < work.items().size()) {
        boolean again = retry(todo, work, firstFailed, answer.failed());
        if (!again) {
          giveUp("RetryAttemptsExhausted", work.from(firstFailed), last, streamArn, shardId);
          progress.finished(work.from(firstFailed).items());
        } else {
          wait = pause(wait);
        }
      }
    }
  }

  /** Puts back what failed, split if it can be; false if its retries are used up. */
  private boolean retry(Deque<Work> todo, Work work, int firstFailed, boolean invocationFailed) {
    Work rest = work.from(firstFailed);
    if (spec.bisectBatchOnFunctionError() && firstFailed > 0) {
      todo.push(rest); // split at the reported record
      return true;
    }
    if (spec.bisectBatchOnFunctionError() && invocationFailed && rest.items().size() > 1) {
      int half = rest.items().size() / 2;
      todo.push(rest.from(half));
      todo.push(rest.to(half));
      return true;
    }
    Work failed = rest.failedOnce();
    if (spec.maximumRetryAttempts().isPresent()
        && failed.failures() > spec.maximumRetryAttempts().getAsInt()) {
      return false;
    }
    todo.push(failed);
    return true;
  }

  /** Returns the index of the first record that is not done; the size if all are. */
  private int firstFailed(Answer answer, Work work) {
    if (answer.failed()) {
      note(
          "the function failed: "
              + new String(answer.payload(), StandardCharsets.UTF_8)
              + ": "
              + work.items().size()
              + " records come again",
          work);
      return 0;
    }
    if (!spec.reportBatchItemFailures()) {
      return work.items().size();
    }
    List<String> sequenceNumbers = work.sequenceNumbers();
    return switch (BatchResponse.read(answer.payload(), sequenceNumbers)) {
      case BatchResponse.Success success -> work.items().size();
      case BatchResponse.PartialFailure(var identifiers) -> {
        int first = identifiers.stream().mapToInt(sequenceNumbers::indexOf).min().orElse(0);
        note(
            "failed from sequence number " + sequenceNumbers.get(first) + " on, it comes again",
            work);
        yield first;
      }
      case BatchResponse.Failure(String reason) -> {
        note(reason + ": all " + work.items().size() + " records come again", work);
        yield 0;
      }
    };
  }

  private int expired(List<StreamItem> items) {
    if (spec.maximumRecordAge().isEmpty()) {
      return 0;
    }
    Instant oldest = Instant.now().minus(spec.maximumRecordAge().get());
    int count = 0;
    while (count < items.size() && items.get(count).at().isBefore(oldest)) {
      count++;
    }
    return count;
  }

  private void giveUp(
      String condition, Work work, Optional<Answer> last, String streamArn, String shardId)
      throws InterruptedException {
    note(
        "given up ("
            + condition
            + "): "
            + work.items().size()
            + " records"
            + spec.onFailureArn().map(arn -> ", told to " + arn).orElse(", told to nobody"),
        work);
    if (spec.onFailureArn().isEmpty()) {
      return;
    }
    String message = failureRecord(condition, work, last, streamArn, shardId).toString();
    Duration wait = backOff.first();
    while (true) {
      try {
        destinations.deliver(spec.onFailureArn().get(), message);
        return;
      } catch (IllegalArgumentException e) {
        note("on-failure destination refused: " + e.getMessage(), work);
        return;
      } catch (IOException | RuntimeException e) {
        // The stream waits rather than that a record goes without a word.
        note("on-failure destination not reached, tried again: " + e.getMessage(), work);
        wait = pause(wait);
      }
    }
  }

  private ObjectNode failureRecord(
      String condition, Work work, Optional<Answer> last, String streamArn, String shardId) {
    StreamItem first = work.items().get(0);
    StreamItem end = work.items().get(work.items().size() - 1);
    ObjectNode message = JSON.createObjectNode();
    message
        .putObject("requestContext")
        .put("requestId", last.map(Answer::requestId).orElseGet(() -> UUID.randomUUID().toString()))
        .put("functionArn", functionArn)
        .put("condition", condition)
        .put("approximateInvokeCount", work.invoked());
    if (last.isPresent() && work.invoked() > 0) {
      ObjectNode response = message.putObject("responseContext");
      response.put("statusCode", 200).put("executedVersion", "$LATEST");
      last.get().functionError().ifPresent(error -> response.put("functionError", error));
    }
    message.put("version", "1.0");
    message.put("timestamp", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
    message
        .putObject("DDBStreamBatchInfo")
        .put("shardId", shardId)
        .put("startSequenceNumber", first.sequenceNumber())
        .put("endSequenceNumber", end.sequenceNumber())
        .put("approximateArrivalOfFirstRecord", seconds(first.at()))
        .put("approximateArrivalOfLastRecord", seconds(end.at()))
        .put("batchSize", work.items().size())
        .put("streamArn", StreamEvents.localArn(streamArn));
    return message;
  }

  private static String seconds(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static byte[] event(List<StreamItem> items) {
    ArrayNode records = JSON.createArrayNode();
    items.forEach(item -> records.add(item.event()));
    return JSON.createObjectNode()
        .set("Records", records)
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }

  private Duration pause(Duration wait) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(wait.toNanos());
    return backOff.after(wait);
  }

  private void note(String summary, Work work) {
    StringBuilder keys = new StringBuilder();
    work.items()
        .forEach(item -> keys.append(item.event().path("dynamodb").path("Keys")).append('\n'));
    journal.add(
        new Journal.Entry(Instant.now(), "stream", spec.logicalId(), summary, keys.toString()));
  }
}
