package orders.api.json;

/** The text is not the JSON that is read here; the message may be shown to whoever sent it. */
public final class MalformedJsonException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedJsonException(String message) {
    super(message);
  }
}
