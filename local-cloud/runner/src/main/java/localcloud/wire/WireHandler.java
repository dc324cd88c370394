package localcloud.wire;

/** Answers requests; called by one thread for each connection, by many at once. */
@FunctionalInterface
public interface WireHandler {
  Response handle(Request request) throws InterruptedException;

  /** Returns the answer to what could not be read; the connection is closed after it. */
  default Response refuse(RefusedRequestException refusal) {
    return Response.of(refusal.status(), "text/plain", refusal.getMessage() + "\n");
  }

  /** Returns whether a new connection is taken; if not, it is reset. */
  default boolean accepts() {
    return true;
  }
}
