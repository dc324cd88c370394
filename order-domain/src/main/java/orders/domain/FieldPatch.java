package orders.domain;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a JSON merge patch (RFC 7396) says about one field. */
public sealed interface FieldPatch<T> {
  /** The field is not mentioned. */
  record Keep<T>() implements FieldPatch<T> {}

  /** The field is {@code null}: it goes. */
  record Remove<T>() implements FieldPatch<T> {}

  /** The field gets a value; for an object, the part of it that is mentioned. */
  record Set<T>(T value) implements FieldPatch<T> {}

  /**
   * The mentioned entries of an object of texts.
   *
   * @param entries an empty value removes the entry
   */
  record Entries(Map<String, Optional<String>> entries) {
    public Entries {
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }
  }

  /** Returns what becomes of a value. */
  static <T> @Nullable T apply(FieldPatch<T> patch, @Nullable T before) {
    return switch (patch) {
      case Keep<T>() -> before;
      case Remove<T>() -> null;
      case Set<T>(T value) -> value;
    };
  }

  /** Returns what becomes of an object of texts; an absent one is merged into as an empty one. */
  static @Nullable Map<String, String> applyEntries(
      FieldPatch<Entries> patch, @Nullable Map<String, String> before) {
    return switch (patch) {
      case Keep<Entries>() -> before;
      case Remove<Entries>() -> null;
      case Set<Entries>(Entries changes) -> {
        Map<String, String> after = new LinkedHashMap<>(before == null ? Map.of() : before);
        changes
            .entries()
            .forEach(
                (key, value) ->
                    value.ifPresentOrElse(text -> after.put(key, text), () -> after.remove(key)));
        yield after;
      }
    };
  }

  /** Returns the patch that leads from one value to another. */
  static <T> FieldPatch<T> between(@Nullable T from, @Nullable T to) {
    if (to == null) {
      return from == null ? new Keep<>() : new Remove<>();
    }
    return to.equals(from) ? new Keep<>() : new Set<>(to);
  }

  /**
   * Returns the patch that leads from one object of texts to another; an absent object differs from
   * an empty one.
   */
  static FieldPatch<Entries> betweenEntries(
      @Nullable Map<String, String> from, @Nullable Map<String, String> to) {
    if (to == null) {
      return from == null ? new Keep<>() : new Remove<>();
    }
    if (to.equals(from)) {
      return new Keep<>();
    }
    Map<String, Optional<String>> changes = new LinkedHashMap<>();
    Map<String, String> before = from == null ? Map.of() : from;
    before.keySet().stream()
        .filter(key -> !to.containsKey(key))
        .forEach(key -> changes.put(key, Optional.empty()));
    to.forEach(
        (key, value) -> {
          if (!value.equals(before.get(key))) {
            changes.put(key, Optional.of(value));
          }
        });
    return new Set<>(new Entries(changes));
  }
}
