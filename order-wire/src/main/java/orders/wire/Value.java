package orders.wire;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What JSON and a table item have in common: the parts that an order's written forms are made of.
 */
public sealed interface Value {
  /** A text: a JSON string, an attribute of type S. */
  record Text(String text) implements Value {}

  /** A whole number that fits 64 bits, written without point or exponent. */
  record Whole(long number) implements Value {}

  /** A JSON {@code null}, an attribute of type NULL. */
  record Nothing() implements Value {}

  /** A JSON array, an attribute of type L. */
  record Sequence(List<Value> items) implements Value {
    public Sequence {
      items = Collections.unmodifiableList(items);
    }
  }

  /** A JSON object, an attribute of type M; keeps the order of its keys. */
  record Fields(Map<String, Value> map) implements Value {
    public Fields {
      map = Collections.unmodifiableMap(map);
    }

    /** Returns a field's value, if it is there. */
    public @Nullable Value get(String name) {
      return map.get(name);
    }
  }

  /**
   * Something that no written form of an order holds: a fraction, a truth value, a set, bytes.
   *
   * @param what it is, for the reason why it was not read
   */
  record Foreign(String what) implements Value {}

  /** The only {@link Nothing} that is needed. */
  Nothing NOTHING = new Nothing();

  /** Starts an object. */
  static FieldsBuilder fields() {
    return new FieldsBuilder();
  }

  /** Puts an object together, in the order of the calls; what is absent is left out. */
  final class FieldsBuilder {
    private final Map<String, Value> map = new LinkedHashMap<>();

    private FieldsBuilder() {}

    /** Adds a text, unless it is absent. */
    public FieldsBuilder with(String name, @Nullable String text) {
      return text == null ? this : with(name, new Text(text));
    }

    /** Adds a whole number. */
    public FieldsBuilder with(String name, long number) {
      return with(name, new Whole(number));
    }

    /** Adds a value, unless it is absent. */
    public FieldsBuilder with(String name, @Nullable Value value) {
      if (value != null) {
        map.put(name, value);
      }
      return this;
    }

    /** Returns the object. */
    public Fields build() {
      return new Fields(map);
    }
  }
}
