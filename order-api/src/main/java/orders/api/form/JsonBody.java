package orders.api.form;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orders.api.http.Body;
import orders.api.http.HeaderList;
import orders.api.http.HttpRequest;
import orders.api.http.Problem;
import orders.api.http.ProblemType;
import orders.api.json.JsonReader;
import orders.api.json.JsonValue;
import orders.api.json.JsonValue.JsonObject;
import orders.api.json.MalformedJsonException;

/** Takes the JSON object out of a request. */
public final class JsonBody {
  /** The most bytes in a body. */
  public static final int MAX_BYTES = 256 * 1024;

  /** The media type of every body. */
  public static final String JSON = "application/json";

  /** The media type that a PATCH may have as well. */
  public static final String MERGE_PATCH = "application/merge-patch+json";

  private static final Pattern CHARSET = Pattern.compile("(?i)charset=(.*)");

  private JsonBody() {}

  /** Reads a body that must be there. */
  public static Parsed<JsonObject> required(HttpRequest request, Set<String> mediaTypes) {
    if (request.body().isLongerThan(MAX_BYTES)) {
      return invalid(ProblemType.TOO_LARGE, "The request body must not exceed 256 KiB.");
    }
    String accepted = String.join(", ", mediaTypes);
    if (!mediaTypes.contains(mediaType(request.single("content-type").orElse("")))) {
      return new Parsed.Invalid<>(
          Problem.of(
                  ProblemType.UNSUPPORTED_MEDIA_TYPE,
                  "Send the body as Content-Type " + accepted + ", in UTF-8.")
              .with(request.method().equals("PATCH") ? "accept-patch" : "accept-post", accepted));
    }
    String coding = request.single("content-encoding").orElse("identity");
    if (!coding.equalsIgnoreCase("identity")) {
      return invalid(ProblemType.UNSUPPORTED_MEDIA_TYPE, "Send the body without Content-Encoding.");
    }
    try {
      return read(request.body()) instanceof JsonObject object
          ? new Parsed.Valid<>(object)
          : invalid(ProblemType.MALFORMED_JSON, "The body must be a JSON object.");
    } catch (MalformedJsonException malformed) {
      return invalid(ProblemType.MALFORMED_JSON, malformed.getMessage());
    } catch (IllegalArgumentException notBase64) {
      return invalid(ProblemType.MALFORMED_JSON, "The body is incomplete.");
    }
  }

  private static JsonValue read(Body body) throws MalformedJsonException {
    // Text is read as text: half a surrogate pair would be a question mark in its bytes.
    return body.base64() ? JsonReader.read(body.bytes()) : JsonReader.read(body.text());
  }

  /** Reads a body that may be left out, which is as good as an empty object. */
  public static Parsed<JsonObject> optional(HttpRequest request) {
    return request.body().isEmpty()
        ? new Parsed.Valid<>(new JsonObject(Map.of()))
        : required(request, Set.of(JSON));
  }

  /** Returns the media type, or nothing that is one if the text is not in UTF-8. */
  private static String mediaType(String contentType) {
    List<String> parts = HeaderList.PARAMETERS.parts(contentType);
    for (String parameter : parts.subList(1, parts.size())) {
      Matcher charset = CHARSET.matcher(parameter);
      if (charset.matches() && !unquoted(charset.group(1)).equalsIgnoreCase("utf-8")) {
        return "";
      }
    }
    return parts.getFirst().toLowerCase(Locale.ROOT);
  }

  /** Returns what a parameter's value stands for (RFC 9110, section 5.6.4). */
  private static String unquoted(String value) {
    return value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
        ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1")
        : value;
  }

  private static Parsed<JsonObject> invalid(ProblemType type, String detail) {
    return new Parsed.Invalid<>(Problem.of(type, detail));
  }
}
