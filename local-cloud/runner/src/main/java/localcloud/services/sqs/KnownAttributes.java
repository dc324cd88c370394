package localcloud.services.sqs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import localcloud.model.QueueSpec;

/** Those attributes of queues that ElasticMQ takes and forgets. Safe for use by many threads. */
final class KnownAttributes {
  private static final Set<String> NAMES =
      Set.of(
          "DeduplicationScope",
          "FifoThroughputLimit",
          "MaximumMessageSize",
          "MessageRetentionPeriod");

  private final Map<String, Map<String, String>> byQueue = new ConcurrentHashMap<>();

  KnownAttributes(List<QueueSpec> queues) {
    for (QueueSpec queue : queues) {
      Map<String, String> own = defaults(queue.name());
      own.put("MaximumMessageSize", String.valueOf(queue.maximumMessageBytes()));
      own.put("MessageRetentionPeriod", String.valueOf(queue.retention().toSeconds()));
      if (queue.fifo()) {
        own.put("DeduplicationScope", queue.deduplicatesByGroup() ? "messageGroup" : "queue");
        own.put(
            "FifoThroughputLimit", queue.throughputByGroup() ? "perMessageGroupId" : "perQueue");
        own.put("ContentBasedDeduplication", String.valueOf(queue.contentBasedDeduplication()));
      }
      byQueue.put(queue.name(), own);
    }
  }

  private static Map<String, String> defaults(String queue) {
    Map<String, String> defaults = new TreeMap<>();
    defaults.put("MaximumMessageSize", String.valueOf(MessageSize.LIMIT));
    defaults.put("MessageRetentionPeriod", "345600");
    if (queue.endsWith(".fifo")) {
      defaults.put("DeduplicationScope", "queue");
      defaults.put("FifoThroughputLimit", "perQueue");
    }
    return defaults;
  }

  private Map<String, String> of(String queue) {
    return byQueue.getOrDefault(queue, defaults(queue));
  }

  int maximumMessageSize(String queue) {
    return Integer.parseInt(of(queue).getOrDefault("MaximumMessageSize", ""));
  }

  boolean deduplicatesByGroup(String queue) {
    return "messageGroup".equals(of(queue).get("DeduplicationScope"));
  }

  boolean deduplicatesByContent(String queue) {
    return "true".equals(of(queue).get("ContentBasedDeduplication"));
  }

  /** Returns what is wrong with attributes that are to be set. */
  Optional<String> wrong(String queue, JsonNode attributes) {
    Map<String, String> after = new TreeMap<>(of(queue));
    attributes.properties().forEach(each -> after.put(each.getKey(), each.getValue().asText()));
    if (!within(after.get("MaximumMessageSize"), 1024, MessageSize.LIMIT)) {
      return Optional.of("Invalid value for the parameter MaximumMessageSize.");
    }
    if (!within(after.get("MessageRetentionPeriod"), 60, 1_209_600)) {
      return Optional.of("Invalid value for the parameter MessageRetentionPeriod.");
    }
    if (!queue.endsWith(".fifo")) {
      return after.containsKey("DeduplicationScope") || after.containsKey("FifoThroughputLimit")
          ? Optional.of("DeduplicationScope and FifoThroughputLimit are for FIFO queues.")
          : Optional.empty();
    }
    if (!Set.of("queue", "messageGroup").contains(after.get("DeduplicationScope"))) {
      return Optional.of("Invalid value for the parameter DeduplicationScope.");
    }
    if (!Set.of("perQueue", "perMessageGroupId").contains(after.get("FifoThroughputLimit"))) {
      return Optional.of("Invalid value for the parameter FifoThroughputLimit.");
    }
    if (after.get("FifoThroughputLimit").equals("perMessageGroupId")
        && !after.get("DeduplicationScope").equals("messageGroup")) {
      return Optional.of(
          "The perMessageGroupId value is allowed only when the value for DeduplicationScope is"
              + " messageGroup.");
    }
    return Optional.empty();
  }

  private static boolean within(String text, int least, int most) {
    return text.matches("[0-9]{1,9}")
        && Integer.parseInt(text) >= least
        && Integer.parseInt(text) <= most;
  }

  void remember(String queue, JsonNode attributes) {
    Map<String, String> after = new TreeMap<>(of(queue));
    for (Map.Entry<String, JsonNode> each : attributes.properties()) {
      if (NAMES.contains(each.getKey()) || each.getKey().equals("ContentBasedDeduplication")) {
        after.put(each.getKey(), each.getValue().asText());
      }
    }
    byQueue.put(queue, after);
  }

  void forget(String queue) {
    byQueue.remove(queue);
  }

  /** Adds the attributes that were asked for to those that ElasticMQ knows. */
  void tell(String queue, Set<String> asked, ObjectNode attributes) {
    of(queue)
        .forEach(
            (name, value) -> {
              if (NAMES.contains(name) && (asked.contains("All") || asked.contains(name))) {
                attributes.put(name, value);
              }
            });
  }

  /** Returns whether names of attributes that are asked for include one of these. */
  static boolean anyOf(Set<String> asked) {
    return asked.stream().anyMatch(name -> name.equals("All") || NAMES.contains(name));
  }

  /** Takes out what ElasticMQ need not be told. */
  static void takeOut(ObjectNode attributes) {
    attributes.remove(NAMES);
  }
}
