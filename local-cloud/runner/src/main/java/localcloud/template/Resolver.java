package localcloud.template;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Replaces calls of intrinsic functions by their values. Not for use by several threads. */
final class Resolver {
  /** What names of the template stand for; asked with the place of the question. */
  interface Names {
    /** Returns what {@code Ref} gives: a parameter's, pseudo parameter's or resource's value. */
    TemplateNode ref(String name, SourceLocation place);

    String attribute(String logicalId, String attribute, SourceLocation place);
  }

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]*)}");

  private final Names names;
  private final TemplateNode.Fields mappings;
  private final TemplateNode.Fields conditions;
  private final Localizer localizer;
  private final Map<String, Boolean> decided = new LinkedHashMap<>();
  private final Set<String> deciding = new LinkedHashSet<>();

  /** Rewrites a finished text, such as the address of an API as AWS would have it. */
  interface Localizer {
    String localize(String text);
  }

  Resolver(
      Names names,
      TemplateNode.Fields mappings,
      TemplateNode.Fields conditions,
      Localizer localizer) {
    this.names = names;
    this.mappings = mappings;
    this.conditions = conditions;
    this.localizer = localizer;
  }

  /** Returns the value; empty where the template asks for {@code AWS::NoValue}. */
  Optional<TemplateNode> resolve(TemplateNode tree) {
    return switch (tree) {
      case TemplateNode.Text text -> Optional.of(text);
      case TemplateNode.Items items ->
          Optional.of(new TemplateNode.Items(items.place(), all(items.items())));
      case TemplateNode.Fields fields -> {
        Optional<Intrinsics.Call> call = Intrinsics.callOf(fields);
        yield call.isPresent() ? call(call.get()) : Optional.of(each(fields));
      }
    };
  }

  private List<TemplateNode> all(List<TemplateNode> items) {
    List<TemplateNode> resolved = new ArrayList<>();
    for (TemplateNode item : items) {
      resolve(item).ifPresent(resolved::add);
    }
    return resolved;
  }

  private TemplateNode.Fields each(TemplateNode.Fields fields) {
    Map<String, TemplateNode> resolved = new LinkedHashMap<>();
    fields
        .fields()
        .forEach((name, value) -> resolve(value).ifPresent(it -> resolved.put(name, it)));
    return new TemplateNode.Fields(fields.place(), resolved);
  }

  private Optional<TemplateNode> call(Intrinsics.Call call) {
    SourceLocation place = call.place();
    return switch (call.function()) {
      case "Ref" -> {
        String name = literal(call, call.argument());
        yield name.equals("AWS::NoValue")
            ? Optional.empty()
            : Optional.of(names.ref(name, place).at(place));
      }
      case "Fn::GetAtt" -> Optional.of(text(place, getAtt(call)));
      case "Fn::Sub" -> Optional.of(text(place, sub(call)));
      case "Fn::Join" -> Optional.of(text(place, join(call)));
      case "Fn::Select" -> Optional.of(select(call).at(place));
      case "Fn::Split" -> Optional.of(split(call));
      case "Fn::FindInMap" -> Optional.of(findInMap(call).at(place));
      case "Fn::Base64" ->
          Optional.of(
              text(
                  place,
                  Base64.getEncoder()
                      .encodeToString(
                          scalar(call, call.argument()).getBytes(StandardCharsets.UTF_8))));
      case "Fn::If" -> {
        List<TemplateNode> parts = list(call, 3, 3);
        // Only the branch taken is looked at, as CloudFormation does.
        yield resolve(parts.get(condition(literal(call, parts.get(0)), place) ? 1 : 2))
            .map(value -> value.at(place));
      }
      case "Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals" ->
          throw new TemplateException(
              place,
              call.function() + " belongs into Conditions; name it there and use Fn::If here");
      default ->
          throw new TemplateException(place, Intrinsics.refusal(call.function(), call.function()));
    };
  }

  private TemplateNode.Text text(SourceLocation place, String text) {
    return new TemplateNode.Text(place, localizer.localize(text));
  }

  private String getAtt(Intrinsics.Call call) {
    return switch (call.argument()) {
      case TemplateNode.Text text -> attribute(call, text.text());
      case TemplateNode.Items items when items.items().size() == 2 ->
          names.attribute(
              literal(call, items.items().get(0)),
              scalar(call, items.items().get(1)),
              call.place());
      default ->
          throw new TemplateException(
              call.place(), "Fn::GetAtt needs a resource and an attribute: Resource.Attribute");
    };
  }

  private String attribute(Intrinsics.Call call, String dotted) {
    int dot = dotted.indexOf('.');
    if (dot <= 0 || dot == dotted.length() - 1) {
      throw new TemplateException(
          call.place(), "Fn::GetAtt of '" + dotted + "' must name Resource.Attribute");
    }
    return names.attribute(dotted.substring(0, dot), dotted.substring(dot + 1), call.place());
  }

  private String sub(Intrinsics.Call call) {
    String pattern;
    Map<String, TemplateNode> own = Map.of();
    switch (call.argument()) {
      case TemplateNode.Text text -> pattern = text.text();
      case TemplateNode.Items items
          when items.items().size() == 2
              && items.items().get(0) instanceof TemplateNode.Text text
              && items.items().get(1) instanceof TemplateNode.Fields fields -> {
        pattern = text.text();
        own = fields.fields();
      }
      default ->
          throw new TemplateException(
              call.place(), "Fn::Sub needs a text, or a list of a text and its variables");
    }
    StringBuilder result = new StringBuilder();
    Matcher variable = VARIABLE.matcher(pattern);
    int end = 0;
    while (variable.find()) {
      result.append(pattern, end, variable.start()).append(variable(call, variable.group(1), own));
      end = variable.end();
    }
    return result.append(pattern, end, pattern.length()).toString();
  }

  private String variable(Intrinsics.Call call, String name, Map<String, TemplateNode> own) {
    if (name.startsWith("!")) {
      return "${" + name.substring(1) + "}";
    }
    TemplateNode value = own.get(name);
    if (value != null) {
      return scalar(call, value);
    }
    if (name.contains(".")) {
      return attribute(call, name);
    }
    if (names.ref(name, call.place()) instanceof TemplateNode.Text text) {
      return text.text();
    }
    throw new TemplateException(
        call.place(), "Fn::Sub of ${" + name + "}: it is a list; join it with Fn::Join first");
  }

  private String join(Intrinsics.Call call) {
    List<TemplateNode> parts = list(call, 2, 2);
    List<String> texts = new ArrayList<>();
    for (TemplateNode item : resolvedList(call, parts.get(1))) {
      texts.add(scalar(call, item));
    }
    return String.join(scalar(call, parts.get(0)), texts);
  }

  private TemplateNode select(Intrinsics.Call call) {
    List<TemplateNode> parts = list(call, 2, 2);
    List<TemplateNode> items = resolvedList(call, parts.get(1));
    String index = scalar(call, parts.get(0));
    if (!index.matches("[0-9]{1,6}") || Integer.parseInt(index) >= items.size()) {
      throw new TemplateException(
          call.place(),
          "Fn::Select of item " + index + ": the list has " + items.size() + ", counted from 0");
    }
    return items.get(Integer.parseInt(index));
  }

  private TemplateNode split(Intrinsics.Call call) {
    List<TemplateNode> parts = list(call, 2, 2);
    List<TemplateNode> items = new ArrayList<>();
    String text = scalar(call, parts.get(1));
    for (String part : text.split(Pattern.quote(scalar(call, parts.get(0))), -1)) {
      items.add(new TemplateNode.Text(call.place(), part));
    }
    return new TemplateNode.Items(call.place(), items);
  }

  private TemplateNode findInMap(Intrinsics.Call call) {
    if (call.argument() instanceof TemplateNode.Items items && items.items().size() == 4) {
      throw new TemplateException(
          call.place(),
          "Fn::FindInMap with a default is refused: AWS::LanguageExtensions is not supported; put"
              + " the default into Mappings");
    }
    List<TemplateNode> parts = list(call, 3, 3);
    TemplateNode found = mappings;
    StringBuilder path = new StringBuilder();
    for (TemplateNode part : parts) {
      String key = scalar(call, part);
      path.append(path.isEmpty() ? "" : ".").append(key);
      TemplateNode next =
          found instanceof TemplateNode.Fields fields ? fields.fields().get(key) : null;
      if (next == null) {
        throw new TemplateException(
            call.place(), "Fn::FindInMap of " + path + ": Mappings has no such entry");
      }
      found = next;
    }
    return found;
  }

  /** Returns the value of a condition of the template. */
  boolean condition(String name, SourceLocation place) {
    Boolean known = decided.get(name);
    if (known != null) {
      return known;
    }
    TemplateNode definition = conditions.fields().get(name);
    if (definition == null) {
      throw new TemplateException(place, "Conditions has no '" + name + "'; define it there");
    }
    if (!deciding.add(name)) {
      throw new CyclicReference(
              "circular conditions", deciding.stream().dropWhile(it -> !it.equals(name)).toList())
          .refusal(it -> conditions.fields().get(it).place());
    }
    try {
      boolean value = decide(definition);
      decided.put(name, value);
      return value;
    } finally {
      deciding.remove(name);
    }
  }

  private boolean decide(TemplateNode tree) {
    if (!(tree instanceof TemplateNode.Fields fields) || fields.fields().size() != 1) {
      throw new TemplateException(
          tree.place(), "a condition is Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition");
    }
    if (fields.fields().get("Condition") instanceof TemplateNode.Text other) {
      return condition(other.text(), other.place());
    }
    Intrinsics.Call call =
        Intrinsics.callOf(fields)
            .orElseThrow(
                () ->
                    new TemplateException(
                        tree.place(),
                        "a condition is Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition"));
    return switch (call.function()) {
      case "Fn::Equals" -> {
        List<TemplateNode> parts = list(call, 2, 2);
        yield scalar(call, parts.get(0)).equals(scalar(call, parts.get(1)));
      }
      case "Fn::Not" -> !decide(list(call, 1, 1).get(0));
      case "Fn::And" ->
          list(call, 2, 10).stream().map(this::decide).reduce(true, Boolean::logicalAnd);
      case "Fn::Or" ->
          list(call, 2, 10).stream().map(this::decide).reduce(false, Boolean::logicalOr);
      default ->
          throw new TemplateException(
              call.place(),
              call.function()
                  + " does not decide a condition; use Fn::Equals, Fn::And, Fn::Or, Fn::Not or"
                  + " Condition");
    };
  }

  private List<TemplateNode> list(Intrinsics.Call call, int least, int most) {
    if (call.argument() instanceof TemplateNode.Items items
        && items.items().size() >= least
        && items.items().size() <= most) {
      return items.items();
    }
    String count = least == most ? String.valueOf(least) : least + " to " + most;
    throw new TemplateException(
        call.place(),
        call.function() + " needs a list of " + count + (most == 1 ? " value" : " values"));
  }

  private List<TemplateNode> resolvedList(Intrinsics.Call call, TemplateNode tree) {
    if (resolve(tree).orElse(tree) instanceof TemplateNode.Items items) {
      return items.items();
    }
    throw new TemplateException(call.place(), call.function() + " needs a list");
  }

  private String scalar(Intrinsics.Call call, TemplateNode tree) {
    if (resolve(tree).orElse(null) instanceof TemplateNode.Text text) {
      return text.text();
    }
    throw new TemplateException(
        call.place(), call.function() + " needs a text where a list or mapping is");
  }

  private static String literal(Intrinsics.Call call, TemplateNode tree) {
    if (tree instanceof TemplateNode.Text text) {
      return text.text();
    }
    throw new TemplateException(call.place(), call.function() + " needs a plain name");
  }
}
