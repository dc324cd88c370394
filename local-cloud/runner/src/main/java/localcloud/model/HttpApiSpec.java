package localcloud.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * An HTTP API (AWS::Serverless::HttpApi) or a REST API (AWS::Serverless::Api).
 *
 * @param logicalId logical id in the template
 * @param apiId made-up API id, as in the request context
 * @param stage stage name, {@code $default} unless the template says otherwise
 * @param routes in the template's order; no two alike
 * @param cors present if the template configures CORS
 * @param rest whether it is a REST API
 */
public record HttpApiSpec(
    String logicalId,
    String apiId,
    String stage,
    List<Route> routes,
    Optional<Cors> cors,
    boolean rest) {

  /**
   * One route.
   *
   * @param method upper-case method, or {@code ANY}
   * @param path path as in the template: {@code /orders/{orderId}}, {@code /{proxy+}}, or {@code
   *     $default}
   * @param functionLogicalId function it invokes
   * @param authorizer JWT authorizer; empty for an open route
   * @param timeout integration timeout, at most 30 s
   * @param payload format of the event: 1.0 or 2.0
   */
  public record Route(
      String method,
      String path,
      String functionLogicalId,
      Optional<JwtAuthorizer> authorizer,
      Duration timeout,
      String payload) {
    /** Returns the route key as AWS writes it: {@code POST /orders} or {@code $default}. */
    public String routeKey() {
      return path.equals("$default") ? path : method + " " + path;
    }
  }

  /**
   * A JWT authorizer as one route uses it.
   *
   * @param name name in the template
   * @param issuer {@code iss} the token must carry, and where the keys are found
   * @param audience accepted {@code aud} or {@code client_id} values
   * @param scopes one of these must be in {@code scope} or {@code scp}; empty for none needed
   * @param identitySource {@code $request.header.Authorization} as a rule
   */
  public record JwtAuthorizer(
      String name,
      String issuer,
      List<String> audience,
      List<String> scopes,
      String identitySource) {}

  /** CORS as HTTP APIs configure it. */
  public record Cors(
      List<String> allowOrigins,
      List<String> allowMethods,
      List<String> allowHeaders,
      List<String> exposeHeaders,
      Optional<Duration> maxAge,
      boolean allowCredentials) {}
}
