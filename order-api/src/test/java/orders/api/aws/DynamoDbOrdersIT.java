package orders.api.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import orders.api.application.ListQuery;
import orders.api.application.ListQuery.Direction;
import orders.api.application.OrderLists;
import orders.api.application.OrderReader;
import orders.api.application.OrderTableContract;
import orders.domain.CustomerId;
import orders.domain.OrderStatus;
import orders.domain.StoredOrder;
import orders.wire.OrderItem;
import orders.wire.dynamodb.AttributeValues;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

@TestInstance(Lifecycle.PER_CLASS)
class DynamoDbOrdersIT extends OrderTableContract {
  private final LocalServices.RequestCount count = new LocalServices.RequestCount();
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private DynamoDbClient client;
  private String table;

  @BeforeAll
  void connect() {
    client = LocalServices.dynamoDb(count);
  }

  @AfterAll
  void shutDown() {
    executor.close();
  }

  @Override
  protected OrderReader reader() {
    return new DynamoDbOrderReader(client, table);
  }

  @Override
  protected OrderLists lists() {
    return new DynamoDbOrderLists(client, table, executor);
  }

  @Override
  protected void store(List<StoredOrder> orders) {
    table = LocalServices.newOrdersTable(client);
    for (StoredOrder order : orders) {
      client.putItem(put -> put.tableName(table).item(AttributeValues.of(OrderItem.of(order))));
    }
  }

  @Test
  void a_page_costs_the_same_requests_however_many_orders_there_are() {
    Random random = new Random(3);
    List<StoredOrder> few = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      few.add(order(random, i));
    }
    store(few);
    List<Integer> ofFew = requestsOfEachForm();
    List<StoredOrder> many = new ArrayList<>(few);
    for (int i = 30; i < 300; i++) {
      many.add(order(random, i));
    }
    store(many);

    assertThat(requestsOfEachForm()).isEqualTo(ofFew).containsExactly(1, 4, 8, 20);
  }

  @Test
  void reading_an_order_is_one_request() {
    StoredOrder order = order(new Random(5), 1);
    store(List.of(order));
    count.requests.set(0);

    reader().find(order.order().id());

    assertThat(count.requests).hasValue(1);
  }

  /** A customer's orders; everyone's of one status, of two, of all. */
  private List<Integer> requestsOfEachForm() {
    Set<OrderStatus> all = EnumSet.allOf(OrderStatus.class);
    return List.of(
        requests(Optional.of(new CustomerId("alice")), all),
        requests(Optional.empty(), EnumSet.of(OrderStatus.PLACED)),
        requests(Optional.empty(), EnumSet.of(OrderStatus.PLACED, OrderStatus.SHIPPED)),
        requests(Optional.empty(), all));
  }

  private int requests(Optional<CustomerId> customer, Set<OrderStatus> statuses) {
    count.requests.set(0);
    ListQuery query =
        new ListQuery(
            customer, statuses, Optional.empty(), Optional.empty(), Direction.NEWEST_FIRST, 5);
    lists().find(query, Optional.empty(), 6);
    return count.requests.get();
  }
}
