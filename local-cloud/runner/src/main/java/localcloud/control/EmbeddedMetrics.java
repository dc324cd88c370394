package localcloud.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Adds up what functions write in CloudWatch's embedded metric format, and shows it as Prometheus
 * reads it. Safe for use by many threads.
 */
public final class EmbeddedMetrics {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, double[]> sums = new TreeMap<>();

  /** Takes a log line; one that holds no metrics is left alone. */
  public void line(String line) {
    if (!line.contains("\"_aws\"")) {
      return;
    }
    JsonNode json;
    try {
      json = JSON.readTree(line);
    } catch (JsonProcessingException notMetrics) {
      return;
    }
    for (JsonNode directive : json.path("_aws").path("CloudWatchMetrics")) {
      String namespace = directive.path("Namespace").asText();
      for (JsonNode metric : directive.path("Metrics")) {
        String name = metric.path("Name").asText();
        for (JsonNode dimensions : directive.path("Dimensions")) {
          add(namespace, name, labels(json, dimensions), json.path(name));
        }
      }
    }
  }

  private static String labels(JsonNode json, JsonNode dimensions) {
    Map<String, String> labels = new TreeMap<>();
    dimensions.forEach(it -> labels.put(it.asText(), json.path(it.asText()).asText()));
    StringBuilder text = new StringBuilder();
    labels.forEach(
        (label, value) ->
            text.append(text.isEmpty() ? "" : ",")
                .append(identifier(label))
                .append("=\"")
                .append(value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"))
                .append('"'));
    return text.toString();
  }

  private synchronized void add(String namespace, String name, String labels, JsonNode value) {
    double[] sum =
        sums.computeIfAbsent(
            identifier(namespace + "_" + name) + "{" + labels + "}", key -> new double[2]);
    for (JsonNode one : value.isArray() ? value : JSON.createArrayNode().add(value)) {
      sum[0] += one.asDouble();
      sum[1]++;
    }
  }

  private static String identifier(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
        .replaceAll("[^A-Za-z0-9_]", "_")
        .toLowerCase(Locale.ROOT);
  }

  /** Returns the sum and the count of each metric, in Prometheus' text format. */
  public synchronized String prometheus() {
    StringBuilder text = new StringBuilder();
    sums.forEach(
        (key, sum) -> {
          int brace = key.indexOf('{');
          String name = key.substring(0, brace);
          String labels = key.substring(brace);
          text.append(name).append("_sum").append(labels).append(' ').append(sum[0]).append('\n');
          text.append(name).append("_count").append(labels).append(' ');
          text.append((long) sum[1]).append('\n');
        });
    return text.toString();
  }

  /** Returns the sum of a metric over all its dimensions, by its name as the function gave it. */
  public synchronized double sum(String namespace, String name) {
    String prefix = identifier(namespace + "_" + name) + "{";
    return sums.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(prefix))
        .mapToDouble(entry -> entry.getValue()[0])
        .sum();
  }
}
