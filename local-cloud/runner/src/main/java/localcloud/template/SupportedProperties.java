package localcloud.template;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What becomes of each property of each resource type. The reader goes by this table, and the one
 * in the README is printed from it, so neither can promise what the other does not keep.
 */
public final class SupportedProperties {
  /** What becomes of a property. */
  public enum Verdict {
    HONOURED("honoured"),
    IGNORED("means nothing on one machine"),
    REFUSED("refused");

    private final String words;

    Verdict(String words) {
      this.words = words;
    }
  }

  /**
   * One property's rule.
   *
   * @param path the property; list items are passed through, {@code *} is any name; what lies below
   *     an honoured path without rules of its own is honoured too
   * @param reason why, or how; may be empty if honoured
   */
  record Rule(String path, Verdict verdict, String reason) {}

  /** The rules of one resource type, or of one kind of event of a function. */
  static final class Type {
    private final String name;
    private final String summary;
    private final boolean noOp;
    private final boolean noted;
    private final Map<String, Rule> rules = new TreeMap<>();

    private Type(String name, String summary, boolean noOp, boolean noted) {
      this.noted = noted;
      this.name = name;
      this.summary = summary;
      this.noOp = noOp;
    }

    String name() {
      return name;
    }

    /** Returns what a user is told of each such resource; empty if nothing. */
    Optional<String> note() {
      return noted ? Optional.of("does nothing here: " + summary) : Optional.empty();
    }

    /** Whether resources of this type are read and do nothing. */
    boolean noOp() {
      return noOp;
    }

    Optional<Rule> rule(String path) {
      Rule exact = rules.get(path);
      if (exact != null) {
        return Optional.of(exact);
      }
      return rules.values().stream().filter(rule -> matches(rule.path(), path)).findFirst();
    }

    private boolean hasRulesBelow(String path) {
      return rules.keySet().stream()
          .anyMatch(rule -> depth(rule) > depth(path) && matches(upTo(rule, depth(path)), path));
    }

    private static boolean matches(String rule, String path) {
      String[] wanted = rule.split("\\.", -1);
      String[] given = path.split("\\.", -1);
      if (wanted.length != given.length) {
        return false;
      }
      for (int i = 0; i < wanted.length; i++) {
        if (!wanted[i].equals("*") && !wanted[i].equals(given[i])) {
          return false;
        }
      }
      return true;
    }

    private static int depth(String path) {
      return path.split("\\.", -1).length;
    }

    private static String upTo(String path, int depth) {
      return String.join(".", List.of(path.split("\\.", -1)).subList(0, depth));
    }
  }

  private static final Map<String, Type> TYPES = read();

  private SupportedProperties() {}

  private static Map<String, Type> read() {
    Map<String, Type> types = new LinkedHashMap<>();
    try (InputStream file =
        SupportedProperties.class.getResourceAsStream("supported-properties.txt")) {
      String text = new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
      Type type = null;
      String inert = "";
      boolean noted = false;
      for (String line : text.split("\n", -1)) {
        String[] parts = line.strip().split(" \\| ", 2);
        String reason = parts.length > 1 ? parts[1] : "";
        boolean says = !line.isBlank() && !line.startsWith("#");
        if (says && line.startsWith("type ")) {
          type = new Type(parts[0].substring("type ".length()), reason, false, false);
          put(types, type);
        } else if (says && line.startsWith("inert")) {
          type = null;
          inert = reason;
          noted = parts[0].endsWith("with a note");
        } else if (says && type == null) {
          put(types, new Type(parts[0], inert, true, noted));
        } else if (says) {
          String[] words = parts[0].split(" ", 2);
          Verdict verdict = Verdict.valueOf(words[0].toUpperCase(Locale.ROOT));
          if (type.rules.put(words[1], new Rule(words[1], verdict, reason)) != null) {
            throw new IllegalStateException("two rules for " + type.name + " " + words[1]);
          }
        }
      }
      return types;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void put(Map<String, Type> types, Type type) {
    if (types.put(type.name, type) != null) {
      throw new IllegalStateException("two entries for " + type.name);
    }
  }

  static Optional<Type> type(String name) {
    return Optional.ofNullable(TYPES.get(name));
  }

  /** Returns the rules for one kind of event of a function; empty if it is not supported. */
  static Optional<Type> event(String eventType) {
    return type("AWS::Serverless::Function, event " + eventType);
  }

  /** Refuses what the rules do not let through; every property is looked at. */
  static void check(Type type, String owner, TemplateNode.Fields properties, Problems problems) {
    if (!type.noOp()) {
      check(type, owner, "", properties, problems);
    }
  }

  private static void check(
      Type type, String owner, String path, TemplateNode tree, Problems problems) {
    switch (tree) {
      case TemplateNode.Text text -> {}
      case TemplateNode.Items items ->
          items.items().forEach(item -> check(type, owner, path, item, problems));
      case TemplateNode.Fields fields ->
          fields
              .fields()
              .forEach(
                  (name, value) -> {
                    String below = path.isEmpty() ? name : path + "." + name;
                    Optional<Rule> rule = type.rule(below);
                    if (rule.isPresent() && rule.get().verdict() == Verdict.REFUSED) {
                      problems.add(
                          value.place(),
                          owner + "." + below + " is refused: " + rule.get().reason());
                    } else if (rule.isEmpty() && type.hasRulesBelow(below)) {
                      if (value instanceof TemplateNode.Text) {
                        problems.add(value.place(), owner + "." + below + " must be a mapping");
                      }
                      check(type, owner, below, value, problems);
                    } else if (rule.isEmpty()) {
                      problems.add(
                          value.place(),
                          owner
                              + "."
                              + below
                              + " is not a property of "
                              + type.name()
                              + "; correct its name or remove it");
                    }
                  });
    }
  }

  /** Returns the whole table as Markdown. */
  public static String markdown() {
    StringBuilder text = new StringBuilder();
    for (Type type : TYPES.values()) {
      if (!type.noOp()) {
        text.append("#### ").append(type.name).append("\n\n");
        text.append("Runs as ").append(type.summary).append(".\n\n");
        text.append("| property | here | how or why |\n|---|---|---|\n");
        for (Rule rule : type.rules.values()) {
          row(text, code(rule.path()), rule.verdict().words, rule.reason());
        }
        text.append('\n');
      }
    }
    text.append("#### Types that do nothing here\n\n");
    text.append("Read, resolved and left alone, whatever their properties.\n\n");
    text.append("| why | types |\n|---|---|\n");
    Map<String, Collection<String>> byReason = new LinkedHashMap<>();
    for (Type type : TYPES.values()) {
      if (type.noOp()) {
        byReason.computeIfAbsent(type.summary, reason -> new ArrayList<>()).add(code(type.name));
      }
    }
    byReason.forEach(
        (reason, names) -> text.append("| " + reason + " | " + String.join(", ", names) + " |\n"));
    text.append("\nA resource of any other type is refused by name.\n");
    return text.toString();
  }

  private static String code(String name) {
    return "`" + name + "`";
  }

  private static void row(StringBuilder text, String... cells) {
    text.append("| ").append(String.join(" | ", cells).replace("|  |", "| |").strip());
    text.append(" |\n");
  }
}
