package orders.benchmarks.scale;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import orders.domain.Address;
import orders.domain.CommandId;
import orders.domain.CorrelationId;
import orders.domain.CustomerId;
import orders.domain.Fingerprint;
import orders.domain.Money;
import orders.domain.Order;
import orders.domain.OrderChange;
import orders.domain.OrderChange.Kind;
import orders.domain.OrderContents;
import orders.domain.OrderId;
import orders.domain.OrderLine;
import orders.domain.OrderStatus;
import orders.domain.Shipment;
import orders.domain.Sku;
import orders.domain.StoredOrder;
import orders.wire.OrderItem;
import orders.wire.Value.Fields;

/**
 * The order that the model counts with: three lines, an address, placed, confirmed, shipped,
 * delivered.
 */
final class TypicalOrder {
  private static final Instant PLACED = Instant.parse("2026-01-02T03:04:05.006Z");
  private static final List<OrderStatus> LIFE =
      List.of(
          OrderStatus.PLACED, OrderStatus.CONFIRMED, OrderStatus.SHIPPED, OrderStatus.DELIVERED);
  private static final List<Kind> KINDS =
      List.of(Kind.PLACED, Kind.CONFIRMED, Kind.SHIPPED, Kind.DELIVERED);

  /** Changes after it was placed. */
  static final int CHANGES = LIFE.size() - 1;

  private TypicalOrder() {}

  /** Returns its item after so many changes, 0 for a new order. */
  static Fields itemAfter(int changes) {
    Currency euro = Currency.getInstance("EUR");
    OrderId id = new OrderId(UUID.fromString("6f1c1d5e-8a0b-8c3d-9e4f-5a6b7c8d9e0f"));
    CustomerId customer = new CustomerId("6f1c1d5e-8a0b-4c3d-9e4f-5a6b7c8d9e0f");
    Fingerprint fingerprint = new Fingerprint("a".repeat(64));
    List<OrderLine> lines = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      lines.add(
          new OrderLine(new Sku("JACKET-" + i), "Beautiful Jacket", 1, new Money(euro, 7889)));
    }
    List<OrderChange> history = new ArrayList<>();
    for (int i = 0; i <= changes; i++) {
      history.add(
          new OrderChange(
              i == 0
                  ? CommandId.ofPlacing(id)
                  : CommandId.derive(customer, "POST /orders/" + id + "/" + i, "key"),
              fingerprint,
              i + 1L,
              KINDS.get(i),
              PLACED.plusSeconds(i),
              customer,
              new CorrelationId("6f1c1d5e-8a0b-4c3d-9e4f-5a6b7c8d9e0f"),
              i == 0 ? null : LIFE.get(i - 1),
              LIFE.get(i),
              i == 0 ? List.of() : List.of("status"),
              null,
              Optional.empty()));
    }
    Order order =
        new Order(
            id,
            customer,
            new OrderContents(
                euro,
                lines,
                new Address("A. Customer", "1 Main Street", "Flat 2", "D01", "Dublin", "IE"),
                "1234ABCG",
                null,
                Map.of("channel", "web")),
            LIFE.get(changes),
            changes + 1L,
            PLACED,
            PLACED.plusSeconds(changes),
            changes < 2 ? null : new Shipment(PLACED.plusSeconds(2), "Post", "TRACK-123456"));
    return OrderItem.of(new StoredOrder(order, fingerprint, history));
  }
}
