package localcloud.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A function's log line, told to a person: structured lines are written for programs.
 *
 * <p>Of a JSON object with a {@code message}, as Powertools and Lambda's own JSON format write it,
 * remain level, message and what the function said beside them: {@code INFO order accepted
 * order_id=… outcome=accepted}. What is the same in every line is left out; an error's stack
 * follows on lines of its own. Any other line stays as it is.
 */
public final class LogLine {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What Powertools puts into each line, and Lambda's JSON format. */
  private static final Set<String> IN_EVERY_LINE =
      Set.of(
          "level",
          "message",
          "timestamp",
          "service",
          "cold_start",
          "sampling_rate",
          "xray_trace_id",
          "correlation_id",
          "requestId",
          "AWSRequestId",
          "error");

  private static final Pattern CONTROLS = Pattern.compile("\\p{Cntrl}");

  private LogLine() {}

  /** Tells whether the line is a metric in CloudWatch's embedded format, and not said to anyone. */
  public static boolean isMetric(String line) {
    return line.startsWith("{\"_aws\":");
  }

  /** Returns the line as one line for a person; an error's stack follows if asked for. */
  public static String forPerson(String line, boolean withStack) {
    JsonNode object = parse(line);
    if (!object.isObject() || !object.path("message").isTextual()) {
      return line;
    }
    StringBuilder text = new StringBuilder(line.length());
    if (object.path("level").isTextual()) {
      text.append(object.path("level").textValue()).append(' ');
    }
    text.append(object.path("message").textValue());
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      String name = field.getKey();
      if (!IN_EVERY_LINE.contains(name) && !name.startsWith("function_")) {
        JsonNode value = field.getValue();
        text.append(' ').append(name).append('=');
        text.append(value.isValueNode() ? value.asText() : value.toString());
      }
    }
    JsonNode error = object.path("error");
    if (error.path("name").isTextual()) {
      text.append(' ').append(error.path("name").asText());
      text.append(": ").append(error.path("message").asText());
    }
    // A value may hold a line break, or a terminal's escape: JSON wrote them harmlessly.
    String onOneLine = CONTROLS.matcher(text).replaceAll(" ");
    return withStack && error.path("stack").isTextual()
        ? onOneLine + stack(error.path("stack").textValue())
        : onOneLine;
  }

  private static String stack(String text) {
    return text.lines()
        .map(line -> System.lineSeparator() + "  " + CONTROLS.matcher(line).replaceAll(" ").strip())
        .collect(Collectors.joining());
  }

  private static JsonNode parse(String line) {
    if (line.startsWith("{")) {
      try {
        return JSON.readTree(line);
      } catch (JsonProcessingException e) {
        // Not JSON after all, perhaps cut off: told as it is.
        return JSON.missingNode();
      }
    }
    return JSON.missingNode();
  }
}
