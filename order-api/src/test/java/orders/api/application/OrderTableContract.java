package orders.api.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import orders.api.application.ListQuery.Direction;
import orders.domain.CommandHeader;
import orders.domain.CommandId;
import orders.domain.CorrelationId;
import orders.domain.Currencies;
import orders.domain.CustomerId;
import orders.domain.Decision;
import orders.domain.Fingerprint;
import orders.domain.Money;
import orders.domain.Order;
import orders.domain.OrderCommand;
import orders.domain.OrderCommand.CancelOrder;
import orders.domain.OrderCommand.ConfirmOrder;
import orders.domain.OrderCommand.DeliverOrder;
import orders.domain.OrderCommand.PlaceOrder;
import orders.domain.OrderCommand.ShipOrder;
import orders.domain.OrderContents;
import orders.domain.OrderDecider;
import orders.domain.OrderId;
import orders.domain.OrderLine;
import orders.domain.OrderStatus;
import orders.domain.Sku;
import orders.domain.StoredOrder;
import org.junit.jupiter.api.Test;

/** What every table of orders promises its readers. */
public abstract class OrderTableContract {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Fingerprint FINGERPRINT = new Fingerprint("a".repeat(64));

  protected abstract OrderReader reader();

  protected abstract OrderLists lists();

  /** Stores orders, with nothing else in the table. */
  protected abstract void store(List<StoredOrder> orders);

  @Test
  void an_order_that_is_stored_is_found_whole() {
    StoredOrder order = order(new Random(1), 0);
    store(List.of(order));

    assertThat(reader().find(order.order().id())).contains(order);
  }

  @Test
  void an_order_that_is_not_stored_is_not_found() {
    store(List.of());

    assertThat(reader().find(new OrderId(UUID.randomUUID()))).isEmpty();
  }

  @Test
  void walking_the_pages_of_any_query_gives_every_order_of_it_once_and_in_order() {
    Random random = new Random(7);
    List<StoredOrder> orders = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      orders.add(order(random, i));
    }
    store(orders);

    for (int i = 0; i < 60; i++) {
      ListQuery query = query(random);
      assertThat(walk(query)).as(query.toString()).isEqualTo(expected(orders, query));
    }
  }

  @Test
  void a_range_that_ends_before_it_begins_is_empty() {
    store(List.of(order(new Random(1), 0)));
    ListQuery query =
        new ListQuery(
            Optional.empty(),
            Optional.empty(),
            EnumSet.allOf(OrderStatus.class),
            Optional.of(START.plusSeconds(10)),
            Optional.of(START),
            Direction.NEWEST_FIRST,
            10);

    assertThat(lists().find(query, Optional.empty(), 10)).isEmpty();
  }

  private List<OrderId> walk(ListQuery query) {
    List<OrderId> walked = new ArrayList<>();
    Optional<ListPosition> after = Optional.empty();
    while (true) {
      List<Order> page = lists().find(query, after, query.limit());
      page.forEach(order -> walked.add(order.id()));
      if (page.size() < query.limit()) {
        return walked;
      }
      after = Optional.of(ListPosition.of(page.getLast()));
    }
  }

  private static List<OrderId> expected(List<StoredOrder> orders, ListQuery query) {
    Comparator<Order> oldestFirst =
        Comparator.comparing(Order::placedAt).thenComparing(order -> order.id().toString());
    return orders.stream()
        .map(StoredOrder::order)
        .filter(order -> query.customer().map(order.customer()::equals).orElse(true))
        .filter(order -> query.statuses().contains(order.status()))
        .filter(
            order ->
                query.reference().map(it -> it.equals(order.contents().reference())).orElse(true))
        .filter(order -> query.placedFrom().map(t -> !order.placedAt().isBefore(t)).orElse(true))
        .filter(order -> query.placedTo().map(order.placedAt()::isBefore).orElse(true))
        .sorted(query.direction() == Direction.OLDEST_FIRST ? oldestFirst : oldestFirst.reversed())
        .map(Order::id)
        .toList();
  }

  private static ListQuery query(Random random) {
    Set<OrderStatus> statuses = EnumSet.noneOf(OrderStatus.class);
    for (OrderStatus status : OrderStatus.values()) {
      if (random.nextBoolean()) {
        statuses.add(status);
      }
    }
    return new ListQuery(
        random.nextBoolean() ? Optional.empty() : Optional.of(customer(random)),
        random.nextInt(3) > 0 ? Optional.empty() : Optional.of(reference(random)),
        statuses.isEmpty() ? EnumSet.allOf(OrderStatus.class) : statuses,
        random.nextInt(3) > 0 ? Optional.empty() : Optional.of(time(random)),
        random.nextInt(3) > 0 ? Optional.empty() : Optional.of(time(random)),
        random.nextBoolean() ? Direction.NEWEST_FIRST : Direction.OLDEST_FIRST,
        1 + random.nextInt(12));
  }

  private static String reference(Random random) {
    return List.of("PO-1", "PO-2", "PO 3").get(random.nextInt(3));
  }

  private static CustomerId customer(Random random) {
    return new CustomerId(List.of("alice", "bob", "caro line").get(random.nextInt(3)));
  }

  /** One of a few: many orders are placed in the same millisecond. */
  private static Instant time(Random random) {
    return START.plusMillis(random.nextInt(12) * 700L);
  }

  /** Returns an order in any status, with the history that led there. */
  protected static StoredOrder order(Random random, int number) {
    OrderId id = new OrderId(new UUID(random.nextLong(), random.nextLong()));
    Instant placedAt = time(random);
    Money price = new Money(Currencies.active("EUR").orElseThrow(), 100L + number);
    PlaceOrder place =
        new PlaceOrder(
            header(new CommandId(id.value()), id, placedAt),
            customer(random),
            new OrderContents(
                price.currency(),
                List.of(new OrderLine(new Sku("SKU-" + number), null, 1, price)),
                null,
                random.nextBoolean() ? null : reference(random),
                null,
                Map.of()));
    CommandHeader next = header(new CommandId(UUID.nameUUIDFromBytes(bytes(id, 1))), id, placedAt);
    List<OrderCommand> moves =
        switch (random.nextInt(5)) {
          case 0 -> List.of();
          case 1 -> List.of(new ConfirmOrder(next));
          case 2 -> List.of(new CancelOrder(next, "no longer wanted"));
          case 3 -> List.of(new ConfirmOrder(next), new ShipOrder(other(next, 2), "Post", null));
          default ->
              List.of(
                  new ConfirmOrder(next),
                  new ShipOrder(other(next, 2), null, null),
                  new DeliverOrder(other(next, 3)));
        };
    StoredOrder order = written(OrderDecider.decide(Optional.empty(), place, placedAt));
    for (OrderCommand move : moves) {
      order = written(OrderDecider.decide(Optional.of(order), move, placedAt.plusSeconds(60)));
    }
    return order;
  }

  private static CommandHeader other(CommandHeader header, int number) {
    return header(
        new CommandId(UUID.nameUUIDFromBytes(bytes(header.orderId(), number))),
        header.orderId(),
        header.acceptedAt());
  }

  private static byte[] bytes(OrderId id, int number) {
    return (id + "/" + number).getBytes(StandardCharsets.UTF_8);
  }

  private static CommandHeader header(CommandId commandId, OrderId id, Instant at) {
    return new CommandHeader(
        commandId,
        id,
        new CustomerId("alice"),
        new CorrelationId("c-1"),
        at,
        FINGERPRINT,
        OptionalLong.empty());
  }

  private static StoredOrder written(Decision decision) {
    if (decision instanceof Decision.Write(StoredOrder after, var change)) {
      return after;
    }
    throw new AssertionError(decision);
  }
}
