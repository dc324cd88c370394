package orders.wire;

/**
 * A written form is not what it should be, and will not become so by another try.
 *
 * <p>{@link #reason()} names the place and what is wrong there, and repeats nothing of the content,
 * so that it may be logged and sent on. A place may have a name that was never ours: so a reason is
 * cut after 160 characters, and what is not printable ASCII is a question mark in it.
 */
public final class UnreadableException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final int MOST = 160;

  public UnreadableException(String reason) {
    super(told(reason));
  }

  public UnreadableException(String reason, Throwable cause) {
    super(told(reason), cause);
  }

  /** Returns a slug and a detail, such as {@code wrong-type: order.lines}. */
  public String reason() {
    return String.valueOf(getMessage());
  }

  private static String told(String reason) {
    return reason.substring(0, Math.min(MOST, reason.length())).replaceAll("[^ -~]", "?");
  }
}
