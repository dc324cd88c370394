package orders.proof.checker;

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
public record Parked(
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
   */
  public record Move(String from, long receives, long allowed) {
    /** Whether the queue had cause to move it. */
    public boolean isDue() {
      return !from.isEmpty() && receives > allowed;
    }
  }

  /** A message that a function parked. */
  public Parked(String queue, String reason, String orderId, String commandId, String body) {
    this(queue, reason, Optional.empty(), orderId, commandId, body);
  }

  /**
   * Whether it is clear why it is here: it says so itself, or the queue moved it after as many
   * receives as it allows, since whoever would have given a reason was dead each time.
   */
  public boolean isReasoned() {
    return !reason.isEmpty() || move.map(Move::isDue).orElse(false);
  }

  /** Returns one line for a person. */
  public String line() {
    String text = body.length() > 200 ? body.substring(0, 200) + "…" : body;
    return "parked in "
        + queue
        + " because "
        + (reason.isEmpty() ? move.map(Move::toString).orElse("") : reason)
        + ": "
        + text;
  }
}
