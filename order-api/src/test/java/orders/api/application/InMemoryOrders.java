package orders.api.application;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import orders.domain.Decision;
import orders.domain.Order;
import orders.domain.OrderCommand;
import orders.domain.OrderContents;
import orders.domain.OrderDecider;
import orders.domain.OrderId;
import orders.domain.StoredOrder;
import orders.wire.WireTime;
import org.jspecify.annotations.Nullable;

/** The table of the fast tests; passes the same suites as the real one. */
public final class InMemoryOrders implements OrderReader, OrderLists {
  /** How many reads were asked for, lists included. */
  public final AtomicInteger reads = new AtomicInteger();

  /** Whether the table does not answer. */
  public volatile boolean isAway;

  /** What happens at the next read that nobody thought of. */
  public volatile @Nullable RuntimeException fault;

  private final Map<OrderId, StoredOrder> orders = new HashMap<>();

  @Override
  public synchronized Optional<StoredOrder> find(OrderId id) {
    look();
    return Optional.ofNullable(orders.get(id));
  }

  @Override
  public synchronized List<Order> find(ListQuery query, Optional<ListPosition> after, int most) {
    look();
    Comparator<ListPosition> oldestFirst =
        Comparator.comparing(ListPosition::placedAt)
            .thenComparing(position -> position.orderId().toString());
    Comparator<ListPosition> order =
        query.direction() == ListQuery.Direction.OLDEST_FIRST
            ? oldestFirst
            : oldestFirst.reversed();
    return orders.values().stream()
        .map(StoredOrder::order)
        .filter(it -> query.customer().isEmpty() || query.customer().get().equals(it.customer()))
        .filter(it -> query.statuses().contains(it.status()))
        .filter(
            it ->
                query.reference().isEmpty()
                    || query.reference().get().equals(it.contents().reference()))
        .filter(
            it ->
                query.placedFrom().isEmpty()
                    || compare(it.placedAt(), query.placedFrom().get()) >= 0)
        .filter(
            it -> query.placedTo().isEmpty() || compare(it.placedAt(), query.placedTo().get()) < 0)
        .filter(it -> after.isEmpty() || order.compare(ListPosition.of(it), after.get()) > 0)
        .sorted(Comparator.comparing(ListPosition::of, order))
        .limit(most)
        .map(InMemoryOrders::listed)
        .toList();
  }

  /** Does what the processor would. */
  public synchronized Decision apply(OrderCommand command, Instant now) {
    Decision decision =
        OrderDecider.decide(Optional.ofNullable(orders.get(command.orderId())), command, now);
    if (decision instanceof Decision.Write(StoredOrder after, var change)) {
      orders.put(after.order().id(), after);
    }
    if (decision instanceof Decision.NothingToDo(StoredOrder after)) {
      orders.put(after.order().id(), after);
    }
    return decision;
  }

  /** Holds these orders and no others from now on. */
  public synchronized void replaceAll(List<StoredOrder> stored) {
    orders.clear();
    stored.forEach(order -> orders.put(order.order().id(), order));
  }

  private void look() {
    reads.incrementAndGet();
    RuntimeException unexpected = fault;
    if (unexpected != null) {
      throw unexpected;
    }
    if (isAway) {
      throw new UnavailableException("reading");
    }
  }

  private static Order listed(Order order) {
    OrderContents contents = order.contents();
    return new Order(
        order.id(),
        order.customer(),
        new OrderContents(
            contents.currency(),
            contents.lines(),
            null,
            contents.reference(),
            null,
            contents.metadata()),
        order.status(),
        order.version(),
        order.placedAt(),
        order.updatedAt(),
        order.shipment());
  }

  /** Compares times as the table does: in their written form. */
  private static int compare(Instant placedAt, Instant bound) {
    return WireTime.text(placedAt).compareTo(WireTime.text(bound));
  }
}
