package orders.api.http;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import orders.domain.CorrelationId;

/**
 * A request as the HTTP API passed it on.
 *
 * @param requestId the API's own id of it
 * @param path without the stage
 * @param rawQuery as it was sent; empty if there was none
 * @param headers by lower-case name
 * @param caller empty if the route asked for no token
 */
public record HttpRequest(
    String requestId,
    String method,
    String path,
    String rawQuery,
    Map<String, String> headers,
    Body body,
    Optional<Caller> caller) {
  public HttpRequest {
    headers = Map.copyOf(headers);
  }

  /** Returns a header's value. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
  }

  /** Returns the caller's correlation id if it is a good one, and otherwise the request's id. */
  public CorrelationId correlationId() {
    Optional<CorrelationId> sent = header("x-correlation-id").flatMap(HttpRequest::correlationId);
    // API Gateway's own request ids end in an equals sign.
    return sent.or(() -> correlationId(requestId))
        .orElseGet(() -> new CorrelationId(tokenOf(requestId)));
  }

  private static Optional<CorrelationId> correlationId(String text) {
    try {
      return Optional.of(new CorrelationId(text));
    } catch (IllegalArgumentException unfit) {
      return Optional.empty();
    }
  }

  private static String tokenOf(String requestId) {
    String token = requestId.replaceAll("[^A-Za-z0-9._-]", "");
    return token.isEmpty() ? "none" : token.substring(0, Math.min(64, token.length()));
  }
}
