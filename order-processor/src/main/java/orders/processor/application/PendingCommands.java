package orders.processor.application;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import orders.domain.OrderCommand;
import orders.domain.OrderCommand.PlaceOrder;
import orders.domain.OrderId;
import orders.domain.StoredOrder;
import orders.processor.application.OrderRepository.Lookup;
import org.jspecify.annotations.Nullable;

/**
 * The commands of one batch for one order, in the order they were accepted: its placing first. They
 * are applied one version at a time.
 */
final class PendingCommands {
  /** One command and the delivery that brought it. */
  record Item(Delivery delivery, OrderCommand command) {}

  private static final Comparator<Item> AS_ACCEPTED =
      Comparator.comparing((Item item) -> !(item.command() instanceof PlaceOrder))
          .thenComparing(item -> item.command().header().acceptedAt());

  final OrderId order;
  private final Deque<Item> items;
  private @Nullable Lookup state;
  private int lostWrites;

  PendingCommands(OrderId order, List<Item> items) {
    this.order = order;
    this.items = new ArrayDeque<>(items.stream().sorted(AS_ACCEPTED).toList());
    if (this.items.getFirst().command() instanceof PlaceOrder) {
      // Most likely new: the conditional insert itself tells, without a read before it.
      this.state = new Lookup.Absent();
    }
  }

  boolean isEmpty() {
    return items.isEmpty();
  }

  Item head() {
    return items.getFirst();
  }

  Item remove() {
    return items.removeFirst();
  }

  boolean needsLookup() {
    return state == null && !items.isEmpty();
  }

  Lookup state() {
    if (state == null) {
      throw new IllegalStateException("order " + order + " was not looked for");
    }
    return state;
  }

  void is(Lookup found) {
    state = found;
  }

  void wasWritten(StoredOrder stored) {
    state = new Lookup.Found(stored);
    lostWrites = 0;
  }

  /** Another writer came first, or a write failed: what is stored now is told, or unknown. */
  int lost(Optional<StoredOrder> stored) {
    state = stored.<Lookup>map(Lookup.Found::new).orElse(null);
    return ++lostWrites;
  }
}
