package orders.lambda.logging;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;

/**
 * One line of the log: a JSON object with the keys of Powertools logging, then those of the event.
 * Line breaks and control characters in texts are escaped, so nobody can write a line of their own.
 */
final class JsonLine {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().recyclerPool(JsonRecyclerPools.sharedBoundedPool()).build();

  private JsonLine() {}

  static byte[] of(
      Level level, String message, @Nullable Throwable throwable, List<KeyValuePair> pairs) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("level", level.name());
      json.writeStringField("message", message);
      json.writeStringField("timestamp", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
      Map<String, String> context = MDC.getCopyOfContextMap();
      if (context != null) {
        for (Map.Entry<String, String> entry : context.entrySet()) {
          writeContext(json, entry.getKey(), entry.getValue());
        }
      }
      for (KeyValuePair pair : pairs) {
        json.writeFieldName(pair.key);
        writeValue(json, pair.value);
      }
      if (throwable != null) {
        writeError(json, throwable);
      }
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing to memory", impossible);
    }
    out.write('\n');
    return out.toByteArray();
  }

  /** Powertools keeps all its keys as texts; on the line, those that are no texts are none. */
  private static void writeContext(JsonGenerator json, String key, String value)
      throws IOException {
    json.writeFieldName(key);
    switch (key) {
      case "cold_start" -> json.writeBoolean(Boolean.parseBoolean(value));
      case "function_memory_size", "sampling_rate" -> json.writeNumber(value);
      default -> json.writeString(value);
    }
  }

  private static void writeValue(JsonGenerator json, @Nullable Object value) throws IOException {
    switch (value) {
      case null -> json.writeNull();
      case Long number -> json.writeNumber(number);
      case Integer number -> json.writeNumber(number);
      case Boolean truth -> json.writeBoolean(truth);
      default -> json.writeString(value.toString());
    }
  }

  private static void writeError(JsonGenerator json, Throwable throwable) throws IOException {
    json.writeObjectFieldStart("error");
    json.writeStringField("message", Redacted.messageOf(throwable));
    json.writeStringField("name", throwable.getClass().getName());
    json.writeStringField("stack", Redacted.stackOf(throwable));
    json.writeEndObject();
  }
}
