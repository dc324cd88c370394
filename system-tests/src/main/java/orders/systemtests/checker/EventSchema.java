package orders.systemtests.checker;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** The JSON Schema that every published event keeps. */
public final class EventSchema {
  private static final JsonSchema SCHEMA = read();

  private EventSchema() {}

  /** Returns what is wrong with an event; empty if nothing is. */
  public static List<String> errors(JsonNode event) {
    return SCHEMA.validate(event).stream().map(ValidationMessage::getMessage).toList();
  }

  private static JsonSchema read() {
    try (InputStream file = EventSchema.class.getResourceAsStream("/schemas/order-event-1.json")) {
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(file);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
