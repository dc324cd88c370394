package localcloud.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import localcloud.wire.Headers;
import localcloud.wire.Response;

/** Reads what a function answers: the full form with a status, or anything else as a JSON body. */
final class ProxyAnswer {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Set by the gateway or by the connection; a function cannot set them. */
  private static final Set<String> DROPPED =
      Set.of(
          "apigw-requestid",
          "connection",
          "content-length",
          "date",
          "keep-alive",
          "proxy-authenticate",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private ProxyAnswer() {}

  /** Returns the response; empty if the gateway cannot make one of it. */
  static Optional<Response> read(byte[] payload, boolean dropCors) {
    try {
      var answer = JSON.readTree(payload);
      return answer.isObject() && answer.has("statusCode")
          ? full(answer, dropCors)
          : simple(answer, payload);
    } catch (IOException notJson) {
      return Optional.empty();
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  /** Returns the response of a REST API, whose functions must answer in the full form. */
  static Optional<Response> readV1(byte[] payload) {
    try {
      var answer = JSON.readTree(payload);
      if (!answer.isObject() || !answer.has("statusCode")) {
        return Optional.empty();
      }
      var response = full(answer, false);
      for (Map.Entry<String, JsonNode> field : answer.path("multiValueHeaders").properties()) {
        String name = field.getKey().toLowerCase(Locale.ROOT);
        for (JsonNode value : field.getValue()) {
          if (!isFieldName(name) || !isFieldValue(value.asText())) {
            return Optional.empty();
          }
          String text = value.asText();
          // A header that stands in both maps is sent once.
          response
              .filter(it -> !DROPPED.contains(name) && !it.headers().all(name).contains(text))
              .ifPresent(it -> it.headers().add(name, text));
        }
      }
      return response;
    } catch (IOException | IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  private static Optional<Response> simple(JsonNode answer, byte[] payload) {
    byte[] body =
        answer.isTextual() ? answer.textValue().getBytes(StandardCharsets.UTF_8) : payload;
    return Optional.of(
        new Response(200, new Headers().add("content-type", "application/json"), body));
  }

  private static Optional<Response> full(JsonNode answer, boolean dropCors) {
    var code = answer.get("statusCode");
    int status;
    if (code.isInt()) {
      status = code.intValue();
    } else if (code.isTextual() && code.textValue().matches("[0-9]{3}")) {
      status = Integer.parseInt(code.textValue());
    } else {
      return Optional.empty();
    }
    var bodyNode = answer.path("body");
    if (status < 200
        || status > 599
        || !(bodyNode.isMissingNode() || bodyNode.isNull() || bodyNode.isTextual())) {
      return Optional.empty();
    }
    String text = bodyNode.isTextual() ? bodyNode.textValue() : "";
    byte[] body =
        answer.path("isBase64Encoded").asBoolean()
            ? Base64.getDecoder().decode(text)
            : text.getBytes(StandardCharsets.UTF_8);
    var headers = new Headers();
    if (!addHeaders(answer.path("headers"), headers, dropCors)) {
      return Optional.empty();
    }
    for (JsonNode cookie : answer.path("cookies")) {
      if (!isFieldValue(cookie.asText())) {
        return Optional.empty();
      }
      headers.add("set-cookie", cookie.asText());
    }
    if (body.length > 0 && headers.first("content-type").isEmpty()) {
      headers.add("content-type", "text/plain;charset=UTF-8");
    }
    return Optional.of(new Response(status, headers, body));
  }

  private static boolean addHeaders(JsonNode fields, Headers headers, boolean dropCors) {
    if (fields.isMissingNode() || fields.isNull()) {
      return true;
    }
    if (!fields.isObject()) {
      return false;
    }
    // One field per name: the last of several spellings is sent.
    Map<String, String> values = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : fields.properties()) {
      String name = field.getKey().toLowerCase(Locale.ROOT);
      if (DROPPED.contains(name) || (dropCors && name.startsWith("access-control-"))) {
        continue;
      }
      if (field.getValue().isContainerNode()
          || !isFieldName(name)
          || !isFieldValue(field.getValue().asText())) {
        return false;
      }
      values.put(name, field.getValue().asText());
    }
    values.forEach(headers::add);
    return true;
  }

  private static boolean isFieldName(String name) {
    return !name.isEmpty()
        && name.chars()
            .allMatch(
                c ->
                    (c >= 'a' && c <= 'z')
                        || (c >= '0' && c <= '9')
                        || "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
  }

  /** A line break in a value would let a function's text become another field or another answer. */
  private static boolean isFieldValue(String value) {
    return value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c != 0x7f && c <= 0xff));
  }
}
