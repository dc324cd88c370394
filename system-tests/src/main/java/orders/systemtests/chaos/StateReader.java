package orders.systemtests.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import orders.systemtests.checker.DeadLetter;
import orders.systemtests.checker.TableOrder;
import orders.wire.OrderItem;
import orders.wire.UnreadableException;
import orders.wire.dynamodb.AttributeValues;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** Reads table and queues, as an auditor would: without trust in the code that wrote them. */
public final class StateReader {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern COMMAND_ID =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  /** What an order is for its readers; ids in these are not those of commands without effect. */
  private static final Set<String> PUBLIC_ATTRIBUTES =
      Set.of("orderId", "customerId", "reference", "note", "metadata", "lines", "history");

  private final Pipeline pipeline;
  private final String table;
  private final String queue;
  private final String deadLetterQueue;
  private final String queueArn;
  private final long allowedReceives;

  public StateReader(Pipeline pipeline) {
    this.pipeline = pipeline;
    table = pipeline.output("OrdersTableName");
    queue = pipeline.output("OrderQueueUrl");
    deadLetterQueue = pipeline.output("OrderDeadLetterQueueUrl");
    Map<QueueAttributeName, String> attributes =
        pipeline
            .sqs()
            .getQueueAttributes(
                get ->
                    get.queueUrl(queue)
                        .attributeNames(
                            QueueAttributeName.QUEUE_ARN, QueueAttributeName.REDRIVE_POLICY))
            .attributes();
    queueArn = attributes.get(QueueAttributeName.QUEUE_ARN);
    allowedReceives = allowed(attributes.get(QueueAttributeName.REDRIVE_POLICY));
  }

  private static long allowed(String redrivePolicy) {
    try {
      return JSON.readTree(redrivePolicy).path("maxReceiveCount").asLong();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the queue's redrive policy is no JSON", e);
    }
  }

  /**
   * Returns the orders of customers whose names begin so. An audit may scan; the product may not.
   */
  public List<TableOrder> orders(String customerPrefix) {
    List<TableOrder> orders = new ArrayList<>();
    pipeline
        .dynamoDb()
        .scanPaginator(scan -> scan.tableName(table).consistentRead(true))
        .items()
        .forEach(
            item -> {
              if (text(item, "customerId").startsWith(customerPrefix)) {
                orders.add(order(item));
              }
            });
    return orders;
  }

  /** Returns one order; empty if the table has none. */
  public Optional<TableOrder> order(String orderId) {
    Map<String, AttributeValue> item =
        pipeline
            .dynamoDb()
            .getItem(
                get ->
                    get.tableName(table)
                        .consistentRead(true)
                        .key(Map.of("orderId", AttributeValue.fromS(orderId))))
            .item();
    return item.isEmpty() ? Optional.empty() : Optional.of(order(item));
  }

  /** Returns which of these the table does not hold. */
  public Set<String> notStored(Collection<String> orderIds) {
    Set<String> missing = new HashSet<>(orderIds);
    List<String> all = List.copyOf(missing);
    for (int from = 0; from < all.size(); from += 100) {
      List<Map<String, AttributeValue>> keys = new ArrayList<>();
      all.subList(from, Math.min(all.size(), from + 100))
          .forEach(id -> keys.add(Map.of("orderId", AttributeValue.fromS(id))));
      Map<String, KeysAndAttributes> rest =
          Map.of(
              table,
              KeysAndAttributes.builder()
                  .keys(keys)
                  .consistentRead(true)
                  .projectionExpression("orderId")
                  .build());
      while (!rest.isEmpty()) {
        Map<String, KeysAndAttributes> asked = rest;
        var answer = pipeline.dynamoDb().batchGetItem(get -> get.requestItems(asked));
        answer
            .responses()
            .getOrDefault(table, List.of())
            .forEach(item -> missing.remove(text(item, "orderId")));
        rest = answer.unprocessedKeys();
      }
    }
    return missing;
  }

  /** Returns how many messages the queue of commands holds, hidden ones included. */
  public long inFlight() {
    return pipeline.depth(queue);
  }

  /** Returns how many commands are dead-lettered. */
  public long deadLetterCount() {
    return pipeline.depth(deadLetterQueue);
  }

  /**
   * Returns what the dead-letter queue of commands holds, and leaves it there: received messages
   * come back when this read's short hold on them ends.
   */
  public List<DeadLetter> deadLetters() throws InterruptedException {
    List<DeadLetter> deadLetters = new ArrayList<>();
    List<Message> messages;
    Set<String> seen = new HashSet<>();
    List<String> handles = new ArrayList<>();
    do {
      messages =
          pipeline
              .sqs()
              .receiveMessage(
                  receive ->
                      receive
                          .queueUrl(deadLetterQueue)
                          .maxNumberOfMessages(10)
                          .visibilityTimeout(30)
                          .messageAttributeNames("All")
                          .messageSystemAttributeNames(
                              MessageSystemAttributeName.DEAD_LETTER_QUEUE_SOURCE_ARN,
                              MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT))
              .messages();
      for (Message message : messages) {
        handles.add(message.receiptHandle());
        if (seen.add(message.messageId())) {
          deadLetters.add(deadLetter(message));
        }
      }
    } while (!messages.isEmpty());
    for (String handle : handles) {
      pipeline
          .sqs()
          .changeMessageVisibility(
              give -> give.queueUrl(deadLetterQueue).receiptHandle(handle).visibilityTimeout(0));
    }
    return deadLetters;
  }

  private DeadLetter deadLetter(Message message) throws InterruptedException {
    JsonNode body;
    try {
      body = JSON.readTree(message.body());
    } catch (JsonProcessingException notJson) {
      body = MissingNode.getInstance();
    }
    var reason = message.messageAttributes().get("reason");
    return new DeadLetter(
        "orders",
        reason == null ? "" : reason.stringValue(),
        moved(message),
        body.path("orderId").asText(),
        body.path("commandId").asText(),
        message.body());
  }

  /** What the queue of commands did with a message by itself, if it was that queue. */
  private Optional<DeadLetter.Move> moved(Message message) throws InterruptedException {
    String from = message.attributes().get(MessageSystemAttributeName.DEAD_LETTER_QUEUE_SOURCE_ARN);
    if (from == null || !from.equals(queueArn)) {
      return Optional.empty();
    }
    String receives =
        message.attributes().get(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT);
    return Optional.of(
        new DeadLetter.Move(
            from,
            receives == null ? 0 : Long.parseLong(receives),
            allowedReceives,
            pipeline.ownFailures(Pipeline.PROCESSOR, message.messageId(), allowedReceives)));
  }

  private static TableOrder order(Map<String, AttributeValue> item) {
    List<TableOrder.Line> lines = new ArrayList<>();
    if (item.containsKey("lines")) {
      for (AttributeValue line : item.get("lines").l()) {
        lines.add(
            new TableOrder.Line(
                text(line.m(), "sku"),
                number(line.m(), "quantity"),
                number(line.m(), "unitPrice")));
      }
    }
    List<TableOrder.Entry> history = new ArrayList<>();
    if (item.containsKey("history")) {
      item.get("history").m().forEach((id, entry) -> history.add(entry(id, entry.m())));
    }
    history.sort(
        Comparator.comparingLong(TableOrder.Entry::version).thenComparing(TableOrder.Entry::at));
    return new TableOrder(
        text(item, "orderId"),
        text(item, "customerId"),
        text(item, "status"),
        number(item, "version"),
        text(item, "currency"),
        number(item, "total"),
        lines,
        history,
        texts(item),
        ineffective(item),
        unreadable(item));
  }

  private static Map<String, String> texts(Map<String, AttributeValue> item) {
    Map<String, String> texts = new HashMap<>();
    Map<String, AttributeValue> shipment =
        item.containsKey("shipment") ? item.get("shipment").m() : Map.of();
    for (String name : List.of("reference", "note")) {
      texts.put(name, text(item, name));
    }
    for (String name : List.of("carrier", "trackingNumber")) {
      texts.put(name, text(shipment, name));
    }
    texts.values().removeIf(String::isEmpty);
    return texts;
  }

  /** Returns every command id that the item has outside the history, wherever it is. */
  private static Set<String> ineffective(Map<String, AttributeValue> item) {
    Set<String> ids = new HashSet<>();
    item.forEach(
        (name, value) -> {
          if (!PUBLIC_ATTRIBUTES.contains(name)) {
            commandIds(value, ids);
          }
        });
    return ids;
  }

  private static void commandIds(AttributeValue value, Set<String> ids) {
    List<String> texts = new ArrayList<>(value.ss());
    if (value.s() != null) {
      texts.add(value.s());
    }
    value
        .m()
        .forEach(
            (key, inner) -> {
              texts.add(key);
              commandIds(inner, ids);
            });
    value.l().forEach(inner -> commandIds(inner, ids));
    texts.stream().filter(text -> COMMAND_ID.matcher(text).matches()).forEach(ids::add);
  }

  private static Optional<String> unreadable(Map<String, AttributeValue> item) {
    try {
      OrderItem.read(AttributeValues.read(item));
      return Optional.empty();
    } catch (UnreadableException e) {
      return Optional.of(e.reason());
    }
  }

  private static TableOrder.Entry entry(String commandId, Map<String, AttributeValue> entry) {
    List<String> changed = new ArrayList<>();
    if (entry.containsKey("changed")) {
      entry.get("changed").l().forEach(field -> changed.add(field.s()));
    }
    String at = text(entry, "at");
    return new TableOrder.Entry(
        number(entry, "version"),
        commandId,
        kind(text(entry, "type")),
        at.isEmpty() ? Instant.MIN : Instant.parse(at),
        text(entry, "by"),
        text(entry, "correlationId"),
        text(entry, "from"),
        text(entry, "to"),
        changed,
        text(entry, "reason"));
  }

  private static String kind(String type) {
    return type.equals("order.change-refused.v1")
        ? "REFUSED"
        : type.replaceAll("^order\\.|\\.v1$", "").toUpperCase(Locale.ROOT);
  }

  private static String text(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    return value == null || value.s() == null ? "" : value.s();
  }

  private static long number(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    return value == null || value.n() == null ? 0 : Long.parseLong(value.n());
  }
}
