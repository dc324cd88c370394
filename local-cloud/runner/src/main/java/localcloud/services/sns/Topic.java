package localcloud.services.sns;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import localcloud.model.Arns;

/** A topic; whoever changes it holds its lock. */
final class Topic {
  private static final Duration DEDUPLICATION = Duration.ofMinutes(5);
  private static final int TURNS = 64;

  private final String name;
  private final Map<String, String> attributes = new ConcurrentSkipListMap<>();
  private final Map<String, String> tags = new ConcurrentSkipListMap<>();
  private final Map<String, Published> published = new LinkedHashMap<>();
  private final List<ReentrantLock> turns =
      Stream.generate(() -> new ReentrantLock(true)).limit(TURNS).toList();
  private long sequence;

  /** What a FIFO topic remembers of a message for five minutes. */
  record Published(String messageId, String sequenceNumber, Instant at) {}

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

  /**
   * Lets one publisher of a FIFO topic's group in at a time, from its sequence number until its
   * message is delivered or owed: otherwise a later number could arrive first. Other groups, and
   * other topics' publishers, need not wait.
   */
  Turn takeTurn(Collection<String> groups) {
    List<ReentrantLock> taken =
        isFifo()
            // Always in the same order, so that two batches never wait for each other.
            ? groups.stream()
                .map(group -> Math.floorMod(group.hashCode(), TURNS))
                .distinct()
                .sorted()
                .map(turns::get)
                .toList()
            : List.of();
    taken.forEach(ReentrantLock::lock);
    return () -> taken.forEach(ReentrantLock::unlock);
  }

  /** A publisher's turn. */
  interface Turn {
    void end();
  }

  /** Returns what tells a message from others: its id, in the topic or in its group. */
  String keyOf(String group, String deduplicationId) {
    return "MessageGroup".equals(attributes.get("FifoThroughputScope"))
        ? group + "\n" + deduplicationId
        : deduplicationId;
  }

  /** Returns what was published under this key in the last five minutes. */
  synchronized Optional<Published> duplicateOf(String key) {
    Instant oldest = Instant.now().minus(DEDUPLICATION);
    published.values().removeIf(old -> old.at().isBefore(oldest));
    return Optional.ofNullable(published.get(key));
  }

  synchronized void remember(String key, Published message) {
    published.put(key, message);
  }

  /** Forgets a message that was not accepted after all: its next try is no duplicate. */
  synchronized void forget(String key) {
    published.remove(key);
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
