package orders.api.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON of a bounded depth into a tree. Refused: bytes that are not UTF-8, half a surrogate
 * pair, a key that comes twice in one object, and anything after the end. How long a text may be is
 * the caller's to say before it comes here.
 */
public final class JsonReader {
  /** The most levels of arrays and objects. */
  public static final int MAX_DEPTH = 32;

  // Names are not shared between requests: a caller who sends a million names must not fill a table
  // that lives as long as the process. The size of texts and numbers is bounded by the whole's.
  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .configure(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES, false)
          .configure(JsonFactory.Feature.INTERN_FIELD_NAMES, false)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private JsonReader() {}

  /** Reads bytes in UTF-8. */
  public static JsonValue read(byte[] utf8) throws MalformedJsonException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException notUtf8) {
      throw new MalformedJsonException("The body is not UTF-8.");
    }
    return read(text);
  }

  /** Reads a text. */
  public static JsonValue read(String text) throws MalformedJsonException {
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() == null) {
        throw new MalformedJsonException("The body contains no JSON value.");
      }
      JsonValue value = value(parser);
      if (parser.nextToken() != null) {
        throw new MalformedJsonException("Unexpected content after the JSON value" + at(parser));
      }
      return value;
    } catch (StreamConstraintsException tooDeep) {
      throw new MalformedJsonException("The JSON is more than " + MAX_DEPTH + " levels deep.");
    } catch (JsonProcessingException notJson) {
      JsonLocation where = notJson.getLocation();
      throw new MalformedJsonException(
          "The body is not valid JSON"
              + (where == null
                  ? "."
                  : ": look at line "
                      + where.getLineNr()
                      + ", column "
                      + where.getColumnNr()
                      + "."));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  // Recursion is bounded: the parser refuses what is deeper than MAX_DEPTH.
  private static JsonValue value(JsonParser parser) throws IOException, MalformedJsonException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> new JsonValue.JsonString(wellFormed(parser, parser.getText()));
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonValue.JsonNumber(parser.getText());
      case VALUE_TRUE -> new JsonValue.JsonBoolean(true);
      case VALUE_FALSE -> new JsonValue.JsonBoolean(false);
      case VALUE_NULL -> new JsonValue.JsonNull();
      case END_ARRAY, END_OBJECT, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
          throw new IllegalStateException("no value begins with " + parser.currentToken());
    };
  }

  private static JsonValue object(JsonParser parser) throws IOException, MalformedJsonException {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = wellFormed(parser, parser.currentName());
      if (members.containsKey(name)) {
        throw new MalformedJsonException("Duplicate key in an object" + at(parser));
      }
      parser.nextToken();
      members.put(name, value(parser));
    }
    return new JsonValue.JsonObject(members);
  }

  private static JsonValue array(JsonParser parser) throws IOException, MalformedJsonException {
    List<JsonValue> elements = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.add(value(parser));
    }
    return new JsonValue.JsonArray(elements);
  }

  private static String wellFormed(JsonParser parser, String text) throws MalformedJsonException {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        throw new MalformedJsonException("A string contains an unpaired surrogate" + at(parser));
      }
    }
    return text;
  }

  private static String at(JsonParser parser) {
    JsonLocation where = parser.currentTokenLocation();
    return ": look at line " + where.getLineNr() + ", column " + where.getColumnNr() + ".";
  }
}
