package localcloud.template;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A value of the template and where it stands. A mapping's value stands where its key does, since
 * that is the line its author looks for. Short forms of intrinsic functions are already in the long
 * form.
 */
sealed interface Tree {
  Place place();

  /** Returns the same value, standing elsewhere. */
  Tree at(Place other);

  /** What YAML makes of a plain scalar. */
  enum Kind {
    STRING,
    NUMBER,
    BOOLEAN,
    NULL
  }

  /** A scalar, as written. */
  record Text(Place place, String text, Kind kind) implements Tree {
    Text(Place place, String text) {
      this(place, text, Kind.STRING);
    }

    @Override
    public Text at(Place other) {
      return new Text(other, text, kind);
    }
  }

  /** A sequence. */
  record Items(Place place, List<Tree> items) implements Tree {
    public Items {
      items = List.copyOf(items);
    }

    @Override
    public Items at(Place other) {
      return new Items(other, items);
    }
  }

  /** A mapping, in the order of the file. */
  record Fields(Place place, Map<String, Tree> fields) implements Tree {
    public Fields {
      fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    @Override
    public Fields at(Place other) {
      return new Fields(other, fields);
    }

    static Fields empty(Place place) {
      return new Fields(place, Map.of());
    }

    boolean has(String name) {
      return fields.containsKey(name);
    }
  }

  /** Returns what kind of thing this is, for messages. */
  default String described() {
    return switch (this) {
      case Text text -> text.kind() == Kind.NULL ? "empty" : "'" + text.text() + "'";
      case Items items -> "a list";
      case Fields fields -> "a mapping";
    };
  }
}
