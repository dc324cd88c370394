package orders.api.application;

/** A service did not answer, or not in time: the same request may well succeed a moment later. */
public final class UnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Tells which service in words for the log; the cause is for the log too. */
  public UnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
