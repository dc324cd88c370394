package orders.systemtests.checker;

import java.util.List;
import java.util.Optional;

/**
 * A message in a dead-letter queue.
 *
 * @param queue which queue
 * @param reason its message attribute {@code reason}; empty without one
 * @param move how the queue itself moved it; empty if it did not
 * @param orderId the order it is about; empty if that cannot be read
 * @param commandId the command it carries; empty if that cannot be read
 * @param body unchanged
 */
public record DeadLetter(
    String queue,
    String reason,
    Optional<Move> move,
    String orderId,
    String commandId,
    String body) {

  /**
   * What a queue does with a message that nobody finishes.
   *
   * @param from the ARN of the queue that it was in
   * @param receives how often it was received, in the dead-letter queue too
   * @param allowed how often that queue delivers a message
   * @param ownFailures invocations with it that failed although nobody harmed their process
   */
  public record Move(String from, long receives, long allowed, List<String> ownFailures) {
    public Move {
      ownFailures = List.copyOf(ownFailures);
    }

    private String line() {
      return "it was received " + receives + " times of " + allowed + " in " + from;
    }

    /** Whether the queue had cause to move it, and the function no fault in that. */
    public boolean isDue() {
      return !from.isEmpty() && receives > allowed && ownFailures.isEmpty();
    }
  }

  /** A message that a function dead-lettered. */
  public DeadLetter(String queue, String reason, String orderId, String commandId, String body) {
    this(queue, reason, Optional.empty(), orderId, commandId, body);
  }

  /**
   * Whether it is clear why it is here: it says so itself, or the queue moved it after as many
   * receives as it allows, since whoever would have given a reason was killed or frozen. A function
   * that fails of itself is no excuse.
   */
  public boolean isReasoned() {
    return !reason.isEmpty() || move.map(Move::isDue).orElse(false);
  }

  /** Returns one line for a person. */
  public String line() {
    String text = body.length() > 200 ? body.substring(0, 200) + "…" : body;
    return "dead-lettered in "
        + queue
        + " because "
        + (reason.isEmpty() ? move.map(Move::line).orElse("") : reason)
        + ": "
        + text;
  }
}
