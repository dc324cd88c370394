package orders.ops;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import software.amazon.awssdk.services.sqs.model.Message;

/**
 * Sends dead-lettered commands back to the queue of orders, body and attributes as they were
 * accepted.
 *
 * <p>Each is sent first and deleted after: a crash between the two leaves it twice, and a command
 * may come any number of times. What cannot succeed is dead-lettered again, under a new message;
 * this run leaves that alone.
 */
public final class Redrive {
  /** The reason of what had none: SQS moved it, for its readers died each time. */
  static final String MOVED_BY_QUEUE = "moved-by-queue";

  private final Stack stack;

  public Redrive(Stack stack) {
    this.stack = stack;
  }

  /**
   * What was done.
   *
   * @param sent messages that are back in the queue
   * @param left messages that were not asked for, by reason
   */
  public record Result(int sent, Map<String, Integer> left) {}

  /**
   * Redrives.
   *
   * @param wanted which reasons; the others stay
   */
  public Result run(Predicate<String> wanted) {
    DeadLetters deadLettered = new DeadLetters(stack.sqs(), stack.deadLetterQueue());
    StoredResponses answers = new StoredResponses(stack.dynamoDb(), stack.idempotencyTable());
    List<Message> others = new ArrayList<>();
    int[] sent = {0};
    deadLettered.each(
        Instant.now(),
        message -> {
          if (!wanted.test(DeadLetters.reasonOf(message))) {
            others.add(message);
            return;
          }
          answers.keepAnew(message.body());
          stack
              .sqs()
              .sendMessage(
                  send ->
                      send.queueUrl(stack.orderQueue())
                          .messageBody(message.body())
                          .messageAttributes(DeadLetters.ownAttributes(message)));
          deadLettered.delete(message);
          sent[0]++;
        });
    Map<String, Integer> left = new TreeMap<>();
    for (Message message : others) {
      left.merge(DeadLetters.reasonOf(message), 1, Integer::sum);
      deadLettered.putBack(message);
    }
    return new Result(sent[0], left);
  }

  /**
   * Copies each dead letter without a reason to a message of its own, and deletes it. SQS keeps the
   * time at which a message was first sent when it moves it, and deletes it 14 days after that; a
   * copy has 14 days again. Sent first and deleted after, as in a redrive.
   *
   * @return how many
   */
  public int refresh() {
    DeadLetters deadLettered = new DeadLetters(stack.sqs(), stack.deadLetterQueue());
    List<Message> others = new ArrayList<>();
    int[] copied = {0};
    deadLettered.each(
        Instant.now(),
        message -> {
          if (!DeadLetters.reasonOf(message).isEmpty()) {
            others.add(message);
            return;
          }
          stack
              .sqs()
              .sendMessage(
                  send ->
                      send.queueUrl(stack.deadLetterQueue())
                          .messageBody(message.body())
                          .messageAttributes(DeadLetters.withReason(message, MOVED_BY_QUEUE)));
          deadLettered.delete(message);
          copied[0]++;
        });
    others.forEach(deadLettered::putBack);
    return copied[0];
  }
}
