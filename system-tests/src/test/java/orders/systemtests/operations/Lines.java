package orders.systemtests.operations;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The lines that functions write, and of these what belongs to the story that is told. Safe for use
 * by many threads.
 */
final class Lines {
  private static final ObjectMapper STRICT =
      new ObjectMapper()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final List<String> lines = new CopyOnWriteArrayList<>();

  private final Semaphore written = new Semaphore(0);

  private volatile int begun;

  void add(String line) {
    lines.add(line);
    written.release();
  }

  /** Waits for another line, but not for long: what was looked for may be there already. */
  void awaitAnother(Duration most) throws InterruptedException {
    if (written.tryAcquire(most.toMillis(), TimeUnit.MILLISECONDS)) {
      written.drainPermits();
    }
  }

  /** Begins the story: what was written before is no part of it. */
  void begin() {
    begun = lines.size();
  }

  /** Returns the story's lines. */
  List<String> all() {
    List<String> all = List.copyOf(lines);
    return all.subList(begun, all.size());
  }

  /** Returns a line as the one JSON object that it has to be. */
  static JsonNode json(String line) {
    try {
      JsonNode json = STRICT.readTree(line);
      if (json.isObject()) {
        return json;
      }
    } catch (JsonProcessingException broken) {
      throw new AssertionError("not JSON: " + line, broken);
    }
    throw new AssertionError("not an object: " + line);
  }

  /** Returns the lines for people, as against those of metrics. */
  List<JsonNode> log() {
    return objects(json -> !json.has("_aws")).toList();
  }

  /** Returns the lines with a message, of one order. */
  List<JsonNode> log(String message, String orderId) {
    return objects(
            json ->
                json.path("message").asText().equals(message)
                    && json.path("order_id").asText().equals(orderId))
        .toList();
  }

  /** Returns how many commands of an order a message tells of. */
  long commands(String orderId, String... messages) {
    return Stream.of(messages)
        .flatMap(message -> log(message, orderId).stream())
        .map(line -> line.path("command_id").asText())
        .distinct()
        .count();
  }

  List<JsonNode> metricLines() {
    return objects(json -> json.has("_aws")).toList();
  }

  /** Returns the sum of a metric in the story, of one service. */
  double sum(String service, String metric) {
    return sum(metricLines(), service, metric);
  }

  /** Returns the sum of a metric from the first line on, of one service. */
  double sumOfAll(String service, String metric) {
    return sum(
        lines.stream().map(Lines::json).filter(json -> json.has("_aws")).toList(), service, metric);
  }

  private static double sum(List<JsonNode> lines, String service, String metric) {
    double sum = 0;
    for (JsonNode line : lines) {
      if (line.path("Service").asText().equals(service)) {
        for (JsonNode value : line.path(metric)) {
          sum += value.asDouble();
        }
      }
    }
    return sum;
  }

  /**
   * Returns each metric with its dimensions, such as {@code OrdersAccepted [Service=order-api]}.
   */
  Set<String> series() {
    Set<String> series = new TreeSet<>();
    for (JsonNode line : metricLines()) {
      for (JsonNode directive : line.at("/_aws/CloudWatchMetrics")) {
        for (JsonNode dimensions : directive.path("Dimensions")) {
          StringBuilder names = new StringBuilder();
          dimensions.forEach(
              name ->
                  names
                      .append(names.isEmpty() ? "" : ", ")
                      .append(name.asText())
                      .append('=')
                      .append(line.path(name.asText()).asText()));
          directive
              .path("Metrics")
              .forEach(metric -> series.add(metric.path("Name").asText() + " [" + names + "]"));
        }
      }
    }
    return series;
  }

  private Stream<JsonNode> objects(Predicate<JsonNode> wanted) {
    return all().stream().map(Lines::json).filter(wanted);
  }
}
