package orders.api.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import orders.domain.CustomerId;

/** The events of an HTTP API, payload format 2.0, and the answers to them. */
public final class HttpApiEvents {
  // Anyone names headers and parameters: names made to collide must not fill a table that all
  // events of the process share, and end in an error of the function.
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          // Every character as itself: written as two escapes, one past the first plane takes
          // twelve bytes of the six megabytes that Lambda allows, and not four.
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .build();

  private HttpApiEvents() {}

  /** Reads an event; what is not needed of it is skipped. */
  public static HttpRequest read(InputStream event) throws IOException {
    Event read = new Event();
    try (JsonParser json = JSON.createParser(event)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("an HTTP API event is an object");
      }
      read.root(json);
    }
    return read.toRequest();
  }

  /** Writes an answer. */
  public static void write(HttpResponse response, OutputStream out) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeNumberField("statusCode", response.status());
      json.writeObjectFieldStart("headers");
      for (Map.Entry<String, String> header : response.headers().entrySet()) {
        json.writeStringField(header.getKey(), header.getValue());
      }
      json.writeEndObject();
      json.writeBooleanField("isBase64Encoded", false);
      json.writeStringField("body", response.body());
      json.writeEndObject();
    }
  }

  /** What has been read of an event so far. */
  private static final class Event {
    private final Map<String, String> headers = new HashMap<>();
    private final Map<String, String> claims = new HashMap<>();
    private String requestId = "";
    private String method = "";
    private String stage = "$default";
    private String path = "";
    private String query = "";
    private String body = "";
    private boolean base64;

    void root(JsonParser json) throws IOException {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        switch (name) {
          case "rawPath" -> path = text(json);
          case "rawQueryString" -> query = text(json);
          case "body" -> body = text(json);
          case "isBase64Encoded" -> base64 = json.currentToken() == JsonToken.VALUE_TRUE;
          case "headers" -> texts(json, headers);
          case "requestContext" -> context(json);
          default -> json.skipChildren();
        }
      }
    }

    private void context(JsonParser json) throws IOException {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        return;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        switch (name) {
          case "requestId" -> requestId = text(json);
          case "stage" -> stage = text(json);
          case "http" -> {
            Map<String, String> http = new HashMap<>();
            texts(json, http);
            method = http.getOrDefault("method", "");
          }
          case "authorizer", "jwt" -> context(json);
          case "claims" -> texts(json, claims);
          default -> json.skipChildren();
        }
      }
    }

    /** Reads an object of texts; a list of texts becomes one, parted by spaces. */
    private static void texts(JsonParser json, Map<String, String> into) throws IOException {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        return;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        if (json.nextToken() == JsonToken.START_ARRAY) {
          StringBuilder list = new StringBuilder();
          while (json.nextToken() != JsonToken.END_ARRAY) {
            list.append(list.isEmpty() ? "" : " ").append(text(json));
          }
          into.put(name, list.toString());
        } else {
          into.put(name, text(json));
        }
      }
    }

    private static String text(JsonParser json) throws IOException {
      if (json.currentToken().isScalarValue() && json.currentToken() != JsonToken.VALUE_NULL) {
        return json.getText();
      }
      json.skipChildren();
      return "";
    }

    HttpRequest toRequest() {
      Map<String, String> byLowerCase = new HashMap<>();
      headers.forEach((name, value) -> byLowerCase.put(name.toLowerCase(Locale.ROOT), value));
      String prefix = "/" + stage;
      boolean hasStage = path.startsWith(prefix + "/") || path.equals(prefix);
      return new HttpRequest(
          requestId,
          method,
          hasStage ? path.substring(prefix.length()) : path,
          query,
          byLowerCase,
          body.isEmpty() ? Body.NONE : new Body(body, base64),
          caller());
    }

    /**
     * Returns who calls. The scopes are those the token claims: what the event calls {@code scopes}
     * may be what the route asks for, and that is more than the caller has.
     */
    private Optional<Caller> caller() {
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
  }
}
