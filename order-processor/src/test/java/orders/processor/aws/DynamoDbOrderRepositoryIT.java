package orders.processor.aws;

import static orders.domain.CommandBuilder.on;
import static orders.domain.OrderBuilder.anOrder;
import static orders.domain.OrderBuilder.line;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import orders.domain.OrderBuilder;
import orders.domain.OrderId;
import orders.domain.OrderLine;
import orders.domain.StoredOrder;
import orders.processor.application.OrderRepository;
import orders.processor.application.OrderRepository.Lookup;
import orders.processor.application.OrderRepository.WriteAnswer;
import orders.processor.application.OrderRepositoryContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class DynamoDbOrderRepositoryIT extends OrderRepositoryContract {
  private static LocalDynamoDb dynamoDb;

  private final CallCounter counter = new CallCounter();

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    dynamoDb = LocalDynamoDb.start();
  }

  @AfterAll
  static void stop() {
    dynamoDb.close();
  }

  @Override
  protected OrderRepository emptyRepository() {
    return new DynamoDbOrderRepository(dynamoDb.client(counter), dynamoDb.newTable());
  }

  @Test
  void new_orders_and_changes_together_are_one_request() {
    OrderRepository orders = emptyRepository();
    StoredOrder placed = anOrder().withAnyId().placed();
    orders.write(List.of(placed));
    counter.calls();
    List<StoredOrder> mixed = new ArrayList<>();
    mixed.add(OrderBuilder.apply(placed, on(placed).confirm()));
    for (int i = 0; i < 24; i++) {
      mixed.add(anOrder().withAnyId().placed());
    }

    assertThat(orders.write(mixed)).containsOnly(new WriteAnswer.Written());

    assertThat(counter.calls()).containsExactly("BatchExecuteStatement");
  }

  @Test
  void many_orders_are_looked_for_in_one_request() {
    OrderRepository orders = emptyRepository();
    StoredOrder placed = anOrder().withAnyId().placed();
    orders.write(List.of(placed));
    counter.calls();

    orders.find(Set.of(placed.order().id(), anOrder().placed().order().id()));

    assertThat(counter.calls()).containsExactly("BatchGetItem");
  }

  @Test
  void an_item_past_the_tables_limit_is_impossible_and_harms_no_other() {
    OrderRepository orders = emptyRepository();
    // Names of 200 four-byte characters: a hundred lines, and an undo for each amendment.
    StoredOrder grown = anOrder().withAnyId().lines(hugeLines(0)).placed();
    orders.write(List.of(grown));
    List<WriteAnswer> answers = List.of(new WriteAnswer.Written());
    StoredOrder small = anOrder().withAnyId().placed();
    for (int i = 1; i < 10 && answers.getFirst() instanceof WriteAnswer.Written; i++) {
      grown = OrderBuilder.apply(grown, on(grown).amendLines(hugeLines(i)));
      small = anOrder().withAnyId().placed();
      answers = orders.write(List.of(grown, small));
    }

    assertThat(answers)
        .containsExactly(new WriteAnswer.Impossible("item-too-large"), new WriteAnswer.Written());
  }

  private static OrderLine[] hugeLines(int round) {
    return IntStream.range(0, 100)
        .mapToObj(
            i -> {
              OrderLine line = line("SKU-" + i, 1, round);
              return new OrderLine(line.sku(), "🧥".repeat(200), line.quantity(), line.unitPrice());
            })
        .toArray(OrderLine[]::new);
  }

  @Test
  void an_item_that_is_no_order_is_not_taken_for_absent() {
    String table = dynamoDb.newTable();
    OrderId id = anOrder().placed().order().id();
    try (DynamoDbClient client = dynamoDb.client()) {
      client.putItem(
          put ->
              put.tableName(table)
                  .item(
                      Map.of(
                          "orderId", AttributeValue.fromS(id.toString()),
                          "version", AttributeValue.fromS("one"))));
      OrderRepository orders = new DynamoDbOrderRepository(client, table);

      assertThat(orders.find(Set.of(id)).get(id)).isInstanceOf(Lookup.NotSeen.class);
      assertThat(orders.write(List.of(anOrder().placed())))
          .singleElement()
          .isInstanceOf(WriteAnswer.Conflict.class);
    }
  }

  @Test
  void a_table_that_cannot_be_asked_is_a_failure_for_each_and_not_absence() {
    OrderRepository orders =
        new DynamoDbOrderRepository(dynamoDb.client(), "Orders-that-never-were");
    StoredOrder order = anOrder().placed();

    assertThat(orders.find(Set.of(order.order().id())))
        .containsEntry(
            order.order().id(), new Lookup.NotSeen("service: ResourceNotFoundException"));
    assertThat(orders.write(List.of(order))).singleElement().isInstanceOf(WriteAnswer.Failed.class);
  }
}
