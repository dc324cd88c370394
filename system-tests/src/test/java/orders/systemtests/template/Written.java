package orders.systemtests.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the functions' own source files say. */
final class Written {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\\n]|\\\\.)*)\"");
  private static final Pattern VARIABLE =
      Pattern.compile("\\b(?:required|requiredCount|orElse)\\(\\s*\"([A-Z_]+)\"");

  private Written() {}

  static JsonNode json(Object value) {
    return JSON.valueToTree(value);
  }

  /** Returns every string literal of the functions and of what they share. */
  static Set<String> literals() {
    return found(
        LITERAL, "order-api", "order-processor", "order-notifier", "lambda-support", "order-wire");
  }

  /** Returns the environment variables that a module asks for. */
  static Set<String> variables(String module) {
    return found(VARIABLE, module);
  }

  private static Set<String> found(Pattern pattern, String... modules) {
    Set<String> found = new TreeSet<>();
    for (String module : modules) {
      for (Path source : sources(module)) {
        Matcher matcher = pattern.matcher(SamTemplate.text(source.toString()));
        while (matcher.find()) {
          found.add(matcher.group(1));
        }
      }
    }
    return found;
  }

  private static List<Path> sources(String module) {
    try (Stream<Path> files =
        Files.walk(SamTemplate.project().resolve(module + "/src/main/java"))) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
