package orders.api.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * A problem as a client is told of it (RFC 9457).
 *
 * @param detail what happened this time, and what to do about it
 * @param errors all that is wrong with the input; empty if the input is not the problem
 * @param extensions further members: a text, or a list of texts
 */
public record Problem(
    ProblemType type,
    String detail,
    List<Violation> errors,
    Map<String, Object> extensions,
    Map<String, String> headers) {
  private static final JsonFactory JSON = new JsonFactory();

  public Problem {
    errors = List.copyOf(errors);
    extensions = Map.copyOf(extensions);
    headers = Map.copyOf(headers);
  }

  /** Returns a problem that needs no further words. */
  public static Problem of(ProblemType type, String detail) {
    return new Problem(type, detail, List.of(), Map.of(), Map.of());
  }

  /** Returns the problem of input in which something is wrong. */
  public static Problem of(ProblemType type, String detail, List<Violation> errors) {
    return new Problem(type, detail, errors, Map.of(), Map.of());
  }

  /** Returns what is said of everything that is not there, or not there for this caller. */
  public static Problem notFound() {
    return of(ProblemType.NOT_FOUND, "The resource does not exist, or you have no access to it.");
  }

  /** Returns the problem of a method that a resource does not have. */
  public static Problem methodNotAllowed(Collection<String> allowed) {
    String list = String.join(", ", new TreeSet<>(allowed));
    return of(ProblemType.METHOD_NOT_ALLOWED, "Use one of these methods: " + list + ".")
        .with("allow", list);
  }

  /** Returns this problem with a header. */
  public Problem with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Problem(type, detail, errors, extensions, more);
  }

  /** Returns this problem with a further member. */
  public Problem extended(String member, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(extensions);
    more.put(member, value);
    return new Problem(type, detail, errors, more, headers);
  }

  /** Returns the answer that tells of it. */
  public HttpResponse toResponse(HttpRequest request) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("content-type", "application/problem+json");
    all.putAll(headers);
    return new HttpResponse(type.status(), all, body(request));
  }

  private String body(HttpRequest request) {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("type", "/problems/" + type.slug());
      json.writeStringField("title", type.title());
      json.writeNumberField("status", type.status());
      json.writeStringField("detail", detail);
      json.writeStringField("instance", request.path());
      json.writeStringField("requestId", request.requestId());
      for (var member : extensions.entrySet()) {
        json.writeFieldName(member.getKey());
        write(json, member.getValue());
      }
      if (!errors.isEmpty()) {
        json.writeArrayFieldStart("errors");
        for (Violation error : errors) {
          write(json, error);
        }
        json.writeEndArray();
      }
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return out.toString();
  }

  private static void write(JsonGenerator json, Violation error) throws IOException {
    json.writeStartObject();
    switch (error.place()) {
      case Violation.Pointer(String pointer) -> json.writeStringField("pointer", pointer);
      case Violation.Parameter(String name) -> json.writeStringField("parameter", name);
      case Violation.Header(String name) -> json.writeStringField("header", name);
    }
    json.writeStringField("code", error.code());
    json.writeStringField("detail", error.detail());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Object value) throws IOException {
    if (value instanceof Collection<?> texts) {
      json.writeStartArray();
      for (Object text : texts) {
        json.writeString(text.toString());
      }
      json.writeEndArray();
    } else {
      json.writeString(value.toString());
    }
  }
}
