package orders.wire;

/**
 * A written form is not what it should be, and will not become so by another try.
 *
 * <p>{@link #reason()} names the place and what is wrong there, and repeats nothing of the content,
 * so that it may be logged and sent on.
 */
public final class UnreadableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public UnreadableException(String reason) {
    super(reason);
  }

  public UnreadableException(String reason, Throwable cause) {
    super(reason, cause);
  }

  /** Returns a slug and a detail, such as {@code wrong-type: order.lines}. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
