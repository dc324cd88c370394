package localcloud.services.sqs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import localcloud.model.Arns;
import localcloud.wire.Response;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

/**
 * Message move tasks: each moves a dead-letter queue's messages, standard or FIFO, in the
 * background, and ends with this process. Safe for use by many threads.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html">StartMessageMoveTask</a>
 */
final class MoveTasks implements AutoCloseable {
  private static final int KEPT = 10;
  private static final int MOST_A_SECOND = 500;

  private final Supplier<SqsClient> client;
  private final Map<String, Deque<Task>> bySource = new ConcurrentHashMap<>();

  MoveTasks(Supplier<SqsClient> client) {
    this.client = client;
  }

  private enum Status {
    RUNNING,
    CANCELLING,
    CANCELLED,
    COMPLETED,
    FAILED
  }

  private static final class Task {
    private final String handle;
    private final String source;
    private final Optional<String> destination;
    private final Optional<Integer> aSecond;
    private final Instant started = Instant.now();
    private final long toMove;
    private final AtomicInteger moved = new AtomicInteger();
    private final AtomicReference<Status> status = new AtomicReference<>(Status.RUNNING);
    private volatile @Nullable String failure;
    private volatile @Nullable Thread thread;

    Task(String source, Optional<String> destination, Optional<Integer> aSecond, long toMove) {
      String id = "{\"taskId\":\"" + UUID.randomUUID() + "\",\"sourceArn\":\"" + source + "\"}";
      this.handle = Base64.getEncoder().encodeToString(id.getBytes(StandardCharsets.UTF_8));
      this.source = source;
      this.destination = destination;
      this.aSecond = aSecond;
      this.toMove = toMove;
    }

    boolean active() {
      Status now = status.get();
      return now == Status.RUNNING || now == Status.CANCELLING;
    }

    ObjectNode toJson() {
      ObjectNode json = SqsAnswers.JSON.createObjectNode();
      if (active()) {
        json.put("TaskHandle", handle);
      }
      json.put("Status", status.get().name()).put("SourceArn", source);
      destination.ifPresent(arn -> json.put("DestinationArn", arn));
      aSecond.ifPresent(most -> json.put("MaxNumberOfMessagesPerSecond", most));
      json.put("ApproximateNumberOfMessagesMoved", moved.get())
          .put("ApproximateNumberOfMessagesToMove", toMove)
          .put("StartedTimestamp", started.toEpochMilli());
      String reason = failure;
      if (reason != null) {
        json.put("FailureReason", reason);
      }
      return json;
    }
  }

  /** A message that no queue sent here, and a task that does not say where to. */
  private static final class UnknownSourceException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  Response start(ObjectNode asked) {
    SqsClient sqs = client.get();
    String source = asked.path("SourceArn").asText();
    Optional<String> destination = Optional.ofNullable(asked.path("DestinationArn").textValue());
    int aSecond = asked.path("MaxNumberOfMessagesPerSecond").asInt(0);
    if (asked.has("MaxNumberOfMessagesPerSecond") && (aSecond < 1 || aSecond > MOST_A_SECOND)) {
      return SqsAnswers.invalidParameter(
          "Value %d for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: Must be between 1 and %d, if provided."
              .formatted(aSecond, MOST_A_SECOND));
    }
    Optional<String> sourceUrl = url(sqs, source);
    if (sourceUrl.isEmpty()) {
      return noQueue("SourceArn");
    }
    if (sqs.listDeadLetterSourceQueues(list -> list.queueUrl(sourceUrl.get()))
        .queueUrls()
        .isEmpty()) {
      return SqsAnswers.invalidParameter("Source queue must be configured as a Dead Letter Queue.");
    }
    if (destination.isPresent()) {
      if (url(sqs, destination.get()).isEmpty()) {
        return noQueue("DestinationArn");
      }
      if (destination.get().equals(source)) {
        return SqsAnswers.invalidParameter(
            "Source queue arn and destination queue arn cannot be the same.");
      }
      if (destination.get().endsWith(".fifo") != source.endsWith(".fifo")) {
        return SqsAnswers.invalidParameter(
            "The source queue and destination queue must be of the same queue type.");
      }
    }
    Redrive redrive = new Redrive(sqs, sourceUrl.get());
    Deque<Task> tasks = bySource.computeIfAbsent(source, arn -> new ArrayDeque<>());
    Task task =
        new Task(
            source,
            destination,
            aSecond == 0 ? Optional.empty() : Optional.of(aSecond),
            redrive.visible());
    synchronized (tasks) {
      if (tasks.stream().anyMatch(Task::active)) {
        return SqsAnswers.invalidParameter(
            "There is already a task running. Only one active task is allowed for a source queue"
                + " arn at a given time.");
      }
      tasks.addFirst(task);
      while (tasks.size() > KEPT) {
        tasks.removeLast();
      }
      task.thread = Thread.ofVirtual().name("move-task").start(() -> run(task, redrive, sqs));
    }
    return SqsAnswers.ok(SqsAnswers.JSON.createObjectNode().put("TaskHandle", task.handle));
  }

  private static void run(Task task, Redrive redrive, SqsClient sqs) {
    Duration pause =
        task.aSecond.map(most -> Duration.ofSeconds(1).dividedBy(most)).orElse(Duration.ZERO);
    try {
      int all =
          redrive.moveAll(
              message -> destinationOf(task, message, sqs),
              () -> {
                task.moved.incrementAndGet();
                Thread.sleep(pause);
                return task.status.get() == Status.RUNNING;
              });
      task.moved.set(all);
      if (!task.status.compareAndSet(Status.RUNNING, Status.COMPLETED)) {
        task.status.set(Status.CANCELLED);
      }
    } catch (InterruptedException closing) {
      task.status.set(Status.CANCELLED);
    } catch (UnknownSourceException unknown) {
      task.failure = "CouldNotDetermineMessageSource";
      task.status.set(Status.FAILED);
    } catch (QueueDoesNotExistException gone) {
      task.failure = "AWS.SimpleQueueService.NonExistentQueue";
      task.status.set(Status.FAILED);
    } catch (RuntimeException failed) {
      task.failure = failed.getMessage();
      task.status.set(Status.FAILED);
    }
  }

  private static String destinationOf(Task task, Message message, SqsClient sqs) {
    String arn =
        task.destination
            .or(
                () ->
                    Optional.ofNullable(
                        message
                            .attributes()
                            .get(MessageSystemAttributeName.DEAD_LETTER_QUEUE_SOURCE_ARN)))
            .orElseThrow(UnknownSourceException::new);
    return sqs.getQueueUrl(get -> get.queueName(Arns.nameOf(arn))).queueUrl();
  }

  Response list(ObjectNode asked) {
    String source = asked.path("SourceArn").asText();
    int most = asked.path("MaxResults").asInt(1);
    if (most < 1 || most > KEPT) {
      return SqsAnswers.invalidParameter(
          "Value %d for parameter MaxResults is invalid. Reason: Must be between 1 and %d, if provided."
              .formatted(most, KEPT));
    }
    if (url(client.get(), source).isEmpty()) {
      return noQueue("SourceArn");
    }
    ObjectNode answer = SqsAnswers.JSON.createObjectNode();
    var results = answer.putArray("Results");
    Deque<Task> tasks = bySource.getOrDefault(source, new ArrayDeque<>());
    synchronized (tasks) {
      tasks.stream().limit(most).forEach(task -> results.add(task.toJson()));
    }
    return SqsAnswers.ok(answer);
  }

  Response cancel(ObjectNode asked) {
    String handle = asked.path("TaskHandle").asText();
    for (Deque<Task> tasks : bySource.values()) {
      synchronized (tasks) {
        for (Task task : tasks) {
          if (task.handle.equals(handle)) {
            // It may end at this very moment; then it stays ended.
            if (!task.status.compareAndSet(Status.RUNNING, Status.CANCELLING)) {
              return SqsAnswers.unsupported("Only active tasks can be cancelled.");
            }
            return SqsAnswers.ok(
                SqsAnswers.JSON
                    .createObjectNode()
                    .put("ApproximateNumberOfMessagesMoved", task.moved.get()));
          }
        }
      }
    }
    return SqsAnswers.notFound("Task does not exist.");
  }

  private static Response noQueue(String parameter) {
    return SqsAnswers.notFound(
        "The resource that you specified for the " + parameter + " parameter doesn't exist.");
  }

  private static Optional<String> url(SqsClient sqs, String arn) {
    if (!arn.startsWith(Arns.queue(""))) {
      return Optional.empty();
    }
    try {
      return Optional.of(sqs.getQueueUrl(get -> get.queueName(Arns.nameOf(arn))).queueUrl());
    } catch (QueueDoesNotExistException unknown) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    for (Deque<Task> tasks : bySource.values()) {
      synchronized (tasks) {
        for (Task task : tasks) {
          Thread thread = task.thread;
          if (thread != null) {
            thread.interrupt();
          }
        }
      }
    }
  }
}
