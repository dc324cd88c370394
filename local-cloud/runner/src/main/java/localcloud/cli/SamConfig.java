package localcloud.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a {@code samconfig.toml} says of one environment: the stack's name and the parameters, as
 * {@code sam deploy} takes them.
 *
 * @param parameterOverrides by parameter, in the file's order
 */
record SamConfig(Optional<String> stackName, Map<String, String> parameterOverrides) {
  private static final TomlMapper TOML = new TomlMapper();

  /** Either of SAM's two spellings. */
  private static final Pattern OVERRIDE =
      Pattern.compile(
          "(?<!\\S)(?:ParameterKey=([A-Za-z0-9]+),ParameterValue|([A-Za-z0-9]+))"
              + "=(\"(?:[^\"\\\\]|\\\\.)*\"|'[^']*'|\\S*)");

  /**
   * Reads one environment of a file.
   *
   * @throws CommandException if the file has no such environment, or cannot be read
   */
  static SamConfig read(Path file, String environment) {
    JsonNode environments;
    try {
      environments = TOML.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw new CommandException(
          "%s:%d: not TOML: %s; correct it"
              .formatted(
                  file,
                  e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                  e.getOriginalMessage().replaceAll("\\s+", " ")));
    } catch (IOException e) {
      throw new CommandException(file + " cannot be read; --config-env needs it");
    }
    JsonNode settings = environments.path(environment);
    if (!settings.isObject()) {
      throw new CommandException(
          "%s has no environment '%s'; name another with --config-env"
              .formatted(file, environment));
    }
    Map<String, String> overrides = new LinkedHashMap<>();
    JsonNode written = setting(settings, "parameter_overrides");
    for (JsonNode text : written.isArray() ? written : TOML.createArrayNode().add(written)) {
      overrides.putAll(overrides(text.asText()));
    }
    JsonNode stackName = setting(settings, "stack_name");
    return new SamConfig(
        stackName.isTextual() ? Optional.of(stackName.asText()) : Optional.empty(), overrides);
  }

  /** What is said of {@code deploy} goes before what is said of all commands. */
  private static JsonNode setting(JsonNode environment, String name) {
    JsonNode ofDeploy = environment.path("deploy").path("parameters").path(name);
    return ofDeploy.isMissingNode()
        ? environment.path("global").path("parameters").path(name)
        : ofDeploy;
  }

  /**
   * Reads {@code A=1 B="two words"} or {@code ParameterKey=A,ParameterValue=1 …}, as SAM's option
   * of the same name takes it.
   */
  static Map<String, String> overrides(String text) {
    Map<String, String> overrides = new LinkedHashMap<>();
    Matcher override = OVERRIDE.matcher(text);
    while (override.find()) {
      overrides.put(
          override.group(1) == null ? override.group(2) : override.group(1),
          unquoted(override.group(3)));
    }
    return refusedIfNone(text, overrides);
  }

  /**
   * Reads one argument of the command line. Of a single parameter the shell took the quotes, so all
   * that follows is its value, blanks included.
   */
  static Map<String, String> argument(String text) {
    Map<String, String> overrides = overrides(text);
    Matcher first = OVERRIDE.matcher(text);
    return overrides.size() == 1 && first.lookingAt()
        ? Map.of(overrides.keySet().iterator().next(), unquoted(text.substring(first.start(3))))
        : overrides;
  }

  private static Map<String, String> refusedIfNone(String text, Map<String, String> overrides) {
    if (overrides.isEmpty() && !text.isBlank()) {
      throw new CommandException("parameters are given as NAME=VALUE, not '" + text + "'");
    }
    return overrides;
  }

  private static String unquoted(String value) {
    boolean quoted =
        value.length() >= 2
            && (value.charAt(0) == '"' || value.charAt(0) == '\'')
            && value.charAt(value.length() - 1) == value.charAt(0);
    return quoted ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1") : value;
  }
}
