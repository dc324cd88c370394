package orders.api.aws;

import static orders.domain.OrderBuilder.anOrder;
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
  void a_page_costs_the_same_requests_and_units_however_many_orders_there_are() {
    Random random = new Random(3);
    List<StoredOrder> few = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      few.add(order(random, i));
    }
    store(few);
    List<Cost> ofFew = costOfEachForm();
    List<StoredOrder> many = new ArrayList<>(few);
    for (int i = 30; i < 300; i++) {
      many.add(order(random, i));
    }
    store(many);

    List<Cost> ofMany = costOfEachForm();
    assertThat(ofMany)
        .extracting(Cost::requests)
        .isEqualTo(ofFew.stream().map(Cost::requests).toList());
    // Half a unit a query: the few entries of a page are less than 4 KB.
    assertThat(ofMany)
        .containsExactly(new Cost(1, 0.5), new Cost(4, 2), new Cost(8, 4), new Cost(20, 10));
  }

  @Test
  void a_customers_list_of_a_status_costs_what_is_passed_over_of_their_own_orders() {
    List<StoredOrder> orders = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      orders.add(anOrder().withAnyId().customer("many").placed());
      orders.add(anOrder().withAnyId().customer("few").in(OrderStatus.CANCELLED));
    }
    orders.add(anOrder().withAnyId().customer("few").placed());
    store(orders);
    Set<OrderStatus> cancelled = EnumSet.of(OrderStatus.CANCELLED);

    assertThat(cost(Optional.of(new CustomerId("few")), cancelled).requests())
        .isLessThanOrEqualTo(2);
    // 6, 12, 24, 48 and 96 entries.
    assertThat(cost(Optional.of(new CustomerId("many")), cancelled).requests()).isEqualTo(5);
  }

  @Test
  void reading_an_order_is_one_request_of_one_unit() {
    StoredOrder order = order(new Random(5), 1);
    store(List.of(order));
    count.reset();

    reader().find(order.order().id());

    assertThat(count.requests).hasValue(1);
    assertThat(count.units()).isEqualTo(1);
  }

  private record Cost(int requests, double units) {}

  /** A customer's orders; everyone's of one status, of two, of all. */
  private List<Cost> costOfEachForm() {
    Set<OrderStatus> all = EnumSet.allOf(OrderStatus.class);
    return List.of(
        cost(Optional.of(new CustomerId("alice")), all),
        cost(Optional.empty(), EnumSet.of(OrderStatus.PLACED)),
        cost(Optional.empty(), EnumSet.of(OrderStatus.PLACED, OrderStatus.SHIPPED)),
        cost(Optional.empty(), all));
  }

  private Cost cost(Optional<CustomerId> customer, Set<OrderStatus> statuses) {
    count.reset();
    ListQuery query =
        new ListQuery(
            customer,
            Optional.empty(),
            statuses,
            Optional.empty(),
            Optional.empty(),
            Direction.NEWEST_FIRST,
            5);
    lists().find(query, Optional.empty(), 6);
    return new Cost(count.requests.get(), count.units());
  }
}
