package orders.api.application;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import orders.domain.CustomerId;
import orders.domain.Order;
import orders.domain.OrderId;
import orders.domain.StoredOrder;

/**
 * Reads orders: one that is stored and may be seen costs one read, everything else two, whether it
 * is not stored yet, another's, or nowhere.
 */
public final class ReadOrders {
  private final OrderReader orders;
  private final IdempotencyStore store;
  private final OrderLists lists;

  public ReadOrders(OrderReader orders, IdempotencyStore store, OrderLists lists) {
    this.orders = orders;
    this.store = store;
    this.lists = lists;
  }

  /**
   * Returns an order; empty if no such order was ever accepted, or it is not for this reader.
   *
   * @param maySee whose orders the reader sees
   */
  public Optional<OrderView> find(OrderId id, Predicate<CustomerId> maySee) {
    return view(id, orders.find(id), maySee);
  }

  /** Returns an order as found in the table, or as accepted if it was not found there. */
  Optional<OrderView> view(OrderId id, Optional<StoredOrder> stored, Predicate<CustomerId> maySee) {
    if (stored.isPresent() && maySee.test(stored.get().order().customer())) {
      return Optional.of(new OrderView.Stored(stored.get()));
    }
    // The answer was kept before anyone was told of the order, and outlives the queue: an order
    // that is in neither was not accepted when the table was asked. It is read for another's order
    // too, so that a stranger waits as long as for one that does not exist.
    return store
        .find(id.value())
        .filter(answer -> stored.isEmpty() && answer.kind() == StoredResponse.Kind.ORDER)
        .filter(answer -> maySee.test(answer.owner()))
        .map(answer -> new OrderView.Pending(id, answer.body()));
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
