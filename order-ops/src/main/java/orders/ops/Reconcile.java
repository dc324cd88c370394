package orders.ops;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import orders.wire.QueueMessage;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
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
  /** Customers name the keys of their metadata: names made to collide must fill no table. */
  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build());

  /**
   * Pages of a stream in a row without a record, after which no more are asked for. A page may be
   * empty though others follow.
   */
  private static final int MOST_EMPTY_PAGES = 1000;

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
   * @param deadLettered those that are not stored and are in the dead-letter queue
   * @param inFlight messages in the queue, of whatever order
   * @param missing accepted, and neither stored nor dead-lettered
   * @param unannounced orders of which an event was given up
   * @param forgotten ranges of the stream that it no longer holds whole; their times say what to
   *     replay
   * @param mended commands sent and events published again
   */
  public record Result(
      int accepted,
      int stored,
      int deadLettered,
      long inFlight,
      List<String> missing,
      List<String> unannounced,
      List<String> forgotten,
      int mended) {
    /**
     * Whether nothing is missing. What is in flight excuses nothing: any message may be of another
     * order. Whoever knows that commands wait longer leaves those out by a longer settle time.
     */
    public boolean balanced() {
      return missing.isEmpty() && unannounced.isEmpty() && forgotten.isEmpty();
    }

    /**
     * Whether nothing is left to do for a person.
     *
     * @param mended whether what could be sent or published again was
     */
    public boolean settled(boolean mended) {
      return mended ? forgotten.isEmpty() : balanced();
    }
  }

  /**
   * An accepted order, as its kept answer has it.
   *
   * @param head how it was accepted; without {@code by} and {@code correlationId} if it was kept by
   *     a version that did not write them
   */
  private record Accepted(JsonNode head, JsonNode order, String fingerprint) {
    String by() {
      return head.path("by").asText(order.path("customerId").asText());
    }

    String correlationId() {
      return head.path("correlationId").asText("reconcile-" + order.path("orderId").asText());
    }
  }

  /**
   * Reconciles.
   *
   * @param settle answers younger than this are left out: their orders are on the way. At least the
   *     age of the oldest message in the queue
   * @param mend whether to send again what is missing, and to publish again what was given up
   */
  public Result run(Duration settle, boolean mend) {
    Unstored open = unstored(Instant.now().minus(settle));
    Set<String> deadLetteredOrders = deadLetteredOrders();
    long inFlight = inFlight();
    // Last, so that what is written meanwhile counts as stored.
    open.orders().keySet().removeAll(table.stored(open.orders().keySet()));
    int notStored = open.orders().size();
    open.orders().keySet().removeAll(deadLetteredOrders);
    List<String> missing = List.copyOf(open.orders().keySet());
    int mended = 0;
    if (mend) {
      open.orders().forEach(this::sendAgain);
      mended = missing.size();
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
        open.accepted(),
        open.accepted() - notStored,
        notStored - missing.size(),
        inFlight,
        missing,
        List.copyOf(unannounced),
        List.copyOf(forgotten),
        mended);
  }

  /**
   * Accepted orders that were not stored when they were looked for.
   *
   * @param accepted how many were accepted, those that are stored included
   */
  private record Unstored(int accepted, Map<String, Accepted> orders) {}

  /** Looks at the answers page by page: five weeks of them may be more than memory holds. */
  private Unstored unstored(Instant before) {
    int accepted = 0;
    Map<String, Accepted> unstored = new LinkedHashMap<>();
    for (ScanResponse page : answers()) {
      Map<String, Accepted> orders = new LinkedHashMap<>();
      page.items().forEach(item -> keptOrder(item, before, orders));
      accepted += orders.size();
      orders.keySet().removeAll(table.stored(orders.keySet()));
      unstored.putAll(orders);
    }
    return new Unstored(accepted, unstored);
  }

  private Iterable<ScanResponse> answers() {
    return stack
        .dynamoDb()
        .scanPaginator(
            scan ->
                scan.tableName(stack.idempotencyTable())
                    .consistentRead(true)
                    .filterExpression("#status = :completed")
                    .expressionAttributeNames(Map.of("#status", "status"))
                    .expressionAttributeValues(
                        Map.of(":completed", AttributeValue.fromS("COMPLETED"))));
  }

  /** A kept answer is a line about it and then the body as it was sent. */
  private static void keptOrder(
      Map<String, AttributeValue> item, Instant before, Map<String, Accepted> accepted) {
    AttributeValue data = item.get("data");
    AttributeValue fingerprint = item.get("validation");
    if (data == null || data.s() == null || fingerprint == null) {
      return;
    }
    int end = data.s().indexOf('\n');
    try {
      JsonNode order = JSON.readTree(data.s().substring(end + 1));
      String id = order.path("orderId").asText();
      // A change is kept under its own id, with the order as it stood.
      if (item.get("id").s().endsWith(id)
          && order.path("status").asText().equals("PENDING")
          && Instant.parse(order.path("placedAt").asText()).isBefore(before)) {
        accepted.put(
            id, new Accepted(JSON.readTree(data.s().substring(0, end)), order, fingerprint.s()));
      }
    } catch (JsonProcessingException | DateTimeException unlike) {
      throw new OpsException(
          "the kept answer " + item.get("id").s() + " cannot be read: " + unlike.getMessage(),
          unlike);
    }
  }

  private Set<String> deadLetteredOrders() {
    Set<String> deadLettered = new LinkedHashSet<>();
    DeadLetters letters = new DeadLetters(stack.sqs(), stack.deadLetterQueue());
    List<Message> all = new ArrayList<>();
    letters.each(Instant.now(), all::add);
    for (Message message : all) {
      placedOrder(message.body()).ifPresent(deadLettered::add);
      letters.putBack(message);
    }
    return deadLettered;
  }

  /**
   * Returns the order that a message places, of whatever schema: one that this code cannot read yet
   * is dead-lettered all the same. A change of an order does not hold the order itself.
   */
  private static Optional<String> placedOrder(String body) {
    try {
      JsonNode command = JSON.readTree(body);
      return command.path("command").asText().equals("place-order")
          ? Optional.ofNullable(command.path("orderId").textValue())
          : Optional.empty();
    } catch (JsonProcessingException noCommand) {
      return Optional.empty();
    }
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

  /**
   * Sends the command again that the answer promised, as it was: its events are the same to the
   * byte. If it is on its way, it comes twice.
   */
  private void sendAgain(String orderId, Accepted accepted) {
    ObjectNode message =
        JSON.createObjectNode()
            .put("schema", 1)
            .put("command", "place-order")
            .put("commandId", orderId)
            .put("orderId", orderId)
            .put("by", accepted.by())
            .put("correlationId", accepted.correlationId())
            .put("acceptedAt", accepted.order().path("placedAt").asText())
            .put("fingerprint", accepted.fingerprint())
            .put("customerId", accepted.order().path("customerId").asText());
    ObjectNode contents = message.putObject("order");
    for (String field : QueueMessage.ORDER_FIELDS) {
      if (accepted.order().has(field)) {
        contents.set(field, accepted.order().get(field));
      }
    }
    // Read once, so that nothing is sent that the processor would dead-letter.
    String body = QueueMessage.write(QueueMessage.read(message.toString()));
    new StoredResponses(stack.dynamoDb(), stack.idempotencyTable()).keepAnew(body);
    stack.sqs().sendMessage(send -> send.queueUrl(stack.orderQueue()).messageBody(body));
  }

  /**
   * Returns the orders of a range that the notifier's mapping gave up, while the stream has all of
   * it: a range of which a part was published would be taken for done.
   */
  private Set<String> ordersOf(Message range, List<String> forgotten) {
    Set<String> orders = new LinkedHashSet<>();
    boolean whole = false;
    try {
      JsonNode info = JSON.readTree(range.body()).path("DDBStreamBatchInfo");
      BigInteger last = new BigInteger(info.path("endSequenceNumber").asText());
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
      int empty = 0;
      while (!whole && iterator != null && empty < MOST_EMPTY_PAGES) {
        String here = iterator;
        var page = stack.streams().getRecords(get -> get.shardIterator(here));
        for (Record record : page.records()) {
          int toLast = new BigInteger(record.dynamodb().sequenceNumber()).compareTo(last);
          if (toLast <= 0) {
            orders.add(record.dynamodb().keys().get("orderId").s());
          }
          whole |= toLast >= 0;
        }
        empty = page.records().isEmpty() ? empty + 1 : 0;
        iterator = page.nextShardIterator();
      }
    } catch (SdkServiceException refused) {
      if (refused.isThrottlingException() || refused.statusCode() >= 500) {
        throw refused;
      }
      // The stream has forgotten it: said below, as of what names no range.
    } catch (JsonProcessingException | NumberFormatException noRange) {
      // Said below.
    }
    if (!whole) {
      orders.clear();
      forgotten.add(range.body());
    }
    return orders;
  }
}
