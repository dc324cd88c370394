package localcloud.template;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A resolved mapping, read by type. Every refusal names the place, the owner and the property.
 *
 * @param owner logical id and path, as messages show it
 */
record PropertyReader(String owner, TemplateNode.Fields fields) {
  private static final ObjectMapper JSON = new ObjectMapper();

  SourceLocation place() {
    return fields.place();
  }

  boolean has(String name) {
    return fields.has(name);
  }

  /** Returns the place of a property, or of the whole if it is absent. */
  SourceLocation place(String name) {
    TemplateNode value = fields.fields().get(name);
    return value == null ? fields.place() : value.place();
  }

  TemplateException refuse(String name, String problem) {
    return new TemplateException(place(name), path(name) + " " + problem);
  }

  String path(String name) {
    return owner + "." + name;
  }

  Optional<TemplateNode> tree(String name) {
    return Optional.ofNullable(fields.fields().get(name));
  }

  Optional<String> text(String name) {
    return tree(name).map(value -> scalar(name, value).text());
  }

  String text(String name, String otherwise) {
    return text(name).orElse(otherwise);
  }

  String required(String name) {
    return text(name)
        .orElseThrow(() -> new TemplateException(place(), path(name) + " is missing; add it"));
  }

  /** Returns a text that must be one of a few. */
  String oneOf(String name, String otherwise, Set<String> allowed) {
    String value = text(name, otherwise);
    if (!allowed.contains(value)) {
      throw refuse(
          name,
          "is '"
              + value
              + "' and must be "
              + String.join(" or ", allowed.stream().sorted().toList()));
    }
    return value;
  }

  OptionalInt integer(String name, int least, int most) {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    int value;
    try {
      value = Integer.parseInt(text.get().strip());
    } catch (NumberFormatException e) {
      throw refuse(name, "is '" + text.get() + "' and must be a whole number");
    }
    if (value < least || value > most) {
      throw refuse(name, "is " + value + " and must be " + least + " to " + most);
    }
    return OptionalInt.of(value);
  }

  int integer(String name, int otherwise, int least, int most) {
    return integer(name, least, most).orElse(otherwise);
  }

  boolean bool(String name, boolean otherwise) {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return otherwise;
    }
    return switch (text.get()) {
      case "true", "True", "TRUE" -> true;
      case "false", "False", "FALSE" -> false;
      default -> throw refuse(name, "is '" + text.get() + "' and must be true or false");
    };
  }

  /** Returns the mapping below, empty if absent. */
  PropertyReader below(String name) {
    TemplateNode value = fields.fields().get(name);
    if (value == null) {
      return new PropertyReader(path(name), TemplateNode.Fields.empty(fields.place()));
    }
    return of(path(name), value);
  }

  static PropertyReader of(String owner, TemplateNode value) {
    if (value instanceof TemplateNode.Fields below) {
      return new PropertyReader(owner, below);
    }
    throw new TemplateException(
        value.place(), owner + " is " + value.described() + " and must be a mapping");
  }

  /** Returns the list; a single value counts as a list of one. */
  List<TemplateNode> items(String name) {
    TemplateNode value = fields.fields().get(name);
    if (value == null) {
      return List.of();
    }
    return value instanceof TemplateNode.Items items ? items.items() : List.of(value);
  }

  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (TemplateNode item : items(name)) {
      texts.add(scalar(name, item).text());
    }
    return texts;
  }

  private TemplateNode.Text scalar(String name, TemplateNode value) {
    if (value instanceof TemplateNode.Text text && text.kind() != TemplateNode.Kind.NULL) {
      return text;
    }
    throw refuse(
        name,
        value instanceof TemplateNode.Text
            ? "has no value; remove it or give it one"
            : "is " + value.described() + " and must be a single value");
  }

  /** Returns the property as JSON: a mapping as it is, or a text that holds JSON. */
  Optional<JsonNode> document(String name) {
    Optional<TemplateNode> value = tree(name);
    if (value.isPresent() && value.get() instanceof TemplateNode.Text text) {
      try {
        return Optional.of(JSON.readTree(text.text()));
      } catch (JsonProcessingException e) {
        throw refuse(name, "is not JSON: " + e.getOriginalMessage().replaceAll("\\s+", " "));
      }
    }
    return value.map(PropertyReader::json);
  }

  /** Returns a resolved value as JSON. */
  static JsonNode json(TemplateNode tree) {
    return switch (tree) {
      case TemplateNode.Text text -> scalar(text);
      case TemplateNode.Items items -> {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        items.items().forEach(item -> array.add(json(item)));
        yield array;
      }
      case TemplateNode.Fields fields -> {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        fields.fields().forEach((name, value) -> object.set(name, json(value)));
        yield object;
      }
    };
  }

  private static JsonNode scalar(TemplateNode.Text text) {
    return switch (text.kind()) {
      case STRING -> TextNode.valueOf(text.text());
      case BOOLEAN -> JsonNodeFactory.instance.booleanNode(Boolean.parseBoolean(text.text()));
      case NULL -> JsonNodeFactory.instance.nullNode();
      case NUMBER -> {
        try {
          BigDecimal number = new BigDecimal(text.text());
          yield number.stripTrailingZeros().scale() <= 0
                  && number.precision() - number.scale() <= 18
              ? JsonNodeFactory.instance.numberNode(number.longValueExact())
              : JsonNodeFactory.instance.numberNode(number);
        } catch (NumberFormatException e) {
          yield TextNode.valueOf(text.text());
        }
      }
    };
  }
}
