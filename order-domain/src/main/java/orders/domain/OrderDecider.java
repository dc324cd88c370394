package orders.domain;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orders.domain.OrderChange.Kind;
import orders.domain.OrderCommand.AmendOrder;
import orders.domain.OrderCommand.CancelOrder;
import orders.domain.OrderCommand.ConfirmOrder;
import orders.domain.OrderCommand.DeliverOrder;
import orders.domain.OrderCommand.PlaceOrder;
import orders.domain.OrderCommand.ShipOrder;
import org.jspecify.annotations.Nullable;

/** The state machine: from an order, a command and the time to a decision. */
public final class OrderDecider {
  private OrderDecider() {}

  /**
   * Decides a command.
   *
   * @param current the order as it is stored; empty if it is not
   * @param now the decider's clock; a change is never dated before the one that precedes it
   */
  public static Decision decide(Optional<StoredOrder> current, OrderCommand command, Instant now) {
    if (current.isEmpty()) {
      return command instanceof PlaceOrder place
          ? placed(place, now)
          : new Decision.OrderNotYetKnown();
    }
    StoredOrder stored = current.get();
    Optional<AppliedCommand> earlier = stored.applied(command.commandId());
    if (earlier.isPresent()) {
      return earlier.get().fingerprint().equals(command.header().fingerprint())
          ? new Decision.AlreadyApplied(earlier.get())
          : new Decision.IdCollision();
    }
    return new Change(stored, command, now).decide();
  }

  /**
   * Refuses a command that would change an order, for a reason that is not the order's: what holds
   * it has no room for the change.
   */
  public static StoredOrder refuse(
      StoredOrder current, OrderCommand command, Instant now, String reason) {
    return new Change(current, command, now).refused(reason).after();
  }

  private static Decision placed(PlaceOrder command, Instant now) {
    CommandHeader header = command.header();
    Instant decided = now.truncatedTo(ChronoUnit.MILLIS);
    Instant storedAt = decided.isBefore(header.acceptedAt()) ? header.acceptedAt() : decided;
    OrderChange change =
        new OrderChange(
            header.commandId(),
            header.fingerprint(),
            1,
            Kind.PLACED,
            header.acceptedAt(),
            header.by(),
            header.correlationId(),
            null,
            OrderStatus.PLACED,
            List.of("status"),
            null,
            Optional.empty());
    Order order =
        new Order(
            header.orderId(),
            command.customer(),
            command.contents(),
            OrderStatus.PLACED,
            1,
            header.acceptedAt(),
            header.acceptedAt(),
            null);
    return new Decision.Write(
        new StoredOrder(order, header.fingerprint(), List.of(change), storedAt, List.of()), change);
  }

  /** A command on an order that is there and has not seen it. */
  private record Change(StoredOrder stored, OrderCommand command, Instant now) {
    Decision decide() {
      Order order = stored.order();
      if (command instanceof PlaceOrder) {
        return new Decision.IdCollision();
      }
      if (command.header().expectedVersion().isPresent()
          && command.header().expectedVersion().getAsLong() != order.version()) {
        return refused(
            "version-mismatch: expected version "
                + command.header().expectedVersion().getAsLong()
                + " but the order was at version "
                + order.version());
      }
      return switch (command) {
        case PlaceOrder ignored -> new Decision.IdCollision();
        case AmendOrder amend -> amended(amend);
        case CancelOrder cancel ->
            moved(Kind.CANCELLED, OrderStatus.CANCELLED, cancel.reason(), null);
        case ConfirmOrder confirm -> moved(Kind.CONFIRMED, OrderStatus.CONFIRMED, null, null);
        case ShipOrder ship ->
            moved(
                Kind.SHIPPED,
                OrderStatus.SHIPPED,
                null,
                new Shipment(at(), ship.carrier(), ship.trackingNumber()));
        case DeliverOrder deliver -> moved(Kind.DELIVERED, OrderStatus.DELIVERED, null, null);
      };
    }

    private Decision amended(AmendOrder amend) {
      Order order = stored.order();
      if (order.status() != OrderStatus.PLACED) {
        return refused(
            "illegal-transition: only a PLACED order can be amended and it was " + order.status());
      }
      OrderContents contents;
      try {
        contents = amend.patch().applyTo(order.contents());
      } catch (IllegalArgumentException | ArithmeticException invalid) {
        // The API checked the patch against the version it read; another amendment came between.
        return refused("invalid-order: " + invalid.getMessage());
      }
      if (contents.equals(order.contents())) {
        return nothingToDo();
      }
      OrderChange change =
          change(
              Kind.AMENDED,
              null,
              null,
              ContentsPatch.changedFields(order.contents(), contents),
              null,
              Optional.of(ContentsPatch.between(contents, order.contents())));
      return write(contents, order.status(), order.shipment(), change);
    }

    private Decision moved(
        Kind kind, OrderStatus target, @Nullable String reason, @Nullable Shipment shipment) {
      Order order = stored.order();
      if (order.status() == target) {
        return repeats() ? nothingToDo() : refused(anotherOf(target));
      }
      if (!order.status().successors().contains(target)) {
        return refused(
            "illegal-transition: a " + order.status() + " order cannot become " + target);
      }
      OrderChange change =
          change(
              kind,
              order.status(),
              target,
              shipment == null ? List.of("status") : List.of("status", "shipment"),
              reason,
              Optional.empty());
      return write(
          order.contents(), target, shipment == null ? order.shipment() : shipment, change);
    }

    private Decision nothingToDo() {
      return new Decision.NothingToDo(
          stored.withNoOp(
              new AppliedCommand(
                  command.commandId(), command.header().fingerprint(), stored.order().version())));
    }

    /**
     * Returns whether a move to the status that the order has carries nothing new. What it does not
     * give is not compared.
     */
    private boolean repeats() {
      return switch (command) {
        case ShipOrder ship -> {
          Shipment made = stored.order().shipment();
          yield made != null
              && isAbsentOr(ship.carrier(), made.carrier())
              && isAbsentOr(ship.trackingNumber(), made.trackingNumber());
        }
        case CancelOrder cancel -> isAbsentOr(cancel.reason(), reasonOfCancelling());
        case ConfirmOrder confirm -> true;
        case DeliverOrder deliver -> true;
        case PlaceOrder place -> throw new IllegalStateException("a placing is no move");
        case AmendOrder amend -> throw new IllegalStateException("an amendment is no move");
      };
    }

    private static boolean isAbsentOr(@Nullable String given, @Nullable String made) {
      return given == null || given.equals(made);
    }

    /** Refusals may come after the cancelling: the reason is not that of the latest entry. */
    private @Nullable String reasonOfCancelling() {
      for (OrderChange change : stored.history()) {
        if (change.kind() == Kind.CANCELLED) {
          return change.reason();
        }
      }
      return null;
    }

    private static String anotherOf(OrderStatus target) {
      return "illegal-transition: the order is "
          + target
          + (target == OrderStatus.SHIPPED ? " with another shipment" : " for another reason");
    }

    private Decision.Write refused(String reason) {
      Order order = stored.order();
      OrderChange change =
          change(Kind.REFUSED, order.status(), null, List.of(), reason, Optional.empty());
      return write(order.contents(), order.status(), order.shipment(), change);
    }

    private OrderChange change(
        Kind kind,
        @Nullable OrderStatus from,
        @Nullable OrderStatus to,
        List<String> changed,
        @Nullable String reason,
        Optional<ContentsPatch> undo) {
      CommandHeader header = command.header();
      return new OrderChange(
          header.commandId(),
          header.fingerprint(),
          stored.order().version() + 1,
          kind,
          at(),
          header.by(),
          header.correlationId(),
          from,
          to,
          changed,
          reason,
          undo);
    }

    private Decision.Write write(
        OrderContents contents,
        OrderStatus status,
        @Nullable Shipment shipment,
        OrderChange change) {
      Order order = stored.order();
      List<OrderChange> history = new ArrayList<>(stored.history());
      history.add(change);
      Order after =
          new Order(
              order.id(),
              order.customer(),
              contents,
              status,
              change.version(),
              order.placedAt(),
              change.at(),
              shipment);
      return new Decision.Write(
          new StoredOrder(after, stored.fingerprint(), history, stored.storedAt(), stored.noOps()),
          change);
    }

    private Instant at() {
      Instant decided = now.truncatedTo(ChronoUnit.MILLIS);
      Instant before = stored.order().updatedAt();
      return decided.isBefore(before) ? before : decided;
    }
  }
}
