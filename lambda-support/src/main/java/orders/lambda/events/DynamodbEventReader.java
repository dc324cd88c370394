package orders.lambda.events;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.AttributeValue;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.StreamRecord;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the event of a table's stream. What a record lacks, or has in a wrong type, is null in it;
 * an attribute that is not of exactly one type has none.
 */
final class DynamodbEventReader {
  private DynamodbEventReader() {}

  static DynamodbEvent read(JsonParser json) throws IOException {
    DynamodbEvent event = new DynamodbEvent();
    event.setRecords(EventRecords.read(json, DynamodbEventReader::readRecord));
    return event;
  }

  private static DynamodbStreamRecord readRecord(JsonParser json) throws IOException {
    DynamodbStreamRecord record = new DynamodbStreamRecord();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      switch (name) {
        case "eventID" -> record.setEventID(EventRecords.text(json));
        case "eventName" -> record.setEventName(EventRecords.text(json));
        case "eventVersion" -> record.setEventVersion(EventRecords.text(json));
        case "eventSource" -> record.setEventSource(EventRecords.text(json));
        case "eventSourceARN" -> record.setEventSourceARN(EventRecords.text(json));
        case "awsRegion" -> record.setAwsRegion(EventRecords.text(json));
        case "dynamodb" -> record.setDynamodb(readChange(json));
        default -> json.skipChildren();
      }
    }
    return record;
  }

  @SuppressWarnings("JavaUtilDate") // The library's type has it.
  private static StreamRecord readChange(JsonParser json) throws IOException {
    StreamRecord change = new StreamRecord();
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return change;
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      switch (name) {
        case "SequenceNumber" -> change.setSequenceNumber(EventRecords.text(json));
        case "ApproximateCreationDateTime" -> {
          if (value == JsonToken.VALUE_NUMBER_INT || value == JsonToken.VALUE_NUMBER_FLOAT) {
            change.setApproximateCreationDateTime(
                new Date((long) (json.getDoubleValue() * 1000))); // Lambda sends seconds
          } else {
            json.skipChildren();
          }
        }
        case "Keys" -> change.setKeys(EventRecords.fields(json, DynamodbEventReader::readValue));
        case "NewImage" -> {
          if (value == JsonToken.START_OBJECT) {
            change.setNewImage(EventRecords.fields(json, DynamodbEventReader::readValue));
          } else {
            json.skipChildren();
          }
        }
        case "OldImage" -> {
          if (value == JsonToken.START_OBJECT) {
            change.setOldImage(EventRecords.fields(json, DynamodbEventReader::readValue));
          } else {
            json.skipChildren();
          }
        }
        default -> json.skipChildren();
      }
    }
    return change;
  }

  /** Reads {@code {"S":"..."}}. */
  private static AttributeValue readValue(JsonParser json) throws IOException {
    AttributeValue attribute = new AttributeValue();
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return attribute;
    }
    int types = 0;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String type = json.currentName();
      json.nextToken();
      readTyped(type, json, attribute);
      types++;
    }
    return types == 1 ? attribute : new AttributeValue();
  }

  private static void readTyped(String type, JsonParser json, AttributeValue attribute)
      throws IOException {
    JsonToken token = json.currentToken();
    switch (type) {
      case "S" -> attribute.setS(string(json));
      case "N" -> attribute.setN(string(json));
      case "B" -> {
        String base64 = string(json);
        attribute.setB(base64 == null ? null : ByteBuffer.wrap(json.getBinaryValue()));
      }
      case "BOOL" -> {
        json.skipChildren();
        attribute.setBOOL(token == JsonToken.VALUE_TRUE);
      }
      case "NULL" -> {
        json.skipChildren();
        attribute.setNULL(token == JsonToken.VALUE_TRUE);
      }
      case "SS" -> attribute.setSS(list(json, DynamodbEventReader::string));
      case "NS" -> attribute.setNS(list(json, DynamodbEventReader::string));
      case "L" -> attribute.setL(list(json, DynamodbEventReader::readValue));
      case "M" -> {
        if (token == JsonToken.START_OBJECT) {
          attribute.setM(EventRecords.fields(json, DynamodbEventReader::readValue));
        } else {
          json.skipChildren();
        }
      }
      default -> json.skipChildren();
    }
  }

  private static @Nullable String string(JsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      return json.getText();
    }
    json.skipChildren();
    return null;
  }

  private static <T> @Nullable Collection<T> list(
      JsonParser json, EventRecords.ValueReader<@Nullable T> reader) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      json.skipChildren();
      return null;
    }
    List<T> items = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      T item = reader.read(json);
      if (item != null) {
        items.add(item);
      }
    }
    return items;
  }
}
