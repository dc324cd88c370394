package localcloud.template;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The template's parameters and their values, checked as CloudFormation checks them. */
final class Parameters {
  private static final Set<String> ATTRIBUTES =
      Set.of(
          "AllowedPattern",
          "AllowedValues",
          "ConstraintDescription",
          "Default",
          "Description",
          "MaxLength",
          "MaxValue",
          "MinLength",
          "MinValue",
          "NoEcho",
          "Type");
  private static final Set<String> TYPES =
      Set.of("String", "Number", "CommaDelimitedList", "List<Number>", "List<String>");

  private final String file;

  private Parameters(String file) {
    this.file = file;
  }

  /**
   * Returns the value of each parameter.
   *
   * @param overrides values from outside, which go before defaults
   */
  static Map<String, TemplateNode> values(
      String file, TemplateNode.Fields section, Map<String, String> overrides, Problems problems) {
    Parameters parameters = new Parameters(file);
    Map<String, TemplateNode> values = new LinkedHashMap<>();
    section
        .fields()
        .forEach(
            (name, definition) ->
                problems.gather(
                    () -> {
                      values.put(name, parameters.value(name, definition, overrides));
                    }));
    for (String name : overrides.keySet()) {
      if (!section.has(name)) {
        problems.add(
            new SourceLocation(file, section.place().line()),
            "Parameters has no '" + name + "'; correct --parameter-overrides or the samconfig");
      }
    }
    return values;
  }

  private TemplateNode value(String name, TemplateNode tree, Map<String, String> overrides) {
    PropertyReader definition = PropertyReader.of("Parameters." + name, tree);
    for (String attribute : definition.fields().fields().keySet()) {
      if (!ATTRIBUTES.contains(attribute)) {
        throw definition.refuse(attribute, "is not an attribute of a parameter; remove it");
      }
    }
    String type = definition.required("Type");
    if (!TYPES.contains(type)) {
      throw definition.refuse(
          "Type",
          "is "
              + type
              + ", which is refused: there is no account to look it up in; take a String, a Number"
              + " or a list of them");
    }
    String text = overrides.get(name);
    if (text == null && definition.has("Default")) {
      text =
          definition.tree("Default").orElseThrow() instanceof TemplateNode.Text it
              ? it.text()
              : null;
      if (text == null) {
        throw definition.refuse("Default", "must be a single value");
      }
    }
    if (text == null) {
      throw new TemplateException(
          new SourceLocation(file, tree.place().line()),
          "Parameters." + name + " has no value; give one: --parameter-overrides " + name + "=…");
    }
    boolean list = type.equals("CommaDelimitedList") || type.startsWith("List<");
    boolean number = type.contains("Number");
    List<TemplateNode> items = new ArrayList<>();
    for (String item : list ? List.of(text.split(",", -1)) : List.of(text)) {
      String value = list ? item.strip() : item;
      check(definition, value, number);
      items.add(
          new TemplateNode.Text(
              tree.place(), value, number ? TemplateNode.Kind.NUMBER : TemplateNode.Kind.STRING));
    }
    return list ? new TemplateNode.Items(tree.place(), items) : items.get(0);
  }

  private static void check(PropertyReader definition, String value, boolean number) {
    // A NoEcho value is a secret: messages speak of it without saying it.
    String shown = definition.bool("NoEcho", false) ? "the value" : "'" + value + "'";
    if (definition.has("AllowedValues") && !definition.texts("AllowedValues").contains(value)) {
      throw wrong(
          definition,
          shown + " is not one of " + String.join(", ", definition.texts("AllowedValues")));
    }
    if (definition.has("AllowedPattern")) {
      String pattern = definition.required("AllowedPattern");
      try {
        if (!Pattern.matches(pattern, value)) {
          throw wrong(definition, shown + " does not match " + pattern);
        }
      } catch (PatternSyntaxException e) {
        throw definition.refuse("AllowedPattern", "is not a regular expression; correct it");
      }
    }
    if (number) {
      BigDecimal amount =
          number(value).orElseThrow(() -> wrong(definition, shown + " is not a number"));
      if (amount.compareTo(limit(definition, "MinValue").orElse(amount)) < 0) {
        throw wrong(definition, shown + " is less than " + definition.required("MinValue"));
      }
      if (amount.compareTo(limit(definition, "MaxValue").orElse(amount)) > 0) {
        throw wrong(definition, shown + " is more than " + definition.required("MaxValue"));
      }
    }
    if (value.length() < definition.integer("MinLength", 0, 0, Integer.MAX_VALUE)) {
      throw wrong(definition, shown + " is shorter than MinLength");
    }
    if (value.length() > definition.integer("MaxLength", Integer.MAX_VALUE, 0, Integer.MAX_VALUE)) {
      throw wrong(definition, shown + " is longer than MaxLength");
    }
  }

  private static Optional<BigDecimal> limit(PropertyReader definition, String name) {
    return definition
        .text(name)
        .map(
            text ->
                number(text)
                    .orElseThrow(() -> definition.refuse(name, "is not a number; correct it")));
  }

  private static Optional<BigDecimal> number(String text) {
    try {
      return Optional.of(new BigDecimal(text.strip()));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static TemplateException wrong(PropertyReader definition, String problem) {
    String hint =
        definition.text("ConstraintDescription").map(text -> " (" + text + ")").orElse("");
    return new TemplateException(
        definition.place(), definition.owner() + ": " + problem + hint + "; give another value");
  }
}
