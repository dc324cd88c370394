package orders.notifier;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.OptionalLong;
import orders.lambda.EventRecords;
import orders.notifier.application.StreamRecord;
import orders.notifier.application.StreamRecord.Change;
import orders.wire.DynamoDbJson;
import orders.wire.OrderItem;
import orders.wire.Value.Fields;
import org.jspecify.annotations.Nullable;

/**
 * Lambda's event of a table's stream, token by token. Of an old image, only the version is read.
 */
final class StreamEventReader {
  private StreamEventReader() {}

  static List<StreamRecord> read(InputStream event) throws IOException {
    return EventRecords.read(event, json -> new RecordReader().read(json));
  }

  /** Gathers the parts of one record. */
  private static final class RecordReader {
    private @Nullable String eventName;
    private @Nullable String sequenceNumber;
    private @Nullable Fields newImage;
    private OptionalLong versionBefore = OptionalLong.empty();

    StreamRecord read(JsonParser json) throws IOException {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        switch (name) {
          case "eventName" -> eventName = json.getText();
          case "dynamodb" -> readChange(json);
          default -> json.skipChildren();
        }
      }
      if (sequenceNumber == null) {
        throw new IOException("a record lacks its sequence number");
      }
      return new StreamRecord(sequenceNumber, change());
    }

    private Change change() {
      if ("REMOVE".equals(eventName)) {
        return new Change.Removed();
      }
      return newImage == null
          ? new Change.Unreadable("missing-field: NewImage")
          : new Change.Written(newImage, versionBefore);
    }

    private void readChange(JsonParser json) throws IOException {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        switch (name) {
          case "SequenceNumber" -> sequenceNumber = json.getText();
          case "NewImage" -> newImage = DynamoDbJson.read(json);
          case "OldImage" -> versionBefore = readVersion(json);
          default -> json.skipChildren();
        }
      }
    }

    private static OptionalLong readVersion(JsonParser json) throws IOException {
      OptionalLong version = OptionalLong.empty();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = json.currentName().equals(OrderItem.VERSION);
        json.nextToken();
        if (wanted && json.currentToken() == JsonToken.START_OBJECT) {
          version = readNumber(json);
        } else {
          json.skipChildren();
        }
      }
      return version;
    }

    /** Reads {@code {"N":"7"}}. */
    private static OptionalLong readNumber(JsonParser json) throws IOException {
      OptionalLong number = OptionalLong.empty();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        if (json.nextToken() != JsonToken.VALUE_STRING) {
          json.skipChildren();
          continue;
        }
        try {
          number = OptionalLong.of(Long.parseLong(json.getText()));
        } catch (NumberFormatException none) {
          // An old image without a version is not of an order: whatever comes after it is news.
          number = OptionalLong.empty();
        }
      }
      return number;
    }
  }
}
