package localcloud.services.sqs;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * Moves messages from one queue to another, attributes and group included; a message is deleted
 * only when its copy has been accepted.
 */
public final class Redrive {
  /** Time enough to look at what was taken, and short if it is never put back. */
  private static final int HELD_SECONDS = 30;

  /** By queue: whoever looks at its messages holds them, and they seem not to be there. */
  private static final Map<String, ReentrantLock> LOOKING = new ConcurrentHashMap<>();

  private final SqsClient sqs;
  private final String from;
  private final ReentrantLock looking;

  /**
   * @param from URL of the queue that is emptied
   */
  public Redrive(SqsClient sqs, String from) {
    this.sqs = sqs;
    this.from = from;
    this.looking = LOOKING.computeIfAbsent(from, url -> new ReentrantLock());
  }

  /**
   * Does something that takes messages and puts them back, while nobody else takes any from this
   * queue here, or asks what is there.
   */
  public <T> T alone(Supplier<T> work) {
    looking.lock();
    try {
      return work.get();
    } finally {
      looking.unlock();
    }
  }

  /** Says, after each message, whether to go on. */
  public interface Progress {
    boolean moved() throws InterruptedException;
  }

  /**
   * Moves what is there now; what comes meanwhile, such as a message that is dead-lettered again,
   * stays.
   *
   * @param destination URL of the queue that a message goes to
   * @return how many were moved
   */
  public int moveAll(Function<Message, String> destination, Progress progress)
      throws InterruptedException {
    long there = alone(this::visible);
    int moved = 0;
    boolean goOn = there > 0;
    // A few at a time: what is held for too long is seen again, and would be moved again. A group's
    // messages come only after those before them are deleted.
    Deque<Message> held = new ArrayDeque<>(goOn ? alone(this::receive) : List.of());
    try {
      while (goOn && !held.isEmpty()) {
        move(held.getFirst(), destination.apply(held.getFirst()));
        held.removeFirst();
        moved++;
        goOn = progress.moved() && moved < there;
        if (goOn && held.isEmpty()) {
          held.addAll(alone(this::receive));
        }
      }
    } finally {
      held.forEach(this::putBack);
    }
    return moved;
  }

  /** Returns how many messages could be received now, as far as SQS knows. */
  public long visible() {
    QueueAttributeName wanted = QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES;
    return Long.parseLong(
        sqs.getQueueAttributes(get -> get.queueUrl(from).attributeNames(wanted))
            .attributes()
            .getOrDefault(wanted, "0"));
  }

  public List<Message> receive() {
    return sqs.receiveMessage(
            receive ->
                receive
                    .queueUrl(from)
                    .maxNumberOfMessages(10)
                    .visibilityTimeout(HELD_SECONDS)
                    .messageSystemAttributeNames(MessageSystemAttributeName.ALL)
                    .messageAttributeNames("All"))
        .messages();
  }

  /** Moves a message that was received. */
  public void move(Message message, String to) {
    sqs.sendMessage(
        send -> {
          send.queueUrl(to)
              .messageBody(message.body())
              .messageAttributes(message.messageAttributes());
          Optional.ofNullable(message.attributes().get(MessageSystemAttributeName.MESSAGE_GROUP_ID))
              .ifPresent(send::messageGroupId);
          if (from.endsWith(".fifo")) {
            // Its own deduplication id would make the queue drop it, as one that it had already.
            send.messageDeduplicationId(message.messageId());
          }
        });
    sqs.deleteMessage(delete -> delete.queueUrl(from).receiptHandle(message.receiptHandle()));
  }

  /** Lets a message that was received be seen again. */
  public void putBack(Message message) {
    sqs.changeMessageVisibility(
        change ->
            change.queueUrl(from).receiptHandle(message.receiptHandle()).visibilityTimeout(0));
  }
}
