package orders.api.json;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON value as it was sent. */
public sealed interface JsonValue {
  /** Members in the order they were sent. */
  record JsonObject(Map<String, JsonValue> members) implements JsonValue {
    public JsonObject {
      members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }
  }

  /** Elements in order. */
  record JsonArray(List<JsonValue> elements) implements JsonValue {
    public JsonArray {
      elements = List.copyOf(elements);
    }
  }

  /** A text; never holds half a surrogate pair. */
  record JsonString(String value) implements JsonValue {}

  /**
   * A number, of any size.
   *
   * @param literal as it was written: {@code 1}, {@code 1.0} and {@code 1e0} are told apart
   */
  record JsonNumber(String literal) implements JsonValue {}

  /** True or false. */
  record JsonBoolean(boolean value) implements JsonValue {}

  /** The JSON {@code null}, which is a value, unlike an absent member. */
  record JsonNull() implements JsonValue {}
}
