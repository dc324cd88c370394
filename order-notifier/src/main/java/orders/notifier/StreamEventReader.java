package orders.notifier;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.AttributeValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import orders.notifier.application.StreamRecord;
import orders.notifier.application.StreamRecord.Change;
import orders.wire.OrderItem;
import orders.wire.Value;
import orders.wire.Value.Fields;
import orders.wire.Value.Foreign;
import orders.wire.Value.Sequence;
import orders.wire.Value.Text;
import orders.wire.Value.Whole;
import org.jspecify.annotations.Nullable;

/** Reads the records of a table's stream. Of an old image, only the version is read. */
public final class StreamEventReader {
  private StreamEventReader() {}

  /**
   * Returns the event's records.
   *
   * @throws IllegalArgumentException if a record lacks its sequence number, so that it cannot be
   *     reported: the whole batch must be delivered again
   */
  public static List<StreamRecord> read(DynamodbEvent event) {
    return event.getRecords().stream().map(StreamEventReader::read).toList();
  }

  private static StreamRecord read(DynamodbStreamRecord record) {
    var change = record.getDynamodb();
    if (change == null || change.getSequenceNumber() == null) {
      throw new IllegalArgumentException("a record lacks its sequence number");
    }
    return new StreamRecord(change.getSequenceNumber(), change(record));
  }

  private static Change change(DynamodbStreamRecord record) {
    if ("REMOVE".equals(record.getEventName())) {
      return new Change.Removed();
    }
    var change = record.getDynamodb();
    return change.getNewImage() == null
        ? new Change.Unreadable("missing-field: NewImage")
        : new Change.Written(fields(change.getNewImage()), version(change.getOldImage()));
  }

  /** Returns an old image's version; empty if it is not an order's: the record is then news. */
  private static OptionalLong version(@Nullable Map<String, AttributeValue> oldImage) {
    AttributeValue version = oldImage == null ? null : oldImage.get(OrderItem.VERSION);
    return version != null && value(version) instanceof Whole(long number)
        ? OptionalLong.of(number)
        : OptionalLong.empty();
  }

  private static Fields fields(Map<String, AttributeValue> image) {
    Map<String, Value> fields = LinkedHashMap.newLinkedHashMap(image.size());
    image.forEach((name, attribute) -> fields.put(name, value(attribute)));
    return new Fields(fields);
  }

  private static Value value(AttributeValue attribute) {
    if (attribute.getS() != null) {
      return new Text(attribute.getS());
    }
    if (attribute.getN() != null) {
      return whole(attribute.getN());
    }
    if (attribute.getM() != null) {
      return fields(attribute.getM());
    }
    if (attribute.getL() != null) {
      List<Value> items = new ArrayList<>(attribute.getL().size());
      attribute.getL().forEach(item -> items.add(value(item)));
      return new Sequence(items);
    }
    return Boolean.TRUE.equals(attribute.getNULL())
        ? Value.NOTHING
        : new Foreign("not of one type that an order has");
  }

  private static Value whole(String number) {
    try {
      return new Whole(Long.parseLong(number));
    } catch (NumberFormatException fraction) {
      return new Foreign("N");
    }
  }
}
