package localcloud.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import localcloud.http.TokenVerifier.Verdict.Accepted;
import localcloud.model.Arns;
import localcloud.model.HttpApiSpec;
import localcloud.wire.Request;

/**
 * Writes what a function is called with by a REST API, and by an HTTP API that asks for it: payload
 * format 1.0.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html">Lambda
 *     proxy integrations</a>
 */
final class ProxyEventV1 {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DateTimeFormatter REQUEST_TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private ProxyEventV1() {}

  static byte[] write(
      HttpApiSpec api,
      Request request,
      Routes.Match match,
      Optional<Accepted> authorized,
      ProxyEvent.Arrival arrival) {
    String path = Routes.decoded(request.path());
    String resource = match.route().path();
    String stage = "/" + api.stage();
    boolean staged = !api.stage().equals("$default") && path.startsWith(stage);
    String inStage = staged ? path.substring(stage.length()) : path;
    ObjectNode event = JSON.createObjectNode();
    if (!api.rest()) {
      event.put("version", "1.0");
    }
    event.put("resource", resource);
    event.put("path", api.rest() ? (inStage.isEmpty() ? "/" : inStage) : path);
    event.put("httpMethod", request.method());
    values(event, "headers", "multiValueHeaders", headersOf(request, arrival));
    values(event, "queryStringParameters", "multiValueQueryStringParameters", queryOf(request));
    if (match.pathParameters().isEmpty()) {
      event.putNull("pathParameters");
    } else {
      match.pathParameters().forEach(event.putObject("pathParameters")::put);
    }
    event.putNull("stageVariables");
    context(event.putObject("requestContext"), api, request, resource, path, arrival, authorized);
    body(event, request);
    try {
      return JSON.writeValueAsBytes(event);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static void context(
      ObjectNode context,
      HttpApiSpec api,
      Request request,
      String resource,
      String path,
      ProxyEvent.Arrival arrival,
      Optional<Accepted> authorized) {
    String domain = api.apiId() + ".execute-api." + Arns.REGION + ".amazonaws.com";
    context
        .put("accountId", Arns.ACCOUNT)
        .put("apiId", api.apiId())
        .put("domainName", domain)
        .put("domainPrefix", api.apiId())
        .put("extendedRequestId", arrival.requestId())
        .put("httpMethod", request.method())
        .put("path", path)
        .put("protocol", request.version())
        .put("requestId", arrival.requestId())
        .put("requestTime", REQUEST_TIME.format(arrival.time()))
        .put("requestTimeEpoch", arrival.time().toEpochMilli())
        .put("resourceId", "local")
        .put("resourcePath", resource)
        .put("stage", api.stage());
    ObjectNode identity = context.putObject("identity");
    for (String absent :
        List.of(
            "accessKey",
            "accountId",
            "caller",
            "cognitoAuthenticationProvider",
            "cognitoAuthenticationType",
            "cognitoIdentityId",
            "cognitoIdentityPoolId",
            "principalOrgId",
            "user",
            "userArn")) {
      identity.putNull(absent);
    }
    identity.put("sourceIp", request.remote().getHostAddress());
    identity.put("userAgent", request.headers().first("User-Agent").orElse(null));
    authorized.ifPresent(
        accepted ->
            accepted.claims().forEach(context.putObject("authorizer").putObject("claims")::put));
  }

  private static Map<String, List<String>> headersOf(Request request, ProxyEvent.Arrival arrival) {
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    request
        .headers()
        .each(
            (name, value) -> {
              if (!name.equalsIgnoreCase("connection")
                  && !name.equalsIgnoreCase("content-length")
                  && !name.equalsIgnoreCase("transfer-encoding")) {
                headers.computeIfAbsent(name, it -> new ArrayList<>()).add(value);
              }
            });
    headers.putIfAbsent("X-Amzn-Trace-Id", List.of(arrival.traceHeader()));
    String client = request.remote().getHostAddress();
    headers.merge(
        "X-Forwarded-For",
        List.of(client),
        (given, own) -> List.of(String.join(", ", given) + ", " + client));
    headers.put("X-Forwarded-Port", List.of(String.valueOf(arrival.port())));
    headers.put("X-Forwarded-Proto", List.of("http"));
    return headers;
  }

  private static Map<String, List<String>> queryOf(Request request) {
    Map<String, List<String>> query = new LinkedHashMap<>();
    for (String pair : request.query().split("&", -1)) {
      if (!pair.isEmpty()) {
        String[] parts = pair.split("=", 2);
        query
            .computeIfAbsent(ProxyEvent.formDecoded(parts[0]), it -> new ArrayList<>())
            .add(parts.length > 1 ? ProxyEvent.formDecoded(parts[1]) : "");
      }
    }
    return query;
  }

  /** Writes each name with its last value, and beside it with all of them. */
  private static void values(
      ObjectNode event, String single, String multi, Map<String, List<String>> values) {
    if (values.isEmpty()) {
      event.putNull(single).putNull(multi);
      return;
    }
    ObjectNode last = event.putObject(single);
    values.forEach((name, all) -> last.put(name, all.getLast()));
    ObjectNode each = event.putObject(multi);
    values.forEach((name, all) -> all.forEach(each.putArray(name)::add));
  }

  private static void body(ObjectNode event, Request request) {
    byte[] body = request.body();
    Optional<String> text = ProxyEvent.utf8(body);
    if (body.length == 0) {
      event.putNull("body");
    } else {
      event.put("body", text.orElseGet(() -> Base64.getEncoder().encodeToString(body)));
    }
    event.put("isBase64Encoded", text.isEmpty());
  }
}
