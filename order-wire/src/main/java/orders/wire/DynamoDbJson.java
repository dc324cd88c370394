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

  /** Reads {@code {"S":"..."}}, the parser standing at its start and afterwards at its end. */
  private static Value readValue(JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return new Foreign("no attribute value");
    }
    Value value = new Foreign("no type");
    int types = 0;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String type = json.currentName();
      json.nextToken();
      value = readTyped(type, json);
      types++;
    }
    return types == 1 ? value : new Foreign("not of one type");
  }

  private static Value readTyped(String type, JsonParser json) throws IOException {
    JsonToken token = json.currentToken();
    if (type.equals("S") && token == JsonToken.VALUE_STRING) {
      return new Text(json.getText());
    }
    if (type.equals("N") && token == JsonToken.VALUE_STRING) {
      return whole(json.getText());
    }
    if (type.equals("NULL") && token == JsonToken.VALUE_TRUE) {
      return Value.NOTHING;
    }
    if (type.equals("M") && token == JsonToken.START_OBJECT) {
      return read(json);
    }
    if (type.equals("L") && token == JsonToken.START_ARRAY) {
      return readSequence(json);
    }
    json.skipChildren();
    return new Foreign(type);
  }

  private static Sequence readSequence(JsonParser json) throws IOException {
    List<Value> items = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      items.add(readValue(json));
    }
    return new Sequence(items);
  }

  /** Reads a number attribute, which DynamoDB gives as text. */
  private static Value whole(String number) {
    try {
      return new Whole(Long.parseLong(number));
    } catch (NumberFormatException fraction) {
      return new Foreign("N");
    }
  }
}
