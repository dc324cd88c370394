package orders.api.http;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext.Authorizer;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext.Authorizer.JWT;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext.Http;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import orders.domain.CustomerId;
import org.jspecify.annotations.Nullable;

/** The events of an HTTP API as requests, and responses as its answers. */
public final class HttpApiEvents {
  private HttpApiEvents() {}

  /** Reads an event. */
  public static HttpRequest read(APIGatewayV2HTTPEvent event) {
    Optional<RequestContext> context = Optional.ofNullable(event.getRequestContext());
    Map<String, String> headers = new HashMap<>();
    if (event.getHeaders() != null) {
      event
          .getHeaders()
          .forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
    }
    String body = orEmpty(event.getBody());
    return new HttpRequest(
        context.map(RequestContext::getRequestId).orElse(""),
        context.map(RequestContext::getHttp).map(Http::getMethod).orElse(""),
        Optional.ofNullable(event.getRouteKey()).orElse("$default"),
        Optional.ofNullable(event.getPathParameters()).orElse(Map.of()),
        withoutStage(
            orEmpty(event.getRawPath()), context.map(RequestContext::getStage).orElse("$default")),
        orEmpty(event.getRawQueryString()),
        headers,
        body.isEmpty() ? Body.NONE : new Body(body, event.getIsBase64Encoded()),
        context
            .map(RequestContext::getAuthorizer)
            .map(Authorizer::getJwt)
            .map(JWT::getClaims)
            .flatMap(HttpApiEvents::caller));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static String withoutStage(String path, String stage) {
    String prefix = "/" + stage;
    return path.startsWith(prefix + "/") || path.equals(prefix)
        ? path.substring(prefix.length())
        : path;
  }

  /**
   * Returns who calls. The scopes are those the token claims: what the event calls {@code scopes}
   * may be what the route asks for, and that is more than the caller has.
   */
  private static Optional<Caller> caller(Map<String, String> claims) {
    CustomerId id;
    try {
      id = new CustomerId(claims.getOrDefault("sub", ""));
    } catch (IllegalArgumentException nobody) {
      return Optional.empty();
    }
    Set<Scope> scopes = EnumSet.noneOf(Scope.class);
    String claimed = claims.getOrDefault("scope", claims.getOrDefault("scp", ""));
    // The gateway writes a claim that is a list as [a b].
    for (String name : claimed.replaceAll("[\\[\\],]", " ").strip().split(" +", -1)) {
      Scope.of(name).ifPresent(scopes::add);
    }
    return Optional.of(new Caller(id, scopes));
  }

  /** Writes a response. */
  public static APIGatewayV2HTTPResponse write(HttpResponse response) {
    return APIGatewayV2HTTPResponse.builder()
        .withStatusCode(response.status())
        .withHeaders(response.headers())
        .withBody(response.body())
        .withIsBase64Encoded(false)
        .build();
  }
}
