package orders.wire;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import orders.wire.Value.Fields;

/** How many bytes DynamoDB counts for an item, by the rule of its developer guide. */
public final class ItemSize {
  private ItemSize() {}

  /** Returns an item's bytes: those of its attributes' names and of their values. */
  public static int of(Fields item) {
    int bytes = 0;
    for (Map.Entry<String, Value> attribute : item.map().entrySet()) {
      bytes += utf8(attribute.getKey()) + value(attribute.getValue());
    }
    return bytes;
  }

  /** Returns the bytes of an index entry that holds some of an item's attributes. */
  public static int of(Fields item, Set<String> projected) {
    int bytes = 0;
    for (String name : projected) {
      Value value = item.get(name);
      bytes += value == null ? 0 : utf8(name) + value(value);
    }
    return bytes;
  }

  private static int value(Value value) {
    return switch (value) {
      case Value.Text text -> utf8(text.text());
      case Value.Whole whole -> (digits(whole.number()) + 1) / 2 + 1;
      case Value.Nothing nothing -> 1;
      case Value.Sequence sequence ->
          3 + sequence.items().stream().mapToInt(item -> 1 + value(item)).sum();
      case Fields fields -> 3 + fields.map().size() + of(fields);
      case Value.Foreign foreign ->
          throw new IllegalArgumentException("orders hold no " + foreign.what());
    };
  }

  private static int digits(long number) {
    return Long.toString(Math.abs(number)).length();
  }

  private static int utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
