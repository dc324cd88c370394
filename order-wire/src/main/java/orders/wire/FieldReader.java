package orders.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import orders.wire.Value.Fields;
import orders.wire.Value.Nothing;
import orders.wire.Value.Sequence;
import orders.wire.Value.Text;
import orders.wire.Value.Whole;
import org.jspecify.annotations.Nullable;

/**
 * Reads an object's fields by name and type; everything that is not as asked for is an {@link
 * UnreadableException} that says where.
 *
 * @param path of the object from the root, with a dot behind it; empty for the root
 */
record FieldReader(String path, Fields fields) {
  static FieldReader root(Fields fields) {
    return new FieldReader("", fields);
  }

  /** Refuses fields with other names. */
  FieldReader allowing(Set<String> names) {
    for (String name : fields.map().keySet()) {
      if (!names.contains(name)) {
        throw new UnreadableException("unknown-field: in " + (path.isEmpty() ? "root" : path));
      }
    }
    return this;
  }

  boolean has(String name) {
    return fields.get(name) != null;
  }

  String text(String name) {
    return required(name, optionalText(name));
  }

  @Nullable String optionalText(String name) {
    return switch (fields.get(name)) {
      case null -> null;
      case Text(String text) -> text;
      default -> throw wrongType(name);
    };
  }

  long whole(String name) {
    return required(name, optionalWhole(name));
  }

  @Nullable Long optionalWhole(String name) {
    return switch (fields.get(name)) {
      case null -> null;
      case Whole(long number) -> number;
      default -> throw wrongType(name);
    };
  }

  FieldReader object(String name) {
    return required(name, optionalObject(name));
  }

  @Nullable FieldReader optionalObject(String name) {
    return switch (fields.get(name)) {
      case null -> null;
      case Fields object -> new FieldReader(path + name + ".", object);
      default -> throw wrongType(name);
    };
  }

  /** Returns the objects of an array. */
  List<FieldReader> objects(String name) {
    List<FieldReader> objects = new ArrayList<>();
    for (Value item : sequence(name)) {
      if (!(item instanceof Fields object)) {
        throw wrongType(name);
      }
      objects.add(new FieldReader(path + name + "[" + objects.size() + "].", object));
    }
    return objects;
  }

  /** Returns the texts of an array. */
  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (Value item : sequence(name)) {
      if (!(item instanceof Text(String text))) {
        throw wrongType(name);
      }
      texts.add(text);
    }
    return texts;
  }

  /** Returns this object as texts by name. */
  Map<String, String> asTexts() {
    Map<String, String> texts = new LinkedHashMap<>();
    for (String name : fields.map().keySet()) {
      texts.put(name, text(name));
    }
    return texts;
  }

  /** Returns whether a field is there and is {@code null}. */
  boolean isNothing(String name) {
    return fields.get(name) instanceof Nothing;
  }

  /** Makes a domain value of a text; what the domain does not take is a wrong value. */
  <T> T value(String name, Function<String, T> maker) {
    String text = text(name);
    try {
      return maker.apply(text);
    } catch (IllegalArgumentException refused) {
      throw new UnreadableException("wrong-value: " + path + name, refused);
    }
  }

  /** Makes a domain value of a text, if it is there. */
  <T> @Nullable T optionalValue(String name, Function<String, T> maker) {
    return has(name) ? value(name, maker) : null;
  }

  private List<Value> sequence(String name) {
    return switch (fields.get(name)) {
      case null -> throw new UnreadableException("missing-field: " + path + name);
      case Sequence(List<Value> items) -> items;
      default -> throw wrongType(name);
    };
  }

  private <T> T required(String name, @Nullable T value) {
    if (value == null) {
      throw new UnreadableException("missing-field: " + path + name);
    }
    return value;
  }

  UnreadableException wrongType(String name) {
    return new UnreadableException("wrong-type: " + path + name);
  }
}
