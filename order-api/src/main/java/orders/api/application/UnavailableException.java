package orders.api.application;

/**
 * A dependency failed: the same request may succeed a moment later.
 *
 * <p>It has no cause on purpose. The text of a service's error can repeat the order that was sent,
 * and a cause would carry that text into the log.
 */
public sealed class UnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Makes one whose message says what failed, in words that may be logged. */
  public UnavailableException(String message) {
    super(message);
  }

  /** The dependency may have done what it was asked to do: nobody heard its answer. */
  public static final class OutcomeUnknown extends UnavailableException {
    private static final long serialVersionUID = 1L;

    /** Makes one whose message says what failed, in words that may be logged. */
    public OutcomeUnknown(String message) {
      super(message);
    }
  }
}
