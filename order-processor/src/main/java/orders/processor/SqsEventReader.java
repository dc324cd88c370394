package orders.processor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import orders.processor.application.Delivery;
import org.jspecify.annotations.Nullable;

/** Lambda's SQS event and the partial batch response that answers it, token by token. */
final class SqsEventReader {
  private static final JsonFactory FACTORY = new JsonFactory();

  private SqsEventReader() {}

  static List<Delivery> read(InputStream event) throws IOException {
    List<Delivery> deliveries = new ArrayList<>();
    try (JsonParser json = FACTORY.createParser(event)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("the event is not an object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean records = json.currentName().equals("Records");
        json.nextToken();
        if (records) {
          while (json.nextToken() == JsonToken.START_OBJECT) {
            deliveries.add(readRecord(json));
          }
        } else {
          json.skipChildren();
        }
      }
    }
    return deliveries;
  }

  private static Delivery readRecord(JsonParser json) throws IOException {
    String messageId = null;
    String receiptHandle = null;
    String body = null;
    int receiveCount = 1;
    Map<String, Delivery.Attribute> attributes = Map.of();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      switch (name) {
        case "messageId" -> messageId = json.getText();
        case "receiptHandle" -> receiptHandle = json.getText();
        case "body" -> body = json.getText();
        case "attributes" -> receiveCount = readReceiveCount(json);
        case "messageAttributes" -> attributes = readAttributes(json);
        default -> json.skipChildren();
      }
    }
    if (messageId == null || receiptHandle == null || body == null) {
      throw new IOException("a record lacks its message id, receipt handle or body");
    }
    return new Delivery(messageId, receiptHandle, receiveCount, body, attributes);
  }

  private static int readReceiveCount(JsonParser json) throws IOException {
    int count = 1;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      boolean wanted = json.currentName().equals("ApproximateReceiveCount");
      json.nextToken();
      if (wanted) {
        count = Integer.parseInt(json.getText());
      } else {
        json.skipChildren();
      }
    }
    return count;
  }

  private static Map<String, Delivery.Attribute> readAttributes(JsonParser json)
      throws IOException {
    Map<String, Delivery.Attribute> attributes = new HashMap<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      Delivery.Attribute attribute = readAttribute(json);
      if (attribute != null) {
        attributes.put(name, attribute);
      }
    }
    return attributes;
  }

  /** Returns a text or number; bytes are not used and not passed on. */
  private static Delivery.@Nullable Attribute readAttribute(JsonParser json) throws IOException {
    String dataType = null;
    String value = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken token = json.nextToken();
      if (name.equals("dataType")) {
        dataType = json.getText();
      } else if (name.equals("stringValue") && token == JsonToken.VALUE_STRING) {
        value = json.getText();
      } else {
        json.skipChildren();
      }
    }
    return dataType == null || value == null ? null : new Delivery.Attribute(dataType, value);
  }

  /** Writes the answer: the messages that the queue has to deliver again. */
  static void writeUnfinished(Set<String> messageIds, OutputStream out) throws IOException {
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      json.writeStartObject();
      json.writeArrayFieldStart("batchItemFailures");
      for (String messageId : messageIds) {
        json.writeStartObject();
        json.writeStringField("itemIdentifier", messageId);
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }
}
