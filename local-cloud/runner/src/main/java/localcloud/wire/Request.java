package localcloud.wire;

import java.net.InetAddress;

/**
 * One request, whole.
 *
 * @param target path and query as they were sent
 * @param version {@code HTTP/1.1} or {@code HTTP/1.0}
 * @param body without its framing; empty if there was none
 */
public record Request(
    String method,
    String target,
    String version,
    Headers headers,
    byte[] body,
    InetAddress remote) {

  /** Returns the target before its query. */
  public String path() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /** Returns the query as it was sent, without the question mark; empty if there is none. */
  public String query() {
    int query = target.indexOf('?');
    return query < 0 ? "" : target.substring(query + 1);
  }
}
