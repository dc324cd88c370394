package orders.ops;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import orders.domain.OrderStatus;
import orders.domain.StoredOrder;
import orders.wire.OrderItem;
import orders.wire.WireTime;
import orders.wire.dynamodb.AttributeValues;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/** Reads the Orders table by key and by index, and never scans it. */
final class OrdersTable {
  private static final int MAX_KEYS = 100;

  private final DynamoDbClient dynamoDb;
  private final String table;
  private long indexEntriesRead;

  OrdersTable(DynamoDbClient dynamoDb, String table) {
    this.dynamoDb = dynamoDb;
    this.table = table;
  }

  /** Returns those of the orders that are stored, as the last write left them. */
  Map<String, StoredOrder> find(Collection<String> orderIds) {
    Map<String, StoredOrder> found = new LinkedHashMap<>();
    get(
        orderIds,
        keys -> keys,
        item -> {
          StoredOrder order = OrderItem.read(AttributeValues.read(item));
          found.put(order.order().id().toString(), order);
        });
    return found;
  }

  /** Returns the ids of those of the orders that are stored, whether or not they can be read. */
  Set<String> stored(Collection<String> orderIds) {
    Set<String> stored = new HashSet<>();
    get(
        orderIds,
        keys -> keys.projectionExpression(OrderItem.ORDER_ID),
        item -> stored.add(item.get(OrderItem.ORDER_ID).s()));
    return stored;
  }

  private void get(
      Collection<String> orderIds,
      UnaryOperator<KeysAndAttributes.Builder> wanted,
      Consumer<Map<String, AttributeValue>> reader) {
    List<String> all = List.copyOf(orderIds);
    for (int from = 0; from < all.size(); from += MAX_KEYS) {
      List<Map<String, AttributeValue>> keys = new ArrayList<>();
      all.subList(from, Math.min(all.size(), from + MAX_KEYS))
          .forEach(id -> keys.add(Map.of(OrderItem.ORDER_ID, AttributeValue.fromS(id))));
      Map<String, KeysAndAttributes> rest =
          Map.of(
              table,
              wanted.apply(KeysAndAttributes.builder().keys(keys).consistentRead(true)).build());
      while (!rest.isEmpty()) {
        Map<String, KeysAndAttributes> asked = rest;
        var answer = dynamoDb.batchGetItem(get -> get.requestItems(asked));
        answer.responses().getOrDefault(table, List.of()).forEach(reader);
        rest = answer.unprocessedKeys();
      }
    }
  }

  /**
   * Returns the ids of orders that were accepted since a moment and may have been stored or changed
   * since another. An order at its first version is always one of them: the index has when it was
   * accepted, and it may have waited in the queue for days until it was stored.
   */
  List<String> storedSince(Instant acceptedSince, Instant storedSince) {
    List<String> ids = new ArrayList<>();
    String since = WireTime.text(storedSince);
    for (OrderStatus status : OrderStatus.values()) {
      for (int shard = 0; shard < OrderItem.STATUS_SHARDS; shard++) {
        String key = OrderItem.statusShard(status, shard);
        dynamoDb
            .queryPaginator(
                query ->
                    query
                        .tableName(table)
                        .indexName(OrderItem.STATUS_ORDERS)
                        .keyConditionExpression("#key = :key AND #placed >= :placed")
                        .projectionExpression("#id, #version, updatedAt")
                        .expressionAttributeNames(
                            Map.of(
                                "#key", OrderItem.STATUS_SHARD,
                                "#placed", OrderItem.PLACED_AT_ORDER_ID,
                                "#id", OrderItem.ORDER_ID,
                                "#version", OrderItem.VERSION))
                        .expressionAttributeValues(
                            Map.of(
                                ":key", AttributeValue.fromS(key),
                                ":placed", AttributeValue.fromS(WireTime.text(acceptedSince)))))
            .items()
            .forEach(
                entry -> {
                  indexEntriesRead++;
                  if (entry.get("updatedAt").s().compareTo(since) >= 0
                      || entry.get(OrderItem.VERSION).n().equals("1")) {
                    ids.add(entry.get(OrderItem.ORDER_ID).s());
                  }
                });
      }
    }
    return ids;
  }

  long indexEntriesRead() {
    return indexEntriesRead;
  }
}
