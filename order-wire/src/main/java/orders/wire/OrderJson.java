package orders.wire;

import java.util.ArrayList;
import java.util.List;
import orders.domain.CommandHeader;
import orders.domain.CustomerId;
import orders.domain.Order;
import orders.domain.OrderChange;
import orders.domain.OrderCommand.PlaceOrder;
import orders.domain.OrderContents;
import orders.domain.OrderId;
import orders.domain.OrderStatus;
import orders.domain.Shipment;
import orders.domain.StoredOrder;
import orders.wire.Value.Fields;
import orders.wire.Value.FieldsBuilder;
import orders.wire.Value.Sequence;
import orders.wire.Value.Text;
import org.jspecify.annotations.Nullable;

/** An order as its readers see it: in the API's answers and in events. */
public final class OrderJson {
  /** The status of an order that was accepted and is not stored yet. */
  public static final String PENDING = "PENDING";

  private OrderJson() {}

  /** Returns a whole order, as its owner reads it. */
  public static Fields order(Order order) {
    return order(order, true);
  }

  /** Returns an order without address and note, as lists and events show it. */
  public static Fields listed(Order order) {
    return order(order, false);
  }

  /** Returns an order as it was accepted: {@code PENDING}, at version 0. */
  public static Fields pending(PlaceOrder command) {
    CommandHeader header = command.header();
    String acceptedAt = WireTime.text(header.acceptedAt());
    FieldsBuilder fields = Value.fields();
    head(fields, header.orderId(), command.customer(), PENDING, 0);
    contents(fields, command.contents(), true);
    return fields.with("placedAt", acceptedAt).with("updatedAt", acceptedAt).build();
  }

  /** Returns an order's history, oldest entry first. */
  public static Fields history(StoredOrder stored) {
    List<Value> entries = new ArrayList<>();
    for (OrderChange change : stored.history()) {
      entries.add(
          Value.fields()
              .with("version", change.version())
              .with("type", OrderEventJson.typeOf(change.kind()))
              .with("at", WireTime.text(change.at()))
              .with("by", change.by().value())
              .with("commandId", change.commandId().toString())
              .with("correlationId", change.correlationId().value())
              .with("from", name(change.from()))
              .with("to", name(change.to()))
              .with("changed", change.changed().isEmpty() ? null : texts(change.changed()))
              .with("reason", change.reason())
              .build());
    }
    return history(stored.order().id(), entries);
  }

  /** Returns the history of an order that is not stored yet: none. */
  public static Fields pendingHistory(OrderId order) {
    return history(order, List.of());
  }

  static Sequence texts(List<String> texts) {
    List<Value> items = new ArrayList<>(texts.size());
    for (String text : texts) {
      items.add(new Text(text));
    }
    return new Sequence(items);
  }

  static @Nullable Fields shipment(@Nullable Shipment shipment) {
    return shipment == null
        ? null
        : Value.fields()
            .with("shippedAt", WireTime.text(shipment.shippedAt()))
            .with("carrier", shipment.carrier())
            .with("trackingNumber", shipment.trackingNumber())
            .build();
  }

  static @Nullable String name(@Nullable OrderStatus status) {
    return status == null ? null : status.name();
  }

  private static Fields order(Order order, boolean whole) {
    FieldsBuilder fields = Value.fields();
    head(fields, order.id(), order.customer(), order.status().name(), order.version());
    contents(fields, order.contents(), whole);
    return fields
        .with("shipment", shipment(order.shipment()))
        .with("placedAt", WireTime.text(order.placedAt()))
        .with("updatedAt", WireTime.text(order.updatedAt()))
        .build();
  }

  private static void head(
      FieldsBuilder fields, OrderId id, CustomerId customer, String status, long version) {
    fields
        .with("orderId", id.toString())
        .with("customerId", customer.value())
        .with("status", status)
        .with("version", version);
  }

  private static void contents(FieldsBuilder fields, OrderContents contents, boolean whole) {
    fields
        .with("currency", contents.currency().getCurrencyCode())
        .with("lines", ContentsForm.lines(contents.lines()))
        .with("total", contents.total().minorUnits());
    if (whole) {
      fields.with("shippingAddress", ContentsForm.address(contents.shippingAddress()));
    }
    fields.with("reference", contents.reference());
    if (whole) {
      fields.with("note", contents.note());
    }
    fields.with("metadata", ContentsForm.metadata(contents.metadata()));
  }

  private static Fields history(OrderId order, List<Value> entries) {
    return Value.fields()
        .with("orderId", order.toString())
        .with("history", new Sequence(entries))
        .build();
  }
}
