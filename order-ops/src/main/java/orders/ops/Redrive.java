package orders.ops;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import software.amazon.awssdk.services.sqs.model.Message;

/**
 * Sends parked commands back to the queue of orders, body and attributes as they were accepted.
 *
 * <p>Each is sent first and deleted after: a crash between the two leaves it twice, and a command
 * may come any number of times. What cannot succeed is parked again, under a new message; this run
 * leaves that alone.
 */
public final class Redrive {
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
    DeadLetters parked = new DeadLetters(stack.sqs(), stack.deadLetterQueue());
    KeptAnswers answers = new KeptAnswers(stack.dynamoDb(), stack.idempotencyTable());
    List<Message> others = new ArrayList<>();
    int[] sent = {0};
    parked.each(
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
          parked.delete(message);
          sent[0]++;
        });
    Map<String, Integer> left = new TreeMap<>();
    for (Message message : others) {
      left.merge(DeadLetters.reasonOf(message), 1, Integer::sum);
      parked.putBack(message);
    }
    return new Result(sent[0], left);
  }
}
