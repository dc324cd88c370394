package orders.proof.checker;

/**
 * A message in a dead-letter queue.
 *
 * @param queue which queue
 * @param reason its message attribute {@code reason}; empty without one
 * @param orderId the order it is about; empty if that cannot be read
 * @param commandId the command it carries; empty if that cannot be read
 * @param body unchanged
 */
public record Parked(String queue, String reason, String orderId, String commandId, String body) {
  /** Returns one line for a person. */
  public String line() {
    String text = body.length() > 200 ? body.substring(0, 200) + "…" : body;
    return "parked in " + queue + " because " + reason + ": " + text;
  }
}
