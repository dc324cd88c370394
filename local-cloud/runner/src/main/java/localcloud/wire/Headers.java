package localcloud.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Header fields in the order they came; names compare without case. Not safe for many threads. */
public final class Headers {
  private final List<String> names = new ArrayList<>(16);
  private final List<String> values = new ArrayList<>(16);

  /** Adds one field; returns this. */
  public Headers add(String name, String value) {
    names.add(name);
    values.add(value);
    return this;
  }

  /** Returns the first field's value. */
  public Optional<String> first(String name) {
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equalsIgnoreCase(name)) {
        return Optional.of(values.get(i));
      }
    }
    return Optional.empty();
  }

  /** Returns the values of all fields of this name, in order. */
  public List<String> all(String name) {
    List<String> found = new ArrayList<>(1);
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equalsIgnoreCase(name)) {
        found.add(values.get(i));
      }
    }
    return found;
  }

  /** Returns whether a comma-separated field holds this token. */
  public boolean hasToken(String name, String token) {
    for (String value : all(name)) {
      for (String part : value.split(",", -1)) {
        if (part.strip().equalsIgnoreCase(token)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Calls with each field's name and value, in order. */
  public void each(BiConsumer<String, String> field) {
    for (int i = 0; i < names.size(); i++) {
      field.accept(names.get(i), values.get(i));
    }
  }

  String name(int index) {
    return names.get(index);
  }

  String value(int index) {
    return values.get(index);
  }

  public int size() {
    return names.size();
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    each((name, value) -> text.append(name.toLowerCase(Locale.ROOT)).append(": ...\n"));
    return text.toString();
  }
}
