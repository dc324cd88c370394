package orders.wire.dynamodb;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import orders.wire.Value;
import orders.wire.Value.Fields;
import orders.wire.Value.Foreign;
import orders.wire.Value.Nothing;
import orders.wire.Value.Sequence;
import orders.wire.Value.Text;
import orders.wire.Value.Whole;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Values to and from the SDK's {@link AttributeValue}. */
public final class AttributeValues {
  private AttributeValues() {}

  /** Writes an item. */
  public static Map<String, AttributeValue> of(Fields item) {
    Map<String, AttributeValue> attributes = LinkedHashMap.newLinkedHashMap(item.map().size());
    for (Map.Entry<String, Value> field : item.map().entrySet()) {
      attributes.put(field.getKey(), value(field.getValue()));
    }
    return attributes;
  }

  /** Writes one value. */
  public static AttributeValue value(Value value) {
    return switch (value) {
      case Text(String text) -> AttributeValue.fromS(text);
      case Whole(long number) -> AttributeValue.fromN(Long.toString(number));
      case Nothing() -> AttributeValue.fromNul(true);
      case Sequence(List<Value> items) -> {
        List<AttributeValue> attributes = new ArrayList<>(items.size());
        for (Value item : items) {
          attributes.add(value(item));
        }
        yield AttributeValue.fromL(attributes);
      }
      case Fields fields -> AttributeValue.fromM(of(fields));
      case Foreign(String what) ->
          throw new IllegalArgumentException("not part of any written form: " + what);
    };
  }

  /** Reads an item. */
  public static Fields read(Map<String, AttributeValue> item) {
    Map<String, Value> map = LinkedHashMap.newLinkedHashMap(item.size());
    for (Map.Entry<String, AttributeValue> attribute : item.entrySet()) {
      map.put(attribute.getKey(), read(attribute.getValue()));
    }
    return new Fields(map);
  }

  private static Value read(AttributeValue attribute) {
    return switch (attribute.type()) {
      case S -> new Text(attribute.s());
      case N -> whole(attribute.n());
      case NUL -> Value.NOTHING;
      case L -> {
        List<Value> items = new ArrayList<>(attribute.l().size());
        for (AttributeValue item : attribute.l()) {
          items.add(read(item));
        }
        yield new Sequence(items);
      }
      case M -> read(attribute.m());
      case SS, NS, BS, B, BOOL, UNKNOWN_TO_SDK_VERSION -> new Foreign(attribute.type().name());
    };
  }

  private static Value whole(String number) {
    try {
      return new Whole(Long.parseLong(number));
    } catch (NumberFormatException fraction) {
      return new Foreign("N");
    }
  }
}
