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
sealed interface TemplateNode {
  SourceLocation place();

  /** Returns the same value, standing elsewhere. */
  TemplateNode at(SourceLocation other);

  /** What YAML makes of a plain scalar. */
  enum Kind {
    STRING,
    NUMBER,
    BOOLEAN,
    NULL
  }

  /** A scalar, as written. */
  record Text(SourceLocation place, String text, Kind kind) implements TemplateNode {
    Text(SourceLocation place, String text) {
      this(place, text, Kind.STRING);
    }

    @Override
    public Text at(SourceLocation other) {
      return new Text(other, text, kind);
    }
  }

  /** A sequence. */
  record Items(SourceLocation place, List<TemplateNode> items) implements TemplateNode {
    public Items {
      items = List.copyOf(items);
    }

    @Override
    public Items at(SourceLocation other) {
      return new Items(other, items);
    }
  }

  /** A mapping, in the order of the file. */
  record Fields(SourceLocation place, Map<String, TemplateNode> fields) implements TemplateNode {
    public Fields {
      fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    @Override
    public Fields at(SourceLocation other) {
      return new Fields(other, fields);
    }

    static Fields empty(SourceLocation place) {
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
