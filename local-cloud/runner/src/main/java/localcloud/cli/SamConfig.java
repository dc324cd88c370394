package localcloud.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a {@code samconfig.toml} says of one environment: the stack's name and the parameters. Of
 * TOML it reads tables, and keys with strings, lists of strings, numbers and booleans.
 *
 * @param parameterOverrides by parameter, in the file's order
 */
record SamConfig(Optional<String> stackName, Map<String, String> parameterOverrides) {
  private static final Pattern TABLE = Pattern.compile("\\[([^\\[\\]]+)]\\s*(#.*)?");
  private static final Pattern KEY = Pattern.compile("([A-Za-z0-9_-]+)\\s*=\\s*(.*)");
  private static final Pattern STRING = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|'([^']*)'");
  private static final Pattern OVERRIDE =
      Pattern.compile("([A-Za-z0-9]+)=(\"(?:[^\"\\\\]|\\\\.)*\"|'[^']*'|\\S*)");

  /**
   * Reads one environment of a file.
   *
   * @throws CommandException if the file has no such environment, or cannot be read
   */
  static SamConfig read(Path file, String environment) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new CommandException(file + " cannot be read; --config-env needs it");
    }
    Optional<String> stackName = Optional.empty();
    Map<String, String> overrides = new LinkedHashMap<>();
    boolean found = false;
    boolean inside = false;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      Matcher table = TABLE.matcher(line);
      if (table.matches()) {
        String name = table.group(1).strip();
        inside =
            name.equals(environment + ".deploy.parameters")
                || name.equals(environment + ".global.parameters");
        found |= name.startsWith(environment + ".");
        continue;
      }
      Matcher key = KEY.matcher(line);
      if (inside && key.matches()) {
        StringBuilder value = new StringBuilder(key.group(2));
        while (opensMore(value) && i + 1 < lines.size()) {
          value.append('\n').append(lines.get(++i).strip());
        }
        if (key.group(1).equals("stack_name")) {
          stackName = strings(value.toString()).stream().findFirst();
        } else if (key.group(1).equals("parameter_overrides")) {
          strings(value.toString()).forEach(text -> overrides.putAll(overrides(text)));
        }
      }
    }
    if (!found) {
      throw new CommandException(
          "%s has no environment '%s'; name another with --config-env"
              .formatted(file, environment));
    }
    return new SamConfig(stackName, overrides);
  }

  private static boolean opensMore(CharSequence value) {
    String text = value.toString();
    return (text.startsWith("[") && !text.endsWith("]"))
        || (text.startsWith("\"\"\"") && (text.length() < 6 || !text.endsWith("\"\"\"")));
  }

  private static List<String> strings(String value) {
    if (value.startsWith("\"\"\"") && value.length() >= 6) {
      return List.of(value.substring(3, value.length() - 3));
    }
    List<String> strings = new ArrayList<>();
    Matcher string = STRING.matcher(value);
    while (string.find()) {
      strings.add(
          string.group(1) == null ? string.group(2) : string.group(1).replaceAll("\\\\(.)", "$1"));
    }
    return strings;
  }

  /** Reads {@code A=1 B="two words"}, as SAM's option of the same name takes it. */
  static Map<String, String> overrides(String text) {
    Map<String, String> overrides = new LinkedHashMap<>();
    Matcher override = OVERRIDE.matcher(text);
    while (override.find()) {
      String value = override.group(2);
      boolean quoted = value.length() >= 2 && (value.charAt(0) == '"' || value.charAt(0) == '\'');
      overrides.put(
          override.group(1),
          quoted ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1") : value);
    }
    return overrides;
  }
}
