package orders.ops;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import orders.wire.QueueMessage;
import orders.wire.UnreadableException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * Compares what was accepted with what is stored, and what is stored with what could not be
 * announced.
 *
 * <p>What was accepted is known from the answers that the idempotency table keeps for five weeks;
 * that table, and not the one of orders, is read as a whole. What could not be announced is known
 * from the notifier's dead-letter queue, which names ranges of the table's stream; the stream
 * itself forgets after a day.
 */
public final class Reconcile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> CONTENTS =
      List.of("currency", "lines", "shippingAddress", "reference", "note", "metadata");

  private final Stack stack;
  private final OrdersTable table;

  public Reconcile(Stack stack) {
    this.stack = stack;
    table = new OrdersTable(stack.dynamoDb(), stack.ordersTable());
  }

  /**
   * What was found, and mended if that was asked for.
   *
   * @param accepted orders whose accepting answer is kept
   * @param stored those of them that are stored
   * @param parked those of them that are in the dead-letter queue
   * @param inFlight messages in the queue: each may be one of those that are not stored yet
   * @param missing accepted, and neither stored nor parked
   * @param unannounced orders of which an event was given up
   * @param forgotten ranges of the stream that it no longer holds; their times say what to replay
   * @param mended commands sent and events published again
   */
  public record Result(
      int accepted,
      int stored,
      int parked,
      long inFlight,
      List<String> missing,
      List<String> unannounced,
      List<String> forgotten,
      int mended) {
    /** Whether nothing is missing that is not on its way. */
    public boolean balanced() {
      return missing.size() <= inFlight && unannounced.isEmpty() && forgotten.isEmpty();
    }
  }

  /** An accepted order, as its kept answer tells. */
  private record Accepted(JsonNode order, String fingerprint) {}

  /**
   * Reconciles.
   *
   * @param settle answers younger than this are left out: their orders are on the way
   * @param mend whether to send again what is missing, and to publish again what was given up
   */
  public Result run(Duration settle, boolean mend) {
    Map<String, Accepted> accepted = accepted(Instant.now().minus(settle));
    Set<String> parked = parkedOrders();
    long inFlight = inFlight();
    // Last, so that what is written meanwhile counts as stored.
    Set<String> stored = table.find(accepted.keySet()).keySet();
    List<String> missing =
        accepted.keySet().stream()
            .filter(id -> !stored.contains(id) && !parked.contains(id))
            .toList();
    int mended = 0;
    if (mend) {
      for (String id : missing) {
        sendAgain(id, accepted.getOrDefault(id, new Accepted(JSON.createObjectNode(), "")));
        mended++;
      }
    }
    List<String> forgotten = new ArrayList<>();
    Set<String> unannounced = new LinkedHashSet<>();
    DeadLetters givenUp = new DeadLetters(stack.sqs(), stack.notifierDeadLetterQueue());
    List<Message> ranges = new ArrayList<>();
    givenUp.each(Instant.now(), ranges::add);
    for (Message range : ranges) {
      Set<String> orders = ordersOf(range, forgotten);
      unannounced.addAll(orders);
      if (mend && !orders.isEmpty()) {
        mended += new Replay(stack).orders(orders).events();
        givenUp.delete(range);
      } else {
        givenUp.putBack(range);
      }
    }
    return new Result(
        accepted.size(),
        (int) accepted.keySet().stream().filter(stored::contains).count(),
        (int) accepted.keySet().stream().filter(parked::contains).count(),
        inFlight,
        missing,
        List.copyOf(unannounced),
        List.copyOf(forgotten),
        mended);
  }

  private Map<String, Accepted> accepted(Instant before) {
    Map<String, Accepted> accepted = new LinkedHashMap<>();
    stack
        .dynamoDb()
        .scanPaginator(
            scan ->
                scan.tableName(stack.idempotencyTable())
                    .consistentRead(true)
                    .filterExpression("#status = :completed")
                    .expressionAttributeNames(Map.of("#status", "status"))
                    .expressionAttributeValues(
                        Map.of(":completed", AttributeValue.fromS("COMPLETED"))))
        .items()
        .forEach(item -> keptOrder(item, before, accepted));
    return accepted;
  }

  /** A kept answer is a line about it and then the body as it was sent. */
  private static void keptOrder(
      Map<String, AttributeValue> item, Instant before, Map<String, Accepted> accepted) {
    AttributeValue data = item.get("data");
    AttributeValue fingerprint = item.get("validation");
    if (data == null || data.s() == null || fingerprint == null) {
      return;
    }
    String body = data.s().substring(data.s().indexOf('\n') + 1);
    try {
      JsonNode order = JSON.readTree(body);
      String id = order.path("orderId").asText();
      // A change is kept under its own id, with the order as it stood.
      if (item.get("id").s().endsWith(id)
          && order.path("status").asText().equals("PENDING")
          && Instant.parse(order.path("placedAt").asText()).isBefore(before)) {
        accepted.put(id, new Accepted(order, fingerprint.s()));
      }
    } catch (JsonProcessingException | DateTimeException unlike) {
      throw new OpsException(
          "the kept answer " + item.get("id").s() + " cannot be read: " + unlike.getMessage(),
          unlike);
    }
  }

  private Set<String> parkedOrders() {
    Set<String> parked = new LinkedHashSet<>();
    DeadLetters letters = new DeadLetters(stack.sqs(), stack.deadLetterQueue());
    List<Message> all = new ArrayList<>();
    letters.each(Instant.now(), all::add);
    for (Message message : all) {
      try {
        parked.add(QueueMessage.read(message.body()).orderId().toString());
      } catch (UnreadableException noCommand) {
        // It is nobody's order.
        parked.remove("");
      }
      letters.putBack(message);
    }
    return parked;
  }

  private long inFlight() {
    return stack
        .sqs()
        .getQueueAttributes(
            get ->
                get.queueUrl(stack.orderQueue())
                    .attributeNames(
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED,
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
        .attributes()
        .values()
        .stream()
        .mapToLong(Long::parseLong)
        .sum();
  }

  /** Sends the command again that the answer promised; if it is on its way, it comes twice. */
  private void sendAgain(String orderId, Accepted accepted) {
    ObjectNode message =
        JSON.createObjectNode()
            .put("schema", 1)
            .put("command", "place-order")
            .put("commandId", orderId)
            .put("orderId", orderId)
            .put("by", accepted.order().path("customerId").asText())
            .put("correlationId", "reconcile-" + orderId)
            .put("acceptedAt", accepted.order().path("placedAt").asText())
            .put("fingerprint", accepted.fingerprint())
            .put("customerId", accepted.order().path("customerId").asText());
    ObjectNode contents = message.putObject("order");
    for (String field : CONTENTS) {
      if (accepted.order().has(field)) {
        contents.set(field, accepted.order().get(field));
      }
    }
    // Read once, so that nothing is sent that the processor would park.
    String body = QueueMessage.write(QueueMessage.read(message.toString()));
    stack.sqs().sendMessage(send -> send.queueUrl(stack.orderQueue()).messageBody(body));
  }

  /** Returns the orders of a range that the notifier's mapping gave up, while the stream has it. */
  private Set<String> ordersOf(Message range, List<String> forgotten) {
    Set<String> orders = new LinkedHashSet<>();
    try {
      JsonNode info = JSON.readTree(range.body()).path("DDBStreamBatchInfo");
      String last = info.path("endSequenceNumber").asText();
      String iterator =
          stack
              .streams()
              .getShardIterator(
                  get ->
                      get.streamArn(info.path("streamArn").asText())
                          .shardId(info.path("shardId").asText())
                          .shardIteratorType(ShardIteratorType.AT_SEQUENCE_NUMBER)
                          .sequenceNumber(info.path("startSequenceNumber").asText()))
              .shardIterator();
      boolean ended = false;
      while (!ended) {
        String here = iterator;
        var page = stack.streams().getRecords(get -> get.shardIterator(here));
        for (Record record : page.records()) {
          orders.add(record.dynamodb().keys().get("orderId").s());
          ended |= record.dynamodb().sequenceNumber().equals(last);
        }
        iterator = page.nextShardIterator();
        ended |= iterator == null || page.records().isEmpty();
      }
    } catch (SdkException | JsonProcessingException gone) {
      orders.clear();
    }
    if (orders.isEmpty()) {
      forgotten.add(range.body());
    }
    return orders;
  }
}
