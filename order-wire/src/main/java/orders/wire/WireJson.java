package orders.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import orders.wire.Value.Fields;
import orders.wire.Value.Foreign;
import orders.wire.Value.Nothing;
import orders.wire.Value.Sequence;
import orders.wire.Value.Text;
import orders.wire.Value.Whole;

/** Values as JSON in UTF-8, without white space, keys in the order they were put in. */
public final class WireJson {
  /** The deepest nesting that is read. */
  public static final int MAX_DEPTH = 32;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          // Customers name the keys of their metadata: names made to collide must not fill a table
          // that all texts of the process share.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          // Every character as itself, those past the first plane too.
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          // A function's process works on one thing at a time: a thread-local pool would only cost.
          .recyclerPool(JsonRecyclerPools.sharedBoundedPool())
          .build();

  private WireJson() {}

  /** Writes an object as text. */
  public static String text(Fields object) {
    return new String(bytes(object), StandardCharsets.UTF_8);
  }

  /** Writes an object as UTF-8. */
  public static byte[] bytes(Fields object) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      write(object, json);
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing to memory", impossible);
    }
    return out.toByteArray();
  }

  /** Writes a value where the generator stands. */
  public static void write(Value value, JsonGenerator json) throws IOException {
    switch (value) {
      case Text(String text) -> json.writeString(text);
      case Whole(long number) -> json.writeNumber(number);
      case Nothing() -> json.writeNull();
      case Sequence(List<Value> items) -> {
        json.writeStartArray();
        for (Value item : items) {
          write(item, json);
        }
        json.writeEndArray();
      }
      case Fields(Map<String, Value> map) -> {
        json.writeStartObject();
        for (Map.Entry<String, Value> field : map.entrySet()) {
          json.writeFieldName(field.getKey());
          write(field.getValue(), json);
        }
        json.writeEndObject();
      }
      case Foreign(String what) ->
          throw new IllegalArgumentException("not part of any written form: " + what);
    }
  }

  /**
   * Reads an object.
   *
   * @throws UnreadableException if the text is not one JSON object and nothing else, names a key
   *     twice, or is nested deeper than {@link #MAX_DEPTH}
   */
  public static Fields read(String text) {
    try (JsonParser json = FACTORY.createParser(text)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new UnreadableException("not-an-object: root");
      }
      Fields object = readObject(json);
      if (json.nextToken() != null) {
        throw new UnreadableException("malformed-json: something follows the end");
      }
      return object;
    } catch (StreamConstraintsException beyond) {
      throw new UnreadableException("beyond-limits: nested too deep or too long", beyond);
    } catch (IOException malformed) {
      // Not the parser's words: they quote the content.
      throw new UnreadableException("malformed-json", malformed);
    }
  }

  private static Value readValue(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case VALUE_STRING -> new Text(json.getText());
      case VALUE_NUMBER_INT ->
          json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? new Foreign("a number past 64 bits")
              : new Whole(json.getLongValue());
      case VALUE_NULL -> Value.NOTHING;
      case START_OBJECT -> readObject(json);
      case START_ARRAY -> {
        List<Value> items = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          items.add(readValue(json));
        }
        yield new Sequence(items);
      }
      default -> new Foreign(json.currentToken().name());
    };
  }

  private static Fields readObject(JsonParser json) throws IOException {
    Map<String, Value> map = new LinkedHashMap<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      json.nextToken();
      map.put(name, readValue(json));
    }
    return new Fields(map);
  }
}
