package orders.lambda;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * The records of an event source mapping's event, token by token.
 *
 * <p>All of them or an error: a record that was passed over would be acknowledged with the others,
 * and lost.
 */
public final class EventRecords {
  // Some names are customers', such as the keys of metadata: names made to collide must not fill a
  // table that all events of the process share, and fail the batches of others.
  private static final JsonFactory FACTORY =
      JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build();

  private EventRecords() {}

  /** Reads one record from its opening brace up to its closing one. */
  @FunctionalInterface
  public interface RecordReader<T> {
    T read(JsonParser json) throws IOException;
  }

  /**
   * Reads the event whole.
   *
   * @throws IOException if it is no JSON object with a list of objects {@code Records}
   */
  public static <T> List<T> read(InputStream event, RecordReader<T> reader) throws IOException {
    List<T> records = new ArrayList<>();
    boolean found = false;
    try (JsonParser json = FACTORY.createParser(event)) {
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
    }
    if (!found) {
      throw new IOException("the event has no Records");
    }
    return records;
  }

  private static void expect(JsonToken token, JsonToken expected) throws IOException {
    if (token != expected) {
      throw new IOException("the event has " + token + " where " + expected + " belongs");
    }
  }
}
