package orders.wire;

import static orders.domain.CommandBuilder.on;
import static orders.domain.OrderBuilder.aFullOrder;
import static orders.domain.OrderBuilder.line;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import orders.domain.CommandBuilder;
import orders.domain.CommandHeader;
import orders.domain.CommandId;
import orders.domain.FieldPatch;
import orders.domain.OrderBuilder;
import orders.domain.OrderCommand;
import orders.domain.OrderCommand.AmendOrder;
import orders.domain.OrderCommand.CancelOrder;
import orders.domain.OrderCommand.ConfirmOrder;
import orders.domain.OrderCommand.DeliverOrder;
import orders.domain.OrderCommand.PlaceOrder;
import orders.domain.OrderCommand.ShipOrder;
import orders.domain.StoredOrder;

/** Recorded written forms, and the values they are the forms of. */
final class Samples {
  private Samples() {}

  static String recorded(String name) {
    try (InputStream in = Samples.class.getResourceAsStream("/" + name)) {
      if (in == null) {
        throw new AssertionError("no recorded sample " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Returns one command of each kind, by the name of its sample; ids are fixed. */
  static List<Map.Entry<String, OrderCommand>> commands() {
    StoredOrder order = aFullOrder().placed();
    List<OrderCommand> commands =
        List.of(
            aFullOrder().placing(),
            on(order)
                .expecting(1)
                .amend(
                    CommandBuilder.patch(new FieldPatch.Remove<>(), new FieldPatch.Set<>("new"))),
            on(order).amendLines(line("HAT", 2, 100)),
            on(order).cancel("changed my mind"),
            on(order).confirm(),
            on(order).ship("DHL", "00340434"),
            on(order).deliver());
    List<String> names =
        List.of(
            "place-order",
            "amend-order",
            "amend-order-lines",
            "cancel-order",
            "confirm-order",
            "ship-order",
            "deliver-order");
    List<Map.Entry<String, OrderCommand>> samples = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      samples.add(Map.entry(names.get(i), withFixedId(commands.get(i), i)));
    }
    return samples;
  }

  /** Returns an order to which everything happened, the last twice; its times and ids are fixed. */
  static StoredOrder eventful() {
    StoredOrder stored = aFullOrder().placed();
    List<OrderCommand> commands =
        List.of(
            on(stored).by("customer-1").amendLines(line("HAT", 2, 100)),
            on(stored)
                .by("customer-1")
                .amend(
                    CommandBuilder.patch(new FieldPatch.Remove<>(), new FieldPatch.Set<>("new"))),
            on(stored).deliver(),
            on(stored).confirm(),
            on(stored).ship("DHL", "00340434"),
            on(stored).deliver(),
            on(stored).deliver());
    for (int i = 0; i < commands.size(); i++) {
      stored = OrderBuilder.apply(stored, withFixedId(commands.get(i), i + 1));
    }
    return stored;
  }

  private static OrderCommand withFixedId(OrderCommand command, int number) {
    CommandHeader header = command.header();
    Instant acceptedAt = header.acceptedAt();
    OptionalLong expected = header.expectedVersion();
    CommandHeader fixed =
        new CommandHeader(
            new CommandId(new UUID(0x8000L, 0x8000000000000000L + number)),
            header.orderId(),
            header.by(),
            header.correlationId(),
            acceptedAt,
            header.fingerprint(),
            expected);
    return switch (command) {
      case PlaceOrder place -> place;
      case AmendOrder amend -> new AmendOrder(fixed, amend.patch());
      case CancelOrder cancel -> new CancelOrder(fixed, cancel.reason());
      case ConfirmOrder confirm -> new ConfirmOrder(fixed);
      case ShipOrder ship -> new ShipOrder(fixed, ship.carrier(), ship.trackingNumber());
      case DeliverOrder deliver -> new DeliverOrder(fixed);
    };
  }
}
