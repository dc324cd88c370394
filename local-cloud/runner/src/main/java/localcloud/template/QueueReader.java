package localcloud.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import localcloud.model.QueueSpec;

/** Queues, with the limits of SQS. */
final class QueueReader {
  private QueueReader() {}

  static QueueSpec read(Resource resource, Stack stack) {
    PropertyReader queue = resource.props();
    String name = stack.nameOf(resource);
    boolean fifo = queue.bool("FifoQueue", false);
    if (fifo != name.endsWith(".fifo")) {
      throw queue.refuse(
          "QueueName",
          fifo
              ? "is " + name + ", but a FIFO queue's name must end in .fifo"
              : "is " + name + ", but only a FIFO queue's name may end in .fifo");
    }
    if (!name.matches("[A-Za-z0-9_-]{1,80}|[A-Za-z0-9_-]{1,75}\\.fifo")) {
      throw queue.refuse("QueueName", "is " + name + "; use up to 80 letters, digits, - and _");
    }
    if (queue.has("ContentBasedDeduplication") && !fifo) {
      throw queue.refuse("ContentBasedDeduplication", "is only for FIFO queues; remove it");
    }
    for (String property : List.of("DeduplicationScope", "FifoThroughputLimit")) {
      if (queue.has(property) && !fifo) {
        throw queue.refuse(property, "is only for FIFO queues; remove it");
      }
    }
    boolean byGroup =
        queue
            .oneOf("DeduplicationScope", "queue", Set.of("queue", "messageGroup"))
            .equals("messageGroup");
    boolean throughputByGroup =
        queue
            .oneOf("FifoThroughputLimit", "perQueue", Set.of("perQueue", "perMessageGroupId"))
            .equals("perMessageGroupId");
    if (throughputByGroup && !byGroup) {
      throw queue.refuse(
          "FifoThroughputLimit",
          "is perMessageGroupId, which needs DeduplicationScope: messageGroup; add it");
    }
    return new QueueSpec(
        resource.logicalId(),
        name,
        fifo,
        queue.bool("ContentBasedDeduplication", false),
        byGroup,
        throughputByGroup,
        Duration.ofSeconds(queue.integer("VisibilityTimeout", 30, 0, 43_200)),
        Duration.ofSeconds(queue.integer("DelaySeconds", 0, 0, 900)),
        Duration.ofSeconds(queue.integer("MessageRetentionPeriod", 345_600, 60, 1_209_600)),
        Duration.ofSeconds(queue.integer("ReceiveMessageWaitTimeSeconds", 0, 0, 20)),
        queue.integer("MaximumMessageSize", 1_048_576, 1_024, 1_048_576),
        redrive(queue));
  }

  private static Optional<QueueSpec.Redrive> redrive(PropertyReader queue) {
    if (!queue.has("RedrivePolicy")) {
      return Optional.empty();
    }
    PropertyReader policy = queue.below("RedrivePolicy");
    String target = policy.required("deadLetterTargetArn");
    policy.required("maxReceiveCount");
    return Optional.of(
        new QueueSpec.Redrive(target, policy.integer("maxReceiveCount", 10, 1, 1_000)));
  }

  /** Checks what queues say of each other. */
  static void check(List<QueueSpec> queues, Map<String, Resource> resources, Problems problems) {
    Map<String, QueueSpec> byArn = new TreeMap<>();
    queues.forEach(queue -> byArn.put(queue.arn(), queue));
    for (QueueSpec queue : queues) {
      if (queue.redrive().isEmpty()) {
        continue;
      }
      PropertyReader policy = resources.get(queue.logicalId()).props().below("RedrivePolicy");
      QueueSpec target = byArn.get(queue.redrive().get().deadLetterTargetArn());
      problems.gather(
          () -> {
            if (target == null) {
              throw policy.refuse(
                  "deadLetterTargetArn", "is not a queue of this template; name one of its queues");
            }
            if (target.fifo() != queue.fifo()) {
              throw policy.refuse(
                  "deadLetterTargetArn",
                  "is %s, which is %s; a %s queue needs a dead-letter queue of its own kind"
                      .formatted(
                          target.logicalId(),
                          target.fifo() ? "FIFO" : "standard",
                          queue.fifo() ? "FIFO" : "standard"));
            }
            allowed(queue, target, resources.get(target.logicalId()).props(), policy);
          });
    }
  }

  private static void allowed(
      QueueSpec queue, QueueSpec target, PropertyReader targetProps, PropertyReader policy) {
    if (!targetProps.has("RedriveAllowPolicy")) {
      return;
    }
    PropertyReader allow = targetProps.below("RedriveAllowPolicy");
    String permission =
        allow.oneOf("redrivePermission", "allowAll", Set.of("allowAll", "denyAll", "byQueue"));
    boolean allowed =
        switch (permission) {
          case "denyAll" -> false;
          case "byQueue" -> allow.texts("sourceQueueArns").contains(queue.arn());
          default -> true;
        };
    if (!allowed) {
      throw policy.refuse(
          "deadLetterTargetArn",
          "is " + target.logicalId() + ", whose RedriveAllowPolicy does not allow this queue");
    }
  }

  /** Returns a property that holds the JSON of a policy with a dead-letter queue. */
  static Optional<String> deadLetterTarget(PropertyReader owner, String property) {
    Optional<JsonNode> policy = owner.document(property);
    if (policy.isEmpty()) {
      return Optional.empty();
    }
    JsonNode target = policy.get().get("deadLetterTargetArn");
    if (target == null || !target.isTextual()) {
      throw owner.refuse(property, "must hold a deadLetterTargetArn");
    }
    return Optional.of(target.asText());
  }
}
