package localcloud.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Filter criteria of an event source mapping: a record passes if one of the patterns matches. In
 * the pattern's language every named field must match one of its values.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html">Lambda
 *     event filtering</a>
 */
public final class FilterCriteria {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** What one place of a pattern asks of the value there; missing is a value like others. */
  private interface Rule extends Predicate<JsonNode> {}

  private final List<JsonNode> patterns;
  private final List<Rule> rules;

  private FilterCriteria(List<JsonNode> patterns, List<Rule> rules) {
    this.patterns = patterns;
    this.rules = rules;
  }

  /**
   * Reads patterns; none lets every record pass.
   *
   * @throws IllegalArgumentException if a pattern is not of the language; the message says where
   */
  public static FilterCriteria of(List<JsonNode> patterns) {
    List<Rule> rules = new ArrayList<>();
    for (JsonNode pattern : patterns) {
      if (!pattern.isObject()) {
        throw new IllegalArgumentException("a filter pattern must be a JSON object: " + pattern);
      }
      rules.add(object(pattern, ""));
    }
    return new FilterCriteria(List.copyOf(patterns), rules);
  }

  /** Returns whether a stream's record passes. */
  boolean passes(JsonNode record) {
    return rules.isEmpty() || rules.stream().anyMatch(rule -> rule.test(record));
  }

  /**
   * Returns whether a queue's record passes. A body that is a JSON object or list is looked at as
   * such, any other as text; a pattern for the one kind never matches the other.
   */
  boolean passesQueueRecord(ObjectNode record) {
    ObjectNode seen = record.deepCopy();
    JsonNode body = parsed(record.path("body").asText());
    seen.set("body", body);
    for (int i = 0; i < rules.size(); i++) {
      JsonNode pattern = patterns.get(i).path("body");
      boolean otherKind = body.isTextual() ? pattern.isObject() : pattern.isArray();
      if (!otherKind && rules.get(i).test(seen)) {
        return true;
      }
    }
    return rules.isEmpty();
  }

  private static JsonNode parsed(String body) {
    JsonNode text = JSON.getNodeFactory().textNode(body);
    try {
      JsonNode json = JSON.readTree(body);
      return json.isContainerNode() ? json : text;
    } catch (JsonProcessingException plain) {
      return text;
    }
  }

  /** Returns the record's keys that a pattern looks at. */
  public static Set<String> keysOf(JsonNode pattern) {
    Set<String> keys = new TreeSet<>();
    for (Map.Entry<String, JsonNode> field : pattern.properties()) {
      if (field.getKey().equals("$or")) {
        field.getValue().forEach(alternative -> keys.addAll(keysOf(alternative)));
      } else {
        keys.add(field.getKey());
      }
    }
    return keys;
  }

  private static Rule object(JsonNode pattern, String path) {
    List<Rule> all = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : pattern.properties()) {
      String name = field.getKey();
      String where = path + "/" + name;
      JsonNode wanted = field.getValue();
      if (name.equals("$or")) {
        all.add(or(wanted, path));
      } else if (wanted.isObject()) {
        Rule inner = object(wanted, where);
        all.add(node -> inner.test(node.path(name)));
      } else if (wanted.isArray()) {
        Rule inner = anyOf(wanted, where);
        all.add(node -> inner.test(node.path(name)));
      } else {
        throw new IllegalArgumentException(where + ": values stand in a list, as [" + wanted + "]");
      }
    }
    return node -> all.stream().allMatch(rule -> rule.test(node));
  }

  private static Rule or(JsonNode alternatives, String path) {
    if (!alternatives.isArray() || alternatives.size() < 2) {
      throw new IllegalArgumentException(path + "/$or: a list of two or more patterns is needed");
    }
    List<Rule> rules = new ArrayList<>();
    for (JsonNode alternative : alternatives) {
      rules.add(object(alternative, path + "/$or"));
    }
    return node -> rules.stream().anyMatch(rule -> rule.test(node));
  }

  private static Rule anyOf(JsonNode values, String path) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException(path + ": an empty list matches nothing");
    }
    List<Rule> rules = new ArrayList<>();
    for (JsonNode value : values) {
      rules.add(value.isObject() ? operator(value, path) : overElements(equalTo(value)));
    }
    return node -> rules.stream().anyMatch(rule -> rule.test(node));
  }

  private static Rule operator(JsonNode operator, String path) {
    if (operator.size() != 1) {
      throw new IllegalArgumentException(path + ": one operator to an object, not " + operator);
    }
    Map.Entry<String, JsonNode> only = operator.properties().iterator().next();
    JsonNode operand = only.getValue();
    return switch (only.getKey()) {
      case "exists" -> exists(operand, path);
      case "anything-but" -> anythingBut(operand, path);
      case "numeric" -> overElements(numeric(operand, path));
      case "prefix" -> overElements(text(operand, path, String::startsWith));
      case "suffix" -> overElements(text(operand, path, String::endsWith));
      case "equals-ignore-case" -> overElements(text(operand, path, String::equalsIgnoreCase));
      default ->
          throw new IllegalArgumentException(
              path
                  + ": unknown operator "
                  + only.getKey()
                  + "; there are prefix, suffix, equals-ignore-case, anything-but, numeric,"
                  + " exists");
    };
  }

  /** A list in the record matches if one of its elements does. */
  private static Rule overElements(Rule rule) {
    return node -> {
      if (!node.isArray()) {
        return rule.test(node);
      }
      for (JsonNode element : node) {
        if (rule.test(element)) {
          return true;
        }
      }
      return false;
    };
  }

  private static Rule equalTo(JsonNode wanted) {
    if (wanted.isNumber()) {
      BigDecimal number = wanted.decimalValue();
      return node -> isFinite(node) && node.decimalValue().compareTo(number) == 0;
    }
    return node -> node.equals(wanted);
  }

  /** A number such as 1e400 is read as an infinity, which has no decimal value. */
  private static boolean isFinite(JsonNode node) {
    return node.isNumber() && Double.isFinite(node.doubleValue());
  }

  private static Rule exists(JsonNode operand, String path) {
    if (!operand.isBoolean()) {
      throw new IllegalArgumentException(path + ": exists is true or false");
    }
    // Only leaves exist: an object is no value.
    boolean wanted = operand.asBoolean();
    return node -> (!node.isMissingNode() && !node.isObject()) == wanted;
  }

  private static Rule anythingBut(JsonNode operand, String path) {
    Rule unwanted;
    if (operand.isObject()) {
      unwanted = operator(operand, path);
    } else if (operand.isArray()) {
      unwanted = anyOf(operand, path);
    } else {
      unwanted = overElements(equalTo(operand));
    }
    return node ->
        !node.isMissingNode()
            && !node.isObject()
            && (node.isArray() ? anyElementIsNot(node, unwanted) : !unwanted.test(node));
  }

  private static boolean anyElementIsNot(JsonNode list, Rule unwanted) {
    for (JsonNode element : list) {
      if (!unwanted.test(element)) {
        return true;
      }
    }
    return false;
  }

  private interface TextTest {
    boolean test(String value, String operand);
  }

  private static Rule text(JsonNode operand, String path, TextTest test) {
    if (operand.isObject() && operand.size() == 1 && operand.has("equals-ignore-case")) {
      String folded = operand.path("equals-ignore-case").asText().toLowerCase(Locale.ROOT);
      return node -> node.isTextual() && test.test(node.asText().toLowerCase(Locale.ROOT), folded);
    }
    if (!operand.isTextual()) {
      throw new IllegalArgumentException(path + ": a string is needed, not " + operand);
    }
    String wanted = operand.asText();
    return node -> node.isTextual() && test.test(node.asText(), wanted);
  }

  private static Rule numeric(JsonNode operand, String path) {
    if (!operand.isArray() || operand.isEmpty() || operand.size() % 2 != 0 || operand.size() > 4) {
      throw new IllegalArgumentException(
          path + ": numeric is a list as [\">\", 0] or [\">=\", 0, \"<\", 10]");
    }
    List<Predicate<BigDecimal>> all = new ArrayList<>();
    for (int i = 0; i < operand.size(); i += 2) {
      JsonNode bound = operand.get(i + 1);
      if (!bound.isNumber()) {
        throw new IllegalArgumentException(path + ": numeric compares with numbers, not " + bound);
      }
      all.add(comparison(operand.get(i).asText(), bound.decimalValue(), path));
    }
    return node -> isFinite(node) && all.stream().allMatch(test -> test.test(node.decimalValue()));
  }

  private static Predicate<BigDecimal> comparison(String sign, BigDecimal bound, String path) {
    return switch (sign) {
      case "=" -> value -> value.compareTo(bound) == 0;
      case "<" -> value -> value.compareTo(bound) < 0;
      case "<=" -> value -> value.compareTo(bound) <= 0;
      case ">" -> value -> value.compareTo(bound) > 0;
      case ">=" -> value -> value.compareTo(bound) >= 0;
      default ->
          throw new IllegalArgumentException(path + ": numeric knows = < <= > >=, not " + sign);
    };
  }
}
