package orders.api.application;

import java.util.List;
import java.util.Optional;
import orders.domain.Order;
import orders.domain.OrderId;
import orders.domain.StoredOrder;

/** Reads orders: a stored one costs one read, one that is not stored yet a second. */
public final class ReadOrders {
  private final OrderReader orders;
  private final IdempotencyStore store;
  private final OrderLists lists;

  public ReadOrders(OrderReader orders, IdempotencyStore store, OrderLists lists) {
    this.orders = orders;
    this.store = store;
    this.lists = lists;
  }

  /** Returns an order whoever it belongs to; empty if no such order was ever accepted. */
  public Optional<OrderView> find(OrderId id) {
    return view(id, orders.find(id));
  }

  /** Returns an order as found in the table, or as accepted if it was not found there. */
  Optional<OrderView> view(OrderId id, Optional<StoredOrder> stored) {
    if (stored.isPresent()) {
      return Optional.of(new OrderView.Stored(stored.get()));
    }
    // The answer was kept before anyone was told of the order, and outlives the queue: an order
    // that is in neither was not accepted when the table was asked.
    return store
        .find(id.value())
        .filter(answer -> answer.kind() == KeptAnswer.Kind.ORDER)
        .map(answer -> new OrderView.Pending(id, answer.owner(), answer.body()));
  }

  /**
   * A part of a list.
   *
   * @param isLast whether nothing follows
   */
  public record Page(List<Order> orders, boolean isLast) {
    public Page {
      orders = List.copyOf(orders);
    }
  }

  /** Returns the page of a list that follows a position. */
  public Page list(ListQuery query, Optional<ListPosition> after) {
    // One more than the page holds tells whether another follows.
    List<Order> found = lists.find(query, after, query.limit() + 1);
    return found.size() > query.limit()
        ? new Page(found.subList(0, query.limit()), false)
        : new Page(found, true);
  }
}
