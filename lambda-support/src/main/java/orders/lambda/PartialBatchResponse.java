package orders.lambda;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;

/** The answer to an event source mapping that names what has to come again. */
public final class PartialBatchResponse {
  private static final JsonFactory FACTORY = new JsonFactory();

  private PartialBatchResponse() {}

  /**
   * Writes the answer.
   *
   * @param unfinished message ids of a queue, or the sequence number of a stream's record from
   *     which on all comes again; empty if all is done
   */
  public static void write(Collection<String> unfinished, OutputStream out) throws IOException {
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      json.writeStartObject();
      json.writeArrayFieldStart("batchItemFailures");
      for (String identifier : unfinished) {
        json.writeStartObject();
        json.writeStringField("itemIdentifier", identifier);
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }
}
