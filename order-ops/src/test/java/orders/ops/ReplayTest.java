package orders.ops;

import static orders.domain.CommandBuilder.on;
import static orders.domain.OrderBuilder.anOrder;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import orders.domain.OrderBuilder;
import orders.domain.StoredOrder;
import orders.wire.OrderEventJson;
import orders.wire.OrderItem;
import orders.wire.dynamodb.AttributeValues;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.paginators.QueryIterable;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.PublishBatchRequest;
import software.amazon.awssdk.services.sns.model.PublishBatchResponse;
import software.amazon.awssdk.services.sns.model.PublishBatchResultEntry;

class ReplayTest {
  private static final Instant ACCEPTED = OrderBuilder.ACCEPTED_AT;
  private static final Instant AWAY = ACCEPTED.plus(Duration.ofMinutes(30));
  private static final Instant STORED = ACCEPTED.plus(Duration.ofMinutes(40));
  private static final Duration OLDEST = Duration.ofDays(30);

  private final Table table = new Table();
  private final Topic topic = new Topic();
  private final Replay replay =
      new Replay(
          new Stack(
              Map.of("OrdersTableName", "orders", "OrderEventsTopicArn", "topic"),
              table,
              new DynamoDbStreamsClient() {
                @Override
                public String serviceName() {
                  return SERVICE_NAME;
                }

                @Override
                public void close() {}
              },
              new ScriptedQueues(),
              topic));

  @Test
  void an_order_that_waited_to_be_stored_is_replayed_by_when_it_was_stored() {
    StoredOrder late = stored(STORED);
    StoredOrder early = stored(AWAY.minusMillis(1));
    table.hold(late);
    table.hold(early);

    Replay.Result result = replay.since(AWAY, OLDEST);

    assertThat(topic.published).containsExactly(OrderEventJson.of(late, 1).json());
    assertThat(result.events()).isEqualTo(1);
    assertThat(result.orders()).isEqualTo(1);
    assertThat(result.ordersRead()).isEqualTo(2);
    assertThat(result.eventsRead()).isEqualTo(2);
    assertThat(result.indexEntriesRead()).isEqualTo(2);
  }

  @Test
  void an_order_that_waited_and_was_changed_since_is_replayed_whole() {
    StoredOrder placed = stored(STORED);
    StoredOrder confirmed =
        OrderBuilder.apply(
            Optional.of(placed), on(placed).confirm(), STORED.plus(Duration.ofMinutes(1)));
    table.hold(confirmed);

    replay.since(AWAY, OLDEST);

    assertThat(topic.published)
        .containsExactly(
            OrderEventJson.of(confirmed, 1).json(), OrderEventJson.of(confirmed, 2).json());
  }

  @Test
  void an_order_stored_before_the_time_was_kept_goes_by_when_it_was_accepted() {
    StoredOrder kept = stored(STORED);
    StoredOrder before = new StoredOrder(kept.order(), kept.fingerprint(), kept.history());
    table.hold(before);

    assertThat(replay.since(AWAY, OLDEST).events()).isZero();
    assertThat(replay.since(ACCEPTED, OLDEST).events()).isOne();
    assertThat(topic.published).containsExactly(OrderEventJson.of(kept, 1).json());
  }

  private static StoredOrder stored(Instant at) {
    return OrderBuilder.apply(Optional.empty(), anOrder().withAnyId().placing(), at);
  }

  /** Takes every event. */
  private static final class Topic implements SnsClient {
    private final List<String> published = new ArrayList<>();

    @Override
    public PublishBatchResponse publishBatch(PublishBatchRequest request) {
      request.publishBatchRequestEntries().forEach(entry -> published.add(entry.message()));
      return PublishBatchResponse.builder()
          .successful(
              request.publishBatchRequestEntries().stream()
                  .map(entry -> PublishBatchResultEntry.builder().id(entry.id()).build())
                  .toList())
          .build();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }

  /** A table with its index by status. */
  private static final class Table implements DynamoDbClient {
    /** What the index has of an item. */
    private static final Set<String> PROJECTED = Set.of("orderId", "version", "updatedAt");

    private final Map<String, Map<String, AttributeValue>> items = new LinkedHashMap<>();

    void hold(StoredOrder order) {
      items.put(order.order().id().toString(), AttributeValues.of(OrderItem.of(order)));
    }

    @Override
    public QueryResponse query(QueryRequest request) {
      Map<String, AttributeValue> asked = request.expressionAttributeValues();
      return QueryResponse.builder()
          .items(
              items.values().stream()
                  .filter(item -> item.get("statusShard").equals(asked.get(":key")))
                  .filter(
                      item ->
                          item.get("placedAtOrderId").s().compareTo(asked.get(":placed").s()) >= 0)
                  .map(Table::projected)
                  .toList())
          .build();
    }

    private static Map<String, AttributeValue> projected(Map<String, AttributeValue> item) {
      Map<String, AttributeValue> entry = new LinkedHashMap<>(item);
      entry.keySet().retainAll(PROJECTED);
      return entry;
    }

    @Override
    public QueryIterable queryPaginator(QueryRequest request) {
      return new QueryIterable(this, request);
    }

    @Override
    public BatchGetItemResponse batchGetItem(BatchGetItemRequest request) {
      return BatchGetItemResponse.builder()
          .responses(
              Map.of(
                  "orders",
                  request.requestItems().get("orders").keys().stream()
                      .map(key -> items.get(key.get("orderId").s()))
                      .toList()))
          .unprocessedKeys(Map.of())
          .build();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }
}
