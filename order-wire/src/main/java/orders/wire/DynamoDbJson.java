package orders.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import orders.wire.Value.Fields;
import orders.wire.Value.Foreign;
import orders.wire.Value.Sequence;
import orders.wire.Value.Text;
import orders.wire.Value.Whole;

/**
 * Items in DynamoDB's own JSON, {@code {"version":{"N":"1"}}}, as stream records carry them. What
 * no order holds becomes {@link Foreign}: it is only refused where an order is looked for.
 */
public final class DynamoDbJson {
  private DynamoDbJson() {}

  /**
   * Reads an item.
   *
   * @param json stands at the start of the item's object, and afterwards at its end
   */
  public static Fields read(JsonParser json) throws IOException {
    Map<String, Value> map = new LinkedHashMap<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      map.put(name, readValue(json));
    }
    return new Fields(map);
  }

  /** Reads {@code {"S":"..."}}, the parser standing at its start. */
  private static Value readValue(JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw new UnreadableException("wrong-type: attribute value");
    }
    if (json.nextToken() != JsonToken.FIELD_NAME) {
      throw new UnreadableException("wrong-type: attribute value without a type");
    }
    String type = json.currentName();
    json.nextToken();
    Value value =
        switch (type) {
          case "S" -> new Text(json.getText());
          case "N" -> whole(json.getText());
          case "NULL" -> Value.NOTHING;
          case "M" -> read(json);
          case "L" -> readSequence(json);
          default -> {
            json.skipChildren();
            yield new Foreign(type);
          }
        };
    if (json.nextToken() != JsonToken.END_OBJECT) {
      throw new UnreadableException("wrong-type: attribute value of two types");
    }
    return value;
  }

  private static Sequence readSequence(JsonParser json) throws IOException {
    List<Value> items = new ArrayList<>();
    while (json.nextToken() == JsonToken.START_OBJECT) {
      items.add(readValue(json));
    }
    return new Sequence(items);
  }

  /** Reads a number attribute, which DynamoDB gives as text. */
  static Value whole(String number) {
    try {
      return new Whole(Long.parseLong(number));
    } catch (NumberFormatException fraction) {
      return new Foreign("N");
    }
  }
}
