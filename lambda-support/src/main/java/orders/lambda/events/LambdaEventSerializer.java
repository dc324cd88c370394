package orders.lambda.events;

import com.amazonaws.services.lambda.runtime.CustomPojoSerializer;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Maps the events and responses of the three functions for Lambda's runtime client, which finds
 * this class as a service and uses it in the place of its own mapping.
 *
 * <p>The runtime's own mapping binds by reflection: it costs a start without a snapshot 220 CPU ms,
 * and customers' own names (of headers, of metadata keys) that collide make an event unmappable
 * before the handler is called.
 */
public final class LambdaEventSerializer implements CustomPojoSerializer {
  // Some names are customers': names made to collide must not fill a table that all events of the
  // process share.
  static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          // Every character as itself: written as two escapes, one past the first plane takes
          // twelve bytes of the six megabytes that Lambda allows, and not four.
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .build();

  /**
   * Reads an event.
   *
   * @throws UncheckedIOException if the event is not one of its type
   * @throws IllegalArgumentException if no function here takes the type
   */
  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // The interface is so.
  public <T> T fromJson(InputStream event, Type type) {
    try (JsonParser json = JSON.createParser(event)) {
      if (type == SQSEvent.class) {
        return (T) SqsEventReader.read(json);
      }
      if (type == DynamodbEvent.class) {
        return (T) DynamodbEventReader.read(json);
      }
      if (type == APIGatewayV2HTTPEvent.class) {
        return (T) HttpEventReader.read(json);
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    throw new IllegalArgumentException("no function takes a " + type.getTypeName());
  }

  @Override
  @SuppressWarnings("TypeParameterUnusedInFormals") // The interface is so.
  public <T> T fromJson(String event, Type type) {
    return fromJson(new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)), type);
  }

  /** Writes a response, without the parts that are absent. */
  @Override
  public <T> void toJson(T response, OutputStream out, Type type) {
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      switch (response) {
        case SQSBatchResponse batch -> {
          json.writeArrayFieldStart("batchItemFailures");
          for (SQSBatchResponse.BatchItemFailure failure : batch.getBatchItemFailures()) {
            writeFailure(json, failure.getItemIdentifier());
          }
          json.writeEndArray();
        }
        case StreamsEventResponse batch -> {
          json.writeArrayFieldStart("batchItemFailures");
          for (StreamsEventResponse.BatchItemFailure failure : batch.getBatchItemFailures()) {
            writeFailure(json, failure.getItemIdentifier());
          }
          json.writeEndArray();
        }
        case APIGatewayV2HTTPResponse http -> write(json, http);
        default ->
            throw new IllegalArgumentException("no function answers with a " + type.getTypeName());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void writeFailure(JsonGenerator json, String itemIdentifier) throws IOException {
    json.writeStartObject();
    json.writeStringField("itemIdentifier", itemIdentifier);
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, APIGatewayV2HTTPResponse response)
      throws IOException {
    json.writeNumberField("statusCode", response.getStatusCode());
    json.writeObjectFieldStart("headers");
    for (Map.Entry<String, String> header : response.getHeaders().entrySet()) {
      json.writeStringField(header.getKey(), header.getValue());
    }
    json.writeEndObject();
    json.writeBooleanField("isBase64Encoded", response.getIsBase64Encoded());
    json.writeStringField("body", response.getBody());
  }
}
