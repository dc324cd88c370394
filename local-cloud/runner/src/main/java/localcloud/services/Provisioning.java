package localcloud.services;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import localcloud.model.QueueSpec;
import localcloud.model.StackSpec;
import localcloud.model.TableSpec;
import localcloud.wire.Response;

/**
 * Makes the template's queues and tables in the running services. What is there already, from an
 * earlier run on the same folder, is kept and brought up to date where the service allows it.
 */
public final class Provisioning {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CALLER = "local";
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

  private Provisioning() {}

  /**
   * Makes all queues and tables; topics and subscriptions are made in {@code Sns}.
   *
   * @throws IOException if a service refuses one, naming it
   */
  public static void apply(StackSpec stack, int dynamoDbPort, int sqsPort)
      throws IOException, InterruptedException {
    try (var dynamoDb = JsonCalls.dynamoDb(dynamoDbPort, CALLER, ANSWER_LIMIT);
        var sqs = JsonCalls.sqs(sqsPort, CALLER, ANSWER_LIMIT)) {
      queues(stack.queues(), sqs);
      for (TableSpec table : stack.tables()) {
        table(table, dynamoDb);
      }
    }
  }

  /** A dead-letter queue must be there before the queue that names it. */
  static List<QueueSpec> inOrder(List<QueueSpec> queues) {
    List<QueueSpec> ordered = new ArrayList<>();
    Set<String> placed = new HashSet<>();
    List<QueueSpec> left = new ArrayList<>(queues);
    while (!left.isEmpty()) {
      List<QueueSpec> ready = new ArrayList<>();
      for (QueueSpec queue : left) {
        boolean waits =
            queue.redrive().isPresent()
                && left.stream()
                    .anyMatch(
                        other ->
                            !other.equals(queue)
                                && other.arn().equals(queue.redrive().get().deadLetterTargetArn()));
        if (!waits) {
          ready.add(queue);
        }
      }
      if (ready.isEmpty()) {
        throw new IllegalArgumentException(
            "queues are each other's dead-letter queues: " + left.getFirst().logicalId());
      }
      for (QueueSpec queue : ready) {
        if (placed.add(queue.name())) {
          ordered.add(queue);
        }
      }
      left.removeAll(ready);
    }
    return ordered;
  }

  private static void queues(List<QueueSpec> queues, JsonCalls sqs) throws IOException {
    for (QueueSpec queue : inOrder(queues)) {
      var attributes = attributes(queue);
      var create = JSON.createObjectNode().put("QueueName", queue.name());
      var created = attributes.deepCopy();
      if (queue.fifo()) {
        created.put("FifoQueue", "true");
        created.put("ContentBasedDeduplication", String.valueOf(queue.contentBasedDeduplication()));
      }
      create.set("Attributes", created);
      var answer = sqs.call("CreateQueue", create);
      if (answer.status() != 200) {
        // It is there from before, with other attributes.
        var url = sqs.call("GetQueueUrl", JSON.createObjectNode().put("QueueName", queue.name()));
        if (url.status() != 200) {
          throw refused("queue " + queue.logicalId(), answer);
        }
        answer = url;
      }
      var set = JSON.createObjectNode();
      set.put("QueueUrl", JSON.readTree(answer.body()).path("QueueUrl").asText());
      set.set("Attributes", attributes);
      var updated = sqs.call("SetQueueAttributes", set);
      if (updated.status() != 200) {
        throw refused("queue " + queue.logicalId(), updated);
      }
    }
  }

  private static ObjectNode attributes(QueueSpec queue) {
    var attributes = JSON.createObjectNode();
    attributes.put("VisibilityTimeout", String.valueOf(queue.visibilityTimeout().toSeconds()));
    attributes.put("DelaySeconds", String.valueOf(queue.delay().toSeconds()));
    attributes.put(
        "ReceiveMessageWaitTimeSeconds", String.valueOf(queue.receiveWaitTime().toSeconds()));
    queue
        .redrive()
        .ifPresent(
            redrive ->
                attributes.put(
                    "RedrivePolicy",
                    JSON.createObjectNode()
                        .put("deadLetterTargetArn", redrive.deadLetterTargetArn())
                        .put("maxReceiveCount", redrive.maxReceiveCount())
                        .toString()));
    return attributes;
  }

  private static void table(TableSpec table, JsonCalls dynamoDb)
      throws IOException, InterruptedException {
    var answer = dynamoDb.call("CreateTable", table.createTable());
    boolean there = new String(answer.body(), StandardCharsets.UTF_8).contains("ResourceInUse");
    if (answer.status() != 200 && !there) {
      throw refused("table " + table.logicalId(), answer);
    }
    var name = JSON.createObjectNode().put("TableName", table.name());
    JsonNode described = active(table, dynamoDb, name);
    if (there) {
      sameKeys(table, described);
    }
    if (table.timeToLiveAttribute().isPresent()) {
      var ttl = JSON.createObjectNode().put("TableName", table.name());
      ttl.putObject("TimeToLiveSpecification")
          .put("Enabled", true)
          .put("AttributeName", table.timeToLiveAttribute().get());
      var enabled = dynamoDb.call("UpdateTimeToLive", ttl);
      boolean already =
          new String(enabled.body(), StandardCharsets.UTF_8).contains("already enabled");
      if (enabled.status() != 200 && !already) {
        throw refused("time to live of table " + table.logicalId(), enabled);
      }
    }
  }

  private static JsonNode active(TableSpec table, JsonCalls dynamoDb, ObjectNode name)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (true) {
      var answer = dynamoDb.call("DescribeTable", name);
      var described = JSON.readTree(answer.body()).path("Table");
      if (described.path("TableStatus").asText().equals("ACTIVE")) {
        return described;
      }
      if (System.nanoTime() > end) {
        throw refused("table " + table.logicalId(), answer);
      }
      Thread.sleep(20);
    }
  }

  private static void sameKeys(TableSpec table, JsonNode described) throws IOException {
    if (!described.path("KeySchema").equals(table.createTable().path("KeySchema"))) {
      throw new IOException(
          "table "
              + table.logicalId()
              + " has other keys in the data folder than in the template; use another folder");
    }
    Set<String> wanted = new HashSet<>();
    Set<String> there = new HashSet<>();
    table
        .createTable()
        .path("GlobalSecondaryIndexes")
        .forEach(index -> wanted.add(index.path("IndexName").asText()));
    described
        .path("GlobalSecondaryIndexes")
        .forEach(index -> there.add(index.path("IndexName").asText()));
    if (!there.containsAll(wanted)) {
      wanted.removeAll(there);
      throw new IOException(
          "table "
              + table.logicalId()
              + " lacks the indexes "
              + wanted
              + " in the data folder; use another folder");
    }
  }

  private static IOException refused(String what, Response answer) {
    String text = new String(answer.body(), StandardCharsets.UTF_8);
    return new IOException(what + " was refused: " + text);
  }
}
