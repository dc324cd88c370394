package localcloud.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import localcloud.http.TokenVerifier.Verdict.Accepted;
import localcloud.model.Arns;
import localcloud.model.HttpApiSpec;
import localcloud.wire.Request;

/** Writes what a function is called with: payload format 2.0. */
final class ProxyEvent {
  private static final JsonFactory JSON = new JsonFactory();
  private static final DateTimeFormatter COMMON_LOG_TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private ProxyEvent() {}

  /**
   * What the gateway itself adds to a request.
   *
   * @param requestId also told to the client as {@code apigw-requestid}
   * @param traceHeader the one of the request, as {@link TraceHeader} completes it
   */
  record Arrival(String requestId, Instant time, String traceHeader, int port) {}

  static byte[] write(
      HttpApiSpec api,
      Request request,
      Routes.Match match,
      Optional<Accepted> authorized,
      Arrival arrival) {
    var out = new ByteArrayOutputStream(1024 + request.body().length);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("version", "2.0");
      json.writeStringField("routeKey", match.route().routeKey());
      json.writeStringField("rawPath", Routes.decoded(request.path()));
      json.writeStringField("rawQueryString", request.query());
      writeCookies(json, request);
      writeMap(json, "headers", headersOf(request, arrival));
      Map<String, String> query = queryOf(request.query());
      if (!query.isEmpty()) {
        writeMap(json, "queryStringParameters", query);
      }
      writeContext(json, api, request, match, authorized, arrival);
      if (!match.pathParameters().isEmpty()) {
        writeMap(json, "pathParameters", match.pathParameters());
      }
      writeBody(json, request);
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return out.toByteArray();
  }

  private static void writeContext(
      JsonGenerator json,
      HttpApiSpec api,
      Request request,
      Routes.Match match,
      Optional<Accepted> authorized,
      Arrival arrival)
      throws IOException {
    json.writeObjectFieldStart("requestContext");
    json.writeStringField("accountId", Arns.ACCOUNT);
    json.writeStringField("apiId", api.apiId());
    if (authorized.isPresent()) {
      json.writeObjectFieldStart("authorizer");
      json.writeObjectFieldStart("jwt");
      writeMap(json, "claims", authorized.get().claims());
      if (match.route().authorizer().orElseThrow().scopes().isEmpty()) {
        json.writeNullField("scopes");
      } else {
        json.writeArrayFieldStart("scopes");
        for (String scope : authorized.get().scopes()) {
          json.writeString(scope);
        }
        json.writeEndArray();
      }
      json.writeEndObject();
      json.writeEndObject();
    }
    json.writeStringField(
        "domainName", api.apiId() + ".execute-api." + Arns.REGION + ".amazonaws.com");
    json.writeStringField("domainPrefix", api.apiId());
    json.writeObjectFieldStart("http");
    json.writeStringField("method", request.method());
    json.writeStringField("path", Routes.decoded(request.path()));
    json.writeStringField("protocol", request.version());
    json.writeStringField("sourceIp", request.remote().getHostAddress());
    json.writeStringField("userAgent", request.headers().first("User-Agent").orElse(""));
    json.writeEndObject();
    json.writeStringField("requestId", arrival.requestId());
    json.writeStringField("routeKey", match.route().routeKey());
    json.writeStringField("stage", api.stage());
    json.writeStringField("time", COMMON_LOG_TIME.format(arrival.time()));
    json.writeNumberField("timeEpoch", arrival.time().toEpochMilli());
    json.writeEndObject();
  }

  private static void writeCookies(JsonGenerator json, Request request) throws IOException {
    List<String> fields = request.headers().all("Cookie");
    if (fields.isEmpty()) {
      return;
    }
    json.writeArrayFieldStart("cookies");
    for (String field : fields) {
      for (String cookie : field.split(";", -1)) {
        if (!cookie.isBlank()) {
          json.writeString(cookie.strip());
        }
      }
    }
    json.writeEndArray();
  }

  private static void writeBody(JsonGenerator json, Request request) throws IOException {
    byte[] body = request.body();
    boolean base64 = false;
    if (body.length > 0) {
      var text =
          isText(request.headers().first("Content-Type").orElse(""))
              ? utf8(body)
              : Optional.<String>empty();
      if (text.isPresent()) {
        json.writeStringField("body", text.get());
      } else {
        json.writeFieldName("body");
        json.writeBinary(body);
        base64 = true;
      }
    }
    json.writeBooleanField("isBase64Encoded", base64);
  }

  static boolean isText(String contentType) {
    int end = contentType.indexOf(';');
    String type =
        (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    return type.isEmpty()
        || type.startsWith("text/")
        || type.equals("application/json")
        || type.equals("application/xml")
        || type.equals("application/javascript")
        || type.endsWith("+json")
        || type.endsWith("+xml");
  }

  static Optional<String> utf8(byte[] body) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
    } catch (CharacterCodingException notText) {
      return Optional.empty();
    }
  }

  private static Map<String, String> headersOf(Request request, Arrival arrival) {
    Map<String, String> headers = new LinkedHashMap<>();
    request
        .headers()
        .each(
            (name, value) -> {
              String key = name.toLowerCase(Locale.ROOT);
              if (!key.equals("cookie")
                  && !key.equals("connection")
                  && !key.equals("transfer-encoding")) {
                headers.merge(key, value, (first, next) -> first + "," + next);
              }
            });
    headers.putIfAbsent("content-length", String.valueOf(request.body().length));
    headers.put(TraceHeader.NAME, arrival.traceHeader());
    headers.merge(
        "x-forwarded-for", request.remote().getHostAddress(), (given, ip) -> given + ", " + ip);
    headers.put("x-forwarded-port", String.valueOf(arrival.port()));
    headers.put("x-forwarded-proto", "http");
    return headers;
  }

  private static Map<String, String> queryOf(String query) {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (query.isEmpty()) {
      return parameters;
    }
    for (String pair : query.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      parameters.merge(formDecoded(name), formDecoded(value), (first, next) -> first + "," + next);
    }
    return parameters;
  }

  static String formDecoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException broken) {
      return text;
    }
  }

  private static void writeMap(JsonGenerator json, String name, Map<String, String> map)
      throws IOException {
    json.writeObjectFieldStart(name);
    for (var entry : map.entrySet()) {
      json.writeStringField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
  }
}
