package localcloud.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Formats a trail for a person: a header with the correlation ids, then one line per entry. An id
 * is printed in full the first time and shortened after that.
 */
final class TrailPrinter {
  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}");

  /** As the functions log it; and as messages, items and events hold it, nested JSON included. */
  private static final Pattern LOGGED = correlation("correlation_id");

  private static final Pattern SENT = correlation("correlationId");

  private static final int SHORT_CHARS = 8;

  private final Map<String, String> labels;
  private final Map<String, String> shortened = new HashMap<>();

  private TrailPrinter(Map<String, String> labels) {
    this.labels = labels;
  }

  private static Pattern correlation(String name) {
    String quote = "\\\\*\"";
    return Pattern.compile(
        quote
            + name
            + quote
            + "\\s*:\\s*(?:\\{\\s*"
            + quote
            + "(?:S|StringValue|stringValue)"
            + quote
            + "\\s*:\\s*)?"
            + quote
            + "([^\"\\\\]{1,128})");
  }

  /** Returns the lines of a trail as {@code GET /_local/trail} answers it. */
  static List<String> lines(JsonNode trail) {
    List<String> ids = correlationIds(trail);
    Map<String, String> labels = new LinkedHashMap<>();
    for (String id : ids) {
      labels.put(id, "c" + (labels.size() + 1));
    }
    TrailPrinter printer = new TrailPrinter(labels);
    List<String> lines = new ArrayList<>();
    labels.forEach(
        (id, label) -> lines.add("correlation id " + label + ": " + printer.shortenRepeated(id)));
    int width =
        trail
            .path("entries")
            .valueStream()
            .mapToInt(e -> printer.labels(e).length())
            .max()
            .orElse(0);
    Instant previous = null;
    for (JsonNode entry : trail.path("entries")) {
      Instant at = Instant.parse(entry.path("at").asText());
      String since = previous == null ? "" : since(Duration.between(previous, at));
      String label = width == 0 ? "" : pad(printer.labels(entry), width) + " ";
      lines.add(
          "%s %9s  %-9s %s%s"
              .formatted(
                  entry.path("at").asText().replaceAll("(\\.\\d{3})\\d*Z", "$1Z"),
                  since,
                  entry.path("room").asText(),
                  label,
                  printer.shortenRepeated(summary(entry))));
      previous = at;
    }
    return lines;
  }

  /**
   * A log line belongs to one order, so its id is the order's. Other entries can hold several
   * orders; they are searched only if no log line has an id.
   */
  private static List<String> correlationIds(JsonNode trail) {
    List<String> logged = new ArrayList<>();
    List<String> sent = new ArrayList<>();
    for (JsonNode entry : trail.path("entries")) {
      String text = entry.path("text").asText();
      if (entry.path("room").asText().equals("log")) {
        LOGGED.matcher(text).results().map(found -> found.group(1)).forEach(logged::add);
      } else {
        SENT.matcher(text).results().map(found -> found.group(1)).forEach(sent::add);
      }
    }
    return (logged.isEmpty() ? sent : logged).stream().distinct().toList();
  }

  /** Returns the labels of the correlation ids that an entry holds. */
  private String labels(JsonNode entry) {
    String text = entry.path("text").asText();
    List<String> held =
        List.of(LOGGED, SENT).stream()
            .flatMap(pattern -> pattern.matcher(text).results())
            .map(found -> found.group(1))
            .toList();
    return labels.entrySet().stream()
        .filter(label -> held.contains(label.getKey()))
        .map(Map.Entry::getValue)
        .collect(Collectors.joining(","));
  }

  private static String summary(JsonNode entry) {
    String source = entry.path("source").asText();
    String summary = entry.path("summary").asText();
    return summary.contains(source) ? summary : source + ": " + summary;
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(width - text.length());
  }

  private static String since(Duration elapsed) {
    long millis = elapsed.toMillis();
    return millis < 10_000
        ? "+" + millis + " ms"
        : String.format(Locale.ROOT, "+%.1f s", millis / 1000.0);
  }

  /** Prints an id in full the first time, and its start after that if no other id starts so. */
  private String shortenRepeated(String text) {
    return UUID.matcher(text)
        .replaceAll(
            found -> {
              String id = found.group();
              String start = id.substring(0, SHORT_CHARS);
              String first = shortened.putIfAbsent(start, id);
              return Matcher.quoteReplacement(id.equals(first) ? start + "…" : id);
            });
  }
}
