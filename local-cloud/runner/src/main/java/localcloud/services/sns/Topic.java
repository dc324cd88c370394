package localcloud.services.sns;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import localcloud.model.Arns;

/** A topic; whoever changes it holds its lock. */
final class Topic {
  private static final long DEDUPLICATION_NANOS = 5L * 60 * 1_000_000_000;

  private final String name;
  private final Map<String, String> attributes = new TreeMap<>();
  private final Map<String, String> tags = new TreeMap<>();
  private final Map<String, Published> published = new LinkedHashMap<>();
  private long sequence;

  /** What a FIFO topic remembers of a message for five minutes. */
  record Published(String messageId, String sequenceNumber, long nanos) {}

  Topic(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  String arn() {
    return Arns.topic(name);
  }

  boolean isFifo() {
    return name.endsWith(".fifo");
  }

  boolean deduplicatesByContent() {
    return Boolean.parseBoolean(attributes.get("ContentBasedDeduplication"));
  }

  Map<String, String> attributes() {
    return attributes;
  }

  Map<String, String> tags() {
    return tags;
  }

  /** Returns what was published under this id in the last five minutes. */
  synchronized Optional<Published> duplicateOf(String deduplicationId) {
    long now = System.nanoTime();
    published.values().removeIf(old -> now - old.nanos() > DEDUPLICATION_NANOS);
    return Optional.ofNullable(published.get(deduplicationId));
  }

  synchronized void remember(String deduplicationId, String messageId, String sequenceNumber) {
    published.put(deduplicationId, new Published(messageId, sequenceNumber, System.nanoTime()));
  }

  /** Numbers only grow, also across restarts: they begin with the time. */
  synchronized String nextSequenceNumber() {
    sequence = Math.max(sequence + 1, System.currentTimeMillis() * 1000);
    return "%020d".formatted(sequence);
  }

  ObjectNode toJson() {
    var json = JsonNodeFactory.instance.objectNode().put("name", name);
    var attributeNode = json.putObject("attributes");
    attributes.forEach(attributeNode::put);
    var tagNode = json.putObject("tags");
    tags.forEach(tagNode::put);
    return json;
  }

  static Topic of(JsonNode json) {
    var topic = new Topic(json.path("name").asText());
    json.path("attributes")
        .properties()
        .forEach(each -> topic.attributes.put(each.getKey(), each.getValue().asText()));
    json.path("tags")
        .properties()
        .forEach(each -> topic.tags.put(each.getKey(), each.getValue().asText()));
    return topic;
  }
}
