package orders.api.http;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import orders.domain.CorrelationId;

/**
 * A request as the HTTP API passed it on.
 *
 * @param requestId the API's own id of it
 * @param routeKey the route that the API found, such as {@code GET /orders/{orderId}}
 * @param pathParameters what the route's variables stand for, decoded
 * @param path decoded, without the stage: a slash in it may have been part of a variable
 * @param rawQuery as it was sent; empty if there was none
 * @param headers by lower-case name
 * @param caller empty if the route asked for no token
 */
public record HttpRequest(
    String requestId,
    String method,
    String routeKey,
    Map<String, String> pathParameters,
    String path,
    String rawQuery,
    Map<String, String> headers,
    Body body,
    Optional<Caller> caller) {
  public HttpRequest {
    pathParameters = Map.copyOf(pathParameters);
    headers = Map.copyOf(headers);
  }

  /** Returns the path of the route; empty if it is the one that catches all. */
  public Optional<String> routePath() {
    int space = routeKey.indexOf(' ');
    return space < 0 || routeKey.endsWith("+}")
        ? Optional.empty()
        : Optional.of(routeKey.substring(space + 1));
  }

  /** Returns a variable of the route's path; an empty text if it has none of that name. */
  public String pathParameter(String name) {
    return pathParameters.getOrDefault(name, "");
  }

  /** Returns a header's value. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
  }

  /** Returns the different values of a header that should have one; none that is empty. */
  public List<String> values(String name) {
    return HeaderList.PARAMETERS.elements(header(name).orElse("")).stream()
        .filter(value -> !value.isEmpty())
        .distinct()
        .toList();
  }

  /** Returns the value of a header that was sent with one only, however often. */
  public Optional<String> single(String name) {
    List<String> values = values(name);
    return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
  }

  /** Returns the caller's correlation id if it is a good one, and otherwise the request's id. */
  public CorrelationId correlationId() {
    Optional<CorrelationId> sent = single("x-correlation-id").flatMap(HttpRequest::correlationId);
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
