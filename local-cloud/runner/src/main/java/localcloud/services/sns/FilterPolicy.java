package localcloud.services.sns;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A subscription's filter policy, over message attributes or the message's body.
 *
 * <p>Every key must match (and), one of a key's conditions is enough (or).
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html">the
 *     operators as documented</a>
 */
final class FilterPolicy {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_KEYS = 5;
  private static final int MAX_COMBINATIONS = 150;
  private static final int MAX_DEPTH = 32;
  private static final Set<String> OPERATORS =
      Set.of(
          "prefix",
          "suffix",
          "equals-ignore-case",
          "anything-but",
          "numeric",
          "exists",
          "wildcard",
          "cidr");

  private final ObjectNode policy;
  private final boolean overBody;

  private FilterPolicy(ObjectNode policy, boolean overBody) {
    this.policy = policy;
    this.overBody = overBody;
  }

  /**
   * Reads a policy.
   *
   * @throws SnsException if SNS would refuse it
   */
  static FilterPolicy parse(String text, boolean overBody) throws SnsException {
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (JsonProcessingException malformed) {
      throw invalid("failed to parse JSON. " + malformed.getOriginalMessage());
    }
    if (!(json instanceof ObjectNode object)) {
      throw invalid("failed to parse JSON. Policy must be an object");
    }
    if (keys(object) > MAX_KEYS) {
      throw invalid("Filter policy can not have more than " + MAX_KEYS + " keys");
    }
    if (check(object, overBody, 0) > MAX_COMBINATIONS) {
      throw invalid("Filter policy is too complex");
    }
    return new FilterPolicy(object, overBody);
  }

  private static SnsException invalid(String why) {
    return SnsException.invalidParameter("FilterPolicy: " + why);
  }

  private static int keys(ObjectNode object) {
    int keys = 0;
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      if (entry.getKey().equals("$or") && entry.getValue().isArray()) {
        for (JsonNode branch : entry.getValue()) {
          keys += branch instanceof ObjectNode inner ? keys(inner) : 0;
        }
      } else {
        keys += entry.getValue() instanceof ObjectNode inner ? keys(inner) : 1;
      }
    }
    return keys;
  }

  /** Returns how many combinations of values it has. */
  private static long check(ObjectNode object, boolean overBody, int depth) throws SnsException {
    if (depth > MAX_DEPTH) {
      throw invalid("too deep");
    }
    long combinations = 1;
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      var value = entry.getValue();
      if (entry.getKey().equals("$or") && isBranches(value)) {
        long sum = 0;
        for (JsonNode branch : value) {
          sum += check((ObjectNode) branch, overBody, depth + 1);
        }
        combinations *= sum;
      } else if (value instanceof ObjectNode inner) {
        if (!overBody) {
          throw invalid(
              "\""
                  + entry.getKey()
                  + "\" must be an object or an array of conditions; nested"
                  + " objects need the scope MessageBody");
        }
        combinations *= check(inner, true, depth + 1);
      } else if (value.isArray()) {
        if (value.isEmpty()) {
          throw invalid("Empty arrays are not allowed");
        }
        for (JsonNode condition : value) {
          checkCondition(condition);
        }
        combinations *= value.size();
      } else {
        throw invalid("\"" + entry.getKey() + "\" must be an object or an array");
      }
    }
    return combinations;
  }

  private static boolean isBranches(JsonNode value) {
    if (!value.isArray() || value.size() < 2) {
      return false;
    }
    for (JsonNode branch : value) {
      // An operator's name as a key makes it a list of conditions of an attribute named $or.
      if (!(branch instanceof ObjectNode object)
          || object.isEmpty()
          || OPERATORS.contains(object.fieldNames().next())) {
        return false;
      }
    }
    return true;
  }

  private static void checkCondition(JsonNode condition) throws SnsException {
    if (condition.isArray()) {
      throw invalid("Match value must be String, number, true, false, or null");
    }
    if (!condition.isObject()) {
      return;
    }
    if (condition.size() != 1) {
      throw invalid("Only one key allowed in match expression");
    }
    String operator = condition.fieldNames().next();
    var operand = condition.get(operator);
    switch (operator) {
      case "prefix", "suffix", "equals-ignore-case", "wildcard" -> needText(operator, operand);
      case "cidr" -> {
        needText(operator, operand);
        if (Cidr.parse(operand.textValue()).isEmpty()) {
          throw invalid("Malformed CIDR, one '/' required");
        }
      }
      case "exists" -> {
        if (!operand.isBoolean()) {
          throw invalid("exists match pattern must be either true or false.");
        }
      }
      case "numeric" -> checkNumeric(operand);
      case "anything-but" -> checkAnythingBut(operand);
      default -> throw invalid("Unrecognized match type " + operator);
    }
  }

  private static void needText(String operator, JsonNode operand) throws SnsException {
    if (!operand.isTextual() || (operand.textValue().isEmpty() && !operator.startsWith("equals"))) {
      throw invalid(operator + " match pattern must be a string");
    }
  }

  private static void checkNumeric(JsonNode operand) throws SnsException {
    if (!operand.isArray() || operand.isEmpty() || operand.size() % 2 != 0 || operand.size() > 4) {
      throw invalid("Value of numeric must be an array of operators and numbers");
    }
    for (int i = 0; i < operand.size(); i += 2) {
      String comparison = operand.get(i).asText();
      boolean known =
          operand.size() == 2
              ? Set.of("=", "<", "<=", ">", ">=").contains(comparison)
              : (i == 0 ? Set.of(">", ">=") : Set.of("<", "<=")).contains(comparison);
      if (!known) {
        throw invalid("Unrecognized numeric range operator: " + comparison);
      }
      if (!isFinite(operand.get(i + 1))) {
        throw invalid("Value of " + comparison + " must be numeric");
      }
    }
    if (operand.size() == 4
        && operand.get(1).decimalValue().compareTo(operand.get(3).decimalValue()) >= 0) {
      throw invalid("Bottom must be less than top");
    }
  }

  private static void checkAnythingBut(JsonNode operand) throws SnsException {
    if (operand.isObject()) {
      if (operand.size() != 1
          || !Set.of("prefix", "suffix", "wildcard", "equals-ignore-case")
              .contains(operand.fieldNames().next())) {
        throw invalid("Unsupported anything-but pattern");
      }
      for (JsonNode one : listOf(operand.elements().next())) {
        needText(operand.fieldNames().next(), one);
      }
      return;
    }
    for (JsonNode one : listOf(operand)) {
      if (!one.isTextual() && !one.isNumber()) {
        throw invalid("Inside anything but list, number|string is supported");
      }
    }
    if (operand.isArray() && operand.isEmpty()) {
      throw invalid("Empty arrays are not allowed");
    }
  }

  /** Returns whether the message is for the subscription. */
  boolean matches(SnsMessage message) {
    return overBody
        ? matchesBody(message.textFor("sqs"))
        : matches(policy, documentOf(message.attributes()));
  }

  private boolean matchesBody(String text) {
    try {
      return JSON.readTree(text) instanceof ObjectNode body && matches(policy, body);
    } catch (JsonProcessingException notJson) {
      return false;
    }
  }

  /** Attributes as a document, so that both scopes are matched in one way. */
  private static ObjectNode documentOf(Map<String, SnsMessage.Attribute> attributes) {
    var document = JsonNodeFactory.instance.objectNode();
    attributes.forEach(
        (name, attribute) -> {
          if (attribute.type().equals("Number")) {
            document.put(name, new BigDecimal(attribute.value()));
          } else if (attribute.type().equals("String.Array")) {
            document.set(name, arrayOf(attribute.value()));
          } else if (!attribute.isBinary()) {
            document.put(name, attribute.value());
          }
        });
    return document;
  }

  private static JsonNode arrayOf(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException notAnArray) {
      return JsonNodeFactory.instance.textNode(text);
    }
  }

  private static boolean matches(ObjectNode policy, JsonNode document) {
    for (Map.Entry<String, JsonNode> entry : policy.properties()) {
      var wanted = entry.getValue();
      boolean fits;
      if (entry.getKey().equals("$or") && isBranches(wanted)) {
        fits = anyBranch(wanted, document);
      } else if (wanted instanceof ObjectNode nested) {
        fits = matchesNested(nested, document.path(entry.getKey()));
      } else {
        fits = anyCondition(wanted, leaves(document.path(entry.getKey())));
      }
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  private static boolean anyBranch(JsonNode branches, JsonNode document) {
    for (JsonNode branch : branches) {
      if (matches((ObjectNode) branch, document)) {
        return true;
      }
    }
    return false;
  }

  /** An array of objects matches if one of its objects does. */
  private static boolean matchesNested(ObjectNode policy, JsonNode value) {
    if (!value.isArray()) {
      return matches(policy, value);
    }
    for (JsonNode element : value) {
      if (matchesNested(policy, element)) {
        return true;
      }
    }
    return false;
  }

  private static List<JsonNode> leaves(JsonNode value) {
    List<JsonNode> leaves = new ArrayList<>();
    if (value.isArray()) {
      for (JsonNode element : value) {
        leaves.addAll(leaves(element));
      }
    } else if (value.isValueNode()) {
      leaves.add(value);
    }
    return leaves;
  }

  private static boolean anyCondition(JsonNode conditions, List<JsonNode> values) {
    for (JsonNode condition : conditions) {
      if (condition.isObject() && condition.has("exists")) {
        if (condition.get("exists").asBoolean() != values.isEmpty()) {
          return true;
        }
        continue;
      }
      for (JsonNode value : values) {
        if (satisfies(condition, value)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean satisfies(JsonNode condition, JsonNode value) {
    if (!condition.isObject()) {
      return isSame(condition, value);
    }
    String operator = condition.fieldNames().next();
    var operand = condition.get(operator);
    return switch (operator) {
      case "numeric" -> isFinite(value) && inRange(operand, value.decimalValue());
      case "anything-but" -> isNot(operand, value);
      default -> value.isTextual() && textFits(operator, operand, value.textValue());
    };
  }

  /** A number such as 1e400 is read as an infinity, which has no decimal value. */
  private static boolean isFinite(JsonNode value) {
    return value.isNumber() && Double.isFinite(value.doubleValue());
  }

  private static boolean isSame(JsonNode wanted, JsonNode value) {
    if (isFinite(wanted) && isFinite(value)) {
      return wanted.decimalValue().compareTo(value.decimalValue()) == 0;
    }
    return wanted.equals(value);
  }

  private static boolean isNot(JsonNode operand, JsonNode value) {
    if (operand.isObject()) {
      String operator = operand.fieldNames().next();
      for (JsonNode one : listOf(operand.get(operator))) {
        if (value.isTextual() && textFits(operator, one, value.textValue())) {
          return false;
        }
      }
      return true;
    }
    for (JsonNode one : listOf(operand)) {
      if (isSame(one, value)) {
        return false;
      }
    }
    return true;
  }

  private static List<JsonNode> listOf(JsonNode operand) {
    List<JsonNode> list = new ArrayList<>();
    if (operand.isArray()) {
      operand.forEach(list::add);
    } else {
      list.add(operand);
    }
    return list;
  }

  private static boolean textFits(String operator, JsonNode operand, String text) {
    String wanted = operand.asText();
    return switch (operator) {
      case "prefix" -> text.startsWith(wanted);
      case "suffix" -> text.endsWith(wanted);
      case "equals-ignore-case" ->
          text.toLowerCase(Locale.ROOT).equals(wanted.toLowerCase(Locale.ROOT));
      case "wildcard" -> Wildcard.matches(wanted, text);
      case "cidr" -> Cidr.parse(wanted).map(range -> range.contains(text)).orElse(false);
      default -> false;
    };
  }

  private static boolean inRange(JsonNode range, BigDecimal value) {
    for (int i = 0; i < range.size(); i += 2) {
      int order = value.compareTo(range.get(i + 1).decimalValue());
      boolean fits =
          switch (range.get(i).asText()) {
            case "=" -> order == 0;
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            default -> order >= 0;
          };
      if (!fits) {
        return false;
      }
    }
    return true;
  }
}
