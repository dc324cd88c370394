package localcloud.wire;

import java.nio.charset.StandardCharsets;

/**
 * One answer, whole.
 *
 * @param headers without framing: the server adds {@code Content-Length} and {@code Connection}
 * @param fate what becomes of the connection
 */
public record Response(int status, Headers headers, byte[] body, Fate fate) {
  /** What becomes of the connection. */
  public enum Fate {
    /** The answer is sent and the connection kept if the client wants it. */
    KEEP,
    /** The answer is sent and the connection closed. */
    CLOSE,
    /** Nothing is sent: the connection is closed. */
    CUT,
    /** Nothing is sent: the connection is reset. */
    RESET
  }

  /** No answer at all, as if the network had failed. */
  public static final Response CUT = new Response(0, new Headers(), new byte[0], Fate.CUT);

  /** No answer at all, as if nothing listened. */
  public static final Response RESET = new Response(0, new Headers(), new byte[0], Fate.RESET);

  public Response(int status, Headers headers, byte[] body) {
    this(status, headers, body, Fate.KEEP);
  }

  /** Returns an answer with a text as body. */
  public static Response of(int status, String contentType, String body) {
    return new Response(
        status,
        new Headers().add("Content-Type", contentType),
        body.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the same answer, after which the connection is closed. */
  public Response thenClose() {
    return new Response(status, headers, body, Fate.CLOSE);
  }
}
