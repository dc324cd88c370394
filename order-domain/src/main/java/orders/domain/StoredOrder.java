package orders.domain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An order with its whole history: what one write stores.
 *
 * @param order as it stands now
 * @param fingerprint of the command that placed it
 * @param history oldest first; the n-th entry has version n
 */
public record StoredOrder(Order order, Fingerprint fingerprint, List<OrderChange> history) {
  public StoredOrder {
    history = List.copyOf(history);
    if (history.size() != order.version()) {
      throw new IllegalArgumentException(
          "order "
              + order.id()
              + " at version "
              + order.version()
              + " has "
              + history.size()
              + " history entries");
    }
    for (int i = 0; i < history.size(); i++) {
      if (history.get(i).version() != i + 1L) {
        throw new IllegalArgumentException(
            "history of order " + order.id() + " has a gap at version " + (i + 1));
      }
    }
  }

  /** Returns what a command did, if it was applied or refused before. */
  public Optional<OrderChange> changeBy(CommandId commandId) {
    return history.stream().filter(change -> change.commandId().equals(commandId)).findFirst();
  }

  /** Returns the latest history entry. */
  public OrderChange latestChange() {
    return history.getLast();
  }

  /**
   * Returns the order as it stood at a version: what the event of that version told.
   *
   * @throws IllegalArgumentException if there was no such version
   */
  public Order orderAt(long version) {
    if (version < 1 || version > order.version()) {
      throw new IllegalArgumentException("order " + order.id() + " has no version " + version);
    }
    Order state = order;
    for (int i = history.size() - 1; i >= version; i--) {
      OrderChange undone = history.get(i);
      Instant before = history.get(i - 1).at();
      OrderContents contents = state.contents();
      state =
          new Order(
              state.id(),
              state.customer(),
              undone.undo().map(undo -> undo.applyTo(contents)).orElse(contents),
              undone.from() == null ? state.status() : undone.from(),
              state.version() - 1,
              state.placedAt(),
              before,
              undone.kind() == OrderChange.Kind.SHIPPED ? null : state.shipment());
    }
    return state;
  }
}
