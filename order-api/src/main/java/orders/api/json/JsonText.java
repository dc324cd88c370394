package orders.api.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import orders.api.json.JsonValue.JsonArray;
import orders.api.json.JsonValue.JsonBoolean;
import orders.api.json.JsonValue.JsonNull;
import orders.api.json.JsonValue.JsonNumber;
import orders.api.json.JsonValue.JsonObject;
import orders.api.json.JsonValue.JsonString;

/** Writes a JSON value as it was read, white space apart. */
public final class JsonText {
  private static final JsonFactory JSON = new JsonFactory();

  private JsonText() {}

  /** Returns the text; keys keep their order and numbers their spelling. */
  public static String of(JsonValue value) {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      write(value, json);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return out.toString();
  }

  private static void write(JsonValue value, JsonGenerator json) throws IOException {
    switch (value) {
      case JsonObject object -> {
        json.writeStartObject();
        for (var member : object.members().entrySet()) {
          json.writeFieldName(member.getKey());
          write(member.getValue(), json);
        }
        json.writeEndObject();
      }
      case JsonArray array -> {
        json.writeStartArray();
        for (JsonValue element : array.elements()) {
          write(element, json);
        }
        json.writeEndArray();
      }
      case JsonString text -> json.writeString(text.value());
      case JsonNumber number -> json.writeNumber(number.literal());
      case JsonBoolean truth -> json.writeBoolean(truth.value());
      case JsonNull nothing -> json.writeNull();
    }
  }
}
