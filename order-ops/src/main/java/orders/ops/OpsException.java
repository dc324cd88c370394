package orders.ops;

/** Something that the caller can do something about; its message says what. */
public final class OpsException extends RuntimeException {
  private static final long serialVersionUID = 1;

  OpsException(String message) {
    super(message);
  }

  OpsException(String message, Throwable cause) {
    super(message, cause);
  }
}
