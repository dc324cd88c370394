package orders.api.aws;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import orders.api.application.ListPosition;
import orders.api.application.ListQuery;
import orders.api.application.ListQuery.Direction;
import orders.api.application.OrderLists;
import orders.api.application.UnavailableException;
import orders.domain.CustomerId;
import orders.domain.Order;
import orders.domain.OrderLine;
import orders.domain.OrderStatus;
import orders.wire.OrderItem;
import orders.wire.WireTime;
import orders.wire.dynamodb.AttributeValues;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/**
 * Reads lists from the three indexes. Requests for a page of n:
 *
 * <ul>
 *   <li>a customer's orders: one, of n + 1 entries;
 *   <li>a customer's orders of some statuses: one of n + 1 entries, then ever larger ones, up to
 *       {@value #MAX_STEP}, over the same customer's orders until the page is full;
 *   <li>everyone's orders: four for each status, of up to n + 1 entries each;
 *   <li>orders of one reference: one of n + 1 keys and one for the orders that they name, and again
 *       while other customers' orders of the same reference are passed over.
 * </ul>
 *
 * DynamoDB ends an answer at a megabyte, so large orders take requests of their own; reading stops
 * when more is read than a page holds.
 *
 * <p>None of it depends on how many orders there are; the second form does on how many of the
 * customer's own are passed over (docs/adr, 13).
 */
public final class DynamoDbOrderLists implements OrderLists {
  /** The largest step when passing over a customer's orders of other statuses. */
  private static final int MAX_STEP = 1000;

  /** The most keys that one BatchGetItem takes. */
  private static final int MAX_BATCH = 100;

  /** How often keys that DynamoDB left unprocessed are asked for. */
  private static final int MAX_ATTEMPTS = 5;

  private final DynamoDbClient dynamoDb;
  private final String tableName;
  private final ExecutorService executor;

  public DynamoDbOrderLists(DynamoDbClient dynamoDb, String tableName, ExecutorService executor) {
    this.dynamoDb = dynamoDb;
    this.tableName = tableName;
    this.executor = executor;
  }

  @Override
  public List<Order> find(ListQuery query, Optional<ListPosition> after, int most) {
    KeyRange range = KeyRange.of(query, after);
    if (range.isEmpty()) {
      return List.of();
    }
    if (query.reference().isPresent()) {
      return withReference(query.reference().get(), query, range, most);
    }
    return query.customer().isPresent()
        ? ofCustomer(query.customer().get(), query, range, most)
        : ofEveryone(query, range, most);
  }

  private List<Order> ofCustomer(CustomerId customer, ListQuery query, KeyRange range, int most) {
    QueryRequest.Builder request =
        request(OrderItem.CUSTOMER_ORDERS, OrderItem.CUSTOMER_ID, customer.value(), query, range);
    if (!query.isForAllStatuses()) {
      List<String> placeholders = new ArrayList<>();
      Map<String, AttributeValue> values =
          new HashMap<>(request.build().expressionAttributeValues());
      for (OrderStatus status : query.statuses()) {
        String placeholder = ":" + status.name().toLowerCase(Locale.ROOT);
        placeholders.add(placeholder);
        values.put(placeholder, AttributeValue.fromS(status.name()));
      }
      request
          .filterExpression("#status IN (" + String.join(", ", placeholders) + ")")
          .expressionAttributeNames(
              Map.of("#partition", OrderItem.CUSTOMER_ID, "#status", "status"))
          .expressionAttributeValues(values);
    }
    return read(request, most);
  }

  private List<Order> withReference(String reference, ListQuery query, KeyRange range, int most) {
    QueryRequest.Builder request =
        request(OrderItem.REFERENCE_ORDERS, OrderItem.REFERENCE, reference, query, range);
    List<Order> found = new ArrayList<>();
    long characters = 0;
    int step = most;
    while (true) {
      QueryRequest next = request.limit(step).build();
      QueryResponse response = AwsCalls.call("reading a list", () -> dynamoDb.query(next));
      List<String> ids =
          response.items().stream().map(item -> item.get(OrderItem.ORDER_ID).s()).toList();
      for (int from = 0; from < ids.size() && found.size() < most; from += MAX_BATCH) {
        List<String> batch = ids.subList(from, Math.min(from + MAX_BATCH, ids.size()));
        Map<String, Order> orders = named(batch);
        for (String id : batch) {
          Order order = orders.get(id);
          if (order != null && found.size() < most && isAsked(order, reference, query)) {
            found.add(order);
            characters += characters(order);
          }
        }
      }
      if (found.size() == most || characters > MAX_PAGE_BYTES || !response.hasLastEvaluatedKey()) {
        return found;
      }
      request.exclusiveStartKey(response.lastEvaluatedKey());
      step = Math.min(2 * step, MAX_STEP);
    }
  }

  /** The index follows the table a moment later, so the reference is looked at once more. */
  private static boolean isAsked(Order order, String reference, ListQuery query) {
    return reference.equals(order.contents().reference())
        && query.statuses().contains(order.status())
        && query.customer().map(order.customer()::equals).orElse(true);
  }

  /** Returns orders by their ids, without what a list does not show. */
  private Map<String, Order> named(List<String> ids) {
    Map<String, String> names = new HashMap<>();
    for (int i = 0; i < OrderItem.LISTED.size(); i++) {
      names.put("#a" + i, OrderItem.LISTED.get(i));
    }
    Map<String, KeysAndAttributes> left =
        Map.of(
            tableName,
            KeysAndAttributes.builder()
                .keys(
                    ids.stream()
                        .map(id -> Map.of(OrderItem.ORDER_ID, AttributeValue.fromS(id)))
                        .toList())
                .consistentRead(true)
                .projectionExpression(String.join(", ", names.keySet()))
                .expressionAttributeNames(names)
                .build());
    Map<String, Order> orders = new HashMap<>();
    for (int attempt = 0; !left.isEmpty(); attempt++) {
      if (attempt == MAX_ATTEMPTS) {
        throw new UnavailableException("reading a list: keys were left unprocessed");
      }
      Map<String, KeysAndAttributes> asked = left;
      BatchGetItemResponse response =
          AwsCalls.call(
              "reading a list", () -> dynamoDb.batchGetItem(batch -> batch.requestItems(asked)));
      for (Map<String, AttributeValue> item :
          response.responses().getOrDefault(tableName, List.of())) {
        Order order = OrderItem.readOrder(AttributeValues.read(item));
        orders.put(order.id().toString(), order);
      }
      left = response.unprocessedKeys();
    }
    return orders;
  }

  /**
   * Reads the statuses in the order in which orders pass through them, each completely before the
   * next: an order that moves on meanwhile is then seen where it was or where it went, and at worst
   * twice, which is found out here.
   */
  private List<Order> ofEveryone(ListQuery query, KeyRange range, int most) {
    Map<Object, Order> byId = new LinkedHashMap<>();
    for (OrderStatus status : query.statuses()) {
      List<Callable<List<Order>>> reads = new ArrayList<>();
      for (int shard = 0; shard < OrderItem.STATUS_SHARDS; shard++) {
        String partition = OrderItem.statusShard(status, shard);
        reads.add(
            () ->
                read(
                    request(
                        OrderItem.STATUS_ORDERS, OrderItem.STATUS_SHARD, partition, query, range),
                    most));
      }
      for (List<Order> orders : inParallel(reads)) {
        for (Order order : orders) {
          byId.merge(order.id(), order, (one, other) -> newer(one, other));
        }
      }
    }
    Comparator<Order> oldestFirst = Comparator.comparing(KeyRange::keyOf);
    return byId.values().stream()
        .sorted(query.direction() == Direction.OLDEST_FIRST ? oldestFirst : oldestFirst.reversed())
        .limit(most)
        .toList();
  }

  private static Order newer(Order one, Order other) {
    return one.version() >= other.version() ? one : other;
  }

  private List<List<Order>> inParallel(List<Callable<List<Order>>> reads) {
    try {
      List<List<Order>> results = new ArrayList<>();
      for (Future<List<Order>> read : executor.invokeAll(reads)) {
        results.add(read.get());
      }
      return results;
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("interrupted");
    }
  }

  private QueryRequest.Builder request(
      String index, String attribute, String partition, ListQuery query, KeyRange range) {
    return QueryRequest.builder()
        .tableName(tableName)
        .indexName(index)
        .scanIndexForward(query.direction() == Direction.OLDEST_FIRST)
        .keyConditionExpression(
            "#partition = :partition AND "
                + OrderItem.PLACED_AT_ORDER_ID
                + " BETWEEN :low AND :high")
        .expressionAttributeNames(Map.of("#partition", attribute))
        .expressionAttributeValues(
            Map.of(
                ":partition", AttributeValue.fromS(partition),
                ":low", AttributeValue.fromS(range.low()),
                ":high", AttributeValue.fromS(range.high())));
  }

  private List<Order> read(QueryRequest.Builder request, int most) {
    List<Order> orders = new ArrayList<>();
    long characters = 0;
    int step = most;
    while (true) {
      QueryRequest next = request.limit(step).build();
      QueryResponse response = AwsCalls.call("reading a list", () -> dynamoDb.query(next));
      for (Map<String, AttributeValue> item : response.items()) {
        if (orders.size() < most) {
          Order order = OrderItem.readOrder(AttributeValues.read(item));
          orders.add(order);
          characters += characters(order);
        }
      }
      // Nothing that follows can be on the page: what is read already is more than it holds.
      if (orders.size() == most || characters > MAX_PAGE_BYTES || !response.hasLastEvaluatedKey()) {
        return orders;
      }
      request.exclusiveStartKey(response.lastEvaluatedKey());
      step = Math.min(2 * step, MAX_STEP);
    }
  }

  /** Returns the characters of an order's texts: fewer than the bytes of its JSON. */
  private static long characters(Order order) {
    long characters = 0;
    for (OrderLine line : order.contents().lines()) {
      characters += line.sku().value().length() + (line.name() == null ? 0 : line.name().length());
    }
    for (String value : order.contents().metadata().values()) {
      characters += value.length();
    }
    return characters;
  }

  /**
   * The sort keys that a page may come from, both ends included. Keys are a time and an id, all of
   * one length, so that they sort as the orders do.
   */
  record KeyRange(String low, String high) {
    private static final String BEFORE_ALL = "!";
    private static final String AFTER_ALL = "~";

    static KeyRange of(ListQuery query, Optional<ListPosition> after) {
      String low = query.placedFrom().map(WireTime::text).orElse(BEFORE_ALL);
      // No key is a time alone, so this end is as good as not included.
      String high = query.placedTo().map(WireTime::text).orElse(AFTER_ALL);
      if (after.isEmpty()) {
        return new KeyRange(low, high);
      }
      String position = key(after.get().placedAt(), after.get().orderId().toString());
      return switch (query.direction()) {
        case OLDEST_FIRST -> new KeyRange(later(low, position + AFTER_ALL), high);
        case NEWEST_FIRST -> new KeyRange(low, earlier(high, justBefore(position)));
      };
    }

    static String keyOf(Order order) {
      return key(order.placedAt(), order.id().toString());
    }

    boolean isEmpty() {
      // DynamoDB refuses a range that ends before it begins.
      return low.compareTo(high) > 0;
    }

    private static String key(Instant placedAt, String orderId) {
      return WireTime.text(placedAt) + "#" + orderId;
    }

    /** Returns a text after every key that is before this one, and before this one. */
    private static String justBefore(String key) {
      int last = key.length() - 1;
      return key.substring(0, last) + (char) (key.charAt(last) - 1) + AFTER_ALL;
    }

    private static String later(String one, String other) {
      return one.compareTo(other) >= 0 ? one : other;
    }

    private static String earlier(String one, String other) {
      return one.compareTo(other) <= 0 ? one : other;
    }
  }
}
