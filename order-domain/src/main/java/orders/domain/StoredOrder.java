package orders.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An order with its whole history: what one write stores.
 *
 * @param order as it stands now
 * @param fingerprint of the command that placed it
 * @param history oldest first; the n-th entry has version n
 * @param storedAt when the first version was stored, by the processor's clock; absent in orders
 *     that were stored before this was kept
 * @param noOps commands that had nothing to do, oldest first: they have no version and no event,
 *     and a repeated delivery of one must not be applied after a later change
 */
public record StoredOrder(
    Order order,
    Fingerprint fingerprint,
    List<OrderChange> history,
    @Nullable Instant storedAt,
    List<AppliedCommand> noOps) {
  public StoredOrder {
    history = List.copyOf(history);
    noOps = List.copyOf(noOps);
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

  /** Returns an order without commands that had nothing to do, and without a time of storing. */
  public StoredOrder(Order order, Fingerprint fingerprint, List<OrderChange> history) {
    this(order, fingerprint, history, null, List.of());
  }

  /** Returns a command if it was applied or refused before, or had nothing to do. */
  public Optional<AppliedCommand> applied(CommandId commandId) {
    return history.stream()
        .filter(change -> change.commandId().equals(commandId))
        .map(change -> new AppliedCommand(commandId, change.fingerprint(), change.version() - 1))
        .findFirst()
        .or(() -> noOps.stream().filter(noOp -> noOp.commandId().equals(commandId)).findFirst());
  }

  /** Returns this order with one more command that had nothing to do. */
  StoredOrder withNoOp(AppliedCommand noOp) {
    List<AppliedCommand> all = new ArrayList<>(noOps);
    all.add(noOp);
    return new StoredOrder(order, fingerprint, history, storedAt, all);
  }

  /** Returns the latest command, if it had nothing to do: then it made no history entry. */
  public Optional<AppliedCommand> latestNoOp() {
    return noOps.isEmpty() || noOps.getLast().versionMet() < order.version()
        ? Optional.empty()
        : Optional.of(noOps.getLast());
  }

  /** Returns the id of the command that made this state. */
  public CommandId latestCommand() {
    return latestNoOp().map(AppliedCommand::commandId).orElse(latestChange().commandId());
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
