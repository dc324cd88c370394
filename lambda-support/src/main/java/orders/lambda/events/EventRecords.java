package orders.lambda.events;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The records of an event source mapping's event, token by token.
 *
 * <p>All of them or an error: a record that was passed over would be acknowledged with the others,
 * and lost.
 */
final class EventRecords {
  private EventRecords() {}

  /** Reads a value; the parser stands at its first token, and afterwards at its last. */
  @FunctionalInterface
  interface ValueReader<T extends @Nullable Object> {
    T read(JsonParser json) throws IOException;
  }

  /**
   * Reads all records.
   *
   * @throws IOException if the event is not a JSON object with a list of objects {@code Records}
   */
  static <T> List<T> read(JsonParser json, ValueReader<T> reader) throws IOException {
    List<T> records = new ArrayList<>();
    boolean found = false;
    expect(json.nextToken(), JsonToken.START_OBJECT);
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      boolean wanted = json.currentName().equals("Records");
      JsonToken value = json.nextToken();
      if (wanted) {
        found = true;
        expect(value, JsonToken.START_ARRAY);
        while (json.nextToken() == JsonToken.START_OBJECT) {
          records.add(reader.read(json));
          expect(json.currentToken(), JsonToken.END_OBJECT);
        }
        expect(json.currentToken(), JsonToken.END_ARRAY);
      } else {
        json.skipChildren();
      }
    }
    expect(json.currentToken(), JsonToken.END_OBJECT);
    if (!found) {
      throw new IOException("the event has no Records");
    }
    return records;
  }

  /** Reads an object's fields; anything but an object has none. */
  static <T> Map<String, T> fields(JsonParser json, ValueReader<@Nullable T> reader)
      throws IOException {
    Map<String, T> fields = new LinkedHashMap<>();
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return fields;
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      T value = reader.read(json);
      if (value != null) {
        fields.put(name, value);
      }
    }
    return fields;
  }

  /** Reads a string, a number or a truth value as text; returns null for anything else. */
  static @Nullable String text(JsonParser json) throws IOException {
    if (json.currentToken().isScalarValue() && json.currentToken() != JsonToken.VALUE_NULL) {
      return json.getText();
    }
    json.skipChildren();
    return null;
  }

  private static void expect(@Nullable JsonToken token, JsonToken expected) throws IOException {
    if (token != expected) {
      throw new IOException("the event has " + token + " where " + expected + " belongs");
    }
  }
}
