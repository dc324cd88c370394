package orders.processor;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import orders.lambda.EventRecords;
import orders.processor.application.Delivery;
import org.jspecify.annotations.Nullable;

/** Lambda's SQS event, token by token. */
final class SqsEventReader {
  private SqsEventReader() {}

  static List<Delivery> read(InputStream event) throws IOException {
    return EventRecords.read(event, SqsEventReader::readRecord);
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
        try {
          count = Integer.parseInt(json.getText());
        } catch (NumberFormatException none) {
          throw new IOException("a record's receive count is no number", none);
        }
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
}
