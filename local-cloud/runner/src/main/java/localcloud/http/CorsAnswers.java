package localcloud.http;

import java.util.List;
import java.util.Optional;
import localcloud.model.HttpApiSpec.Cors;
import localcloud.wire.Headers;
import localcloud.wire.Request;
import localcloud.wire.Response;

/** What an HTTP API with CORS answers by itself, and adds to its functions' answers. */
final class CorsAnswers {
  private final Cors cors;

  CorsAnswers(Cors cors) {
    this.cors = cors;
  }

  static boolean isPreflight(Request request) {
    return request.method().equals("OPTIONS")
        && request.headers().first("Origin").isPresent()
        && request.headers().first("Access-Control-Request-Method").isPresent();
  }

  /** Returns the answer to a preflight, with or without a route for it. */
  Response preflight(Request request) {
    var headers = new Headers();
    allowedOrigin(request)
        .ifPresent(
            origin -> {
              headers.add("access-control-allow-origin", origin);
              addList(headers, "access-control-allow-methods", cors.allowMethods());
              addList(headers, "access-control-allow-headers", cors.allowHeaders());
              addList(headers, "access-control-expose-headers", cors.exposeHeaders());
              cors.maxAge()
                  .ifPresent(
                      age ->
                          headers.add("access-control-max-age", String.valueOf(age.toSeconds())));
              addCredentials(headers);
            });
    return new Response(204, headers, new byte[0]);
  }

  /** Adds to an answer what its caller's origin is allowed. */
  void addTo(Request request, Headers answer) {
    allowedOrigin(request)
        .ifPresent(
            origin -> {
              answer.add("access-control-allow-origin", origin);
              addList(answer, "access-control-expose-headers", cors.exposeHeaders());
              addCredentials(answer);
            });
  }

  private void addCredentials(Headers headers) {
    if (cors.allowCredentials()) {
      headers.add("access-control-allow-credentials", "true");
    }
  }

  private static void addList(Headers headers, String name, List<String> values) {
    if (!values.isEmpty()) {
      headers.add(name, String.join(",", values));
    }
  }

  private Optional<String> allowedOrigin(Request request) {
    var origin = request.headers().first("Origin");
    if (origin.isEmpty()) {
      return Optional.empty();
    }
    for (String allowed : cors.allowOrigins()) {
      if (allowed.equals("*")) {
        return Optional.of("*");
      }
      boolean fits =
          allowed.endsWith("://*")
              ? origin.get().startsWith(allowed.substring(0, allowed.length() - 1))
              : allowed.equalsIgnoreCase(origin.get());
      if (fits) {
        return origin;
      }
    }
    return Optional.empty();
  }
}
