package orders.wire;

import orders.domain.Order;
import orders.domain.OrderChange;
import orders.domain.OrderChange.Kind;
import orders.domain.StoredOrder;
import orders.wire.Value.FieldsBuilder;

/**
 * One published event: a CloudEvent 1.0 in structured mode. The same order at the same version
 * always gives the same bytes, whoever makes it and whenever.
 *
 * @param id {@code <orderId>:<version>}
 * @param type such as {@code order.placed.v1}
 * @param status of the order at that version, for subscriptions' filters; as the next two
 * @param json the event itself
 */
public record OrderEventJson(
    String id, String type, String status, String customerId, String currency, String json) {

  /**
   * Makes the event of one version of a stored order.
   *
   * @throws IllegalArgumentException if there was no such version
   */
  public static OrderEventJson of(StoredOrder stored, long version) {
    Order order = stored.orderAt(version);
    return of(order, stored.history().get(Math.toIntExact(version) - 1));
  }

  /**
   * Makes the event of a change.
   *
   * @param order as it stood after the change
   */
  public static OrderEventJson of(Order order, OrderChange change) {
    String orderId = order.id().toString();
    String id = orderId + ":" + change.version();
    String type = typeOf(change.kind());
    FieldsBuilder data =
        Value.fields()
            .with("order", OrderJson.listed(order))
            .with("changed", OrderJson.texts(change.changed()));
    if (change.kind() == Kind.REFUSED) {
      // Ours and about the rules. A cancellation's is the customer's own words, like a note.
      data.with("reason", change.reason());
    }
    String json =
        WireJson.text(
            Value.fields()
                .with("specversion", "1.0")
                .with("id", id)
                .with("source", "/orders")
                .with("type", type)
                .with("subject", orderId)
                .with("time", WireTime.text(change.at()))
                .with("datacontenttype", "application/json")
                .with("dataschema", "/schemas/order-event-1.json")
                .with("sequence", Long.toString(change.version()))
                .with("correlationid", change.correlationId().value())
                .with("data", data.build())
                .build());
    return new OrderEventJson(
        id,
        type,
        order.status().name(),
        order.customer().value(),
        order.contents().currency().getCurrencyCode(),
        json);
  }

  /** Returns the event type that tells of a kind of change. */
  public static String typeOf(Kind kind) {
    return switch (kind) {
      case PLACED -> "order.placed.v1";
      case AMENDED -> "order.amended.v1";
      case CONFIRMED -> "order.confirmed.v1";
      case SHIPPED -> "order.shipped.v1";
      case DELIVERED -> "order.delivered.v1";
      case CANCELLED -> "order.cancelled.v1";
      case REFUSED -> "order.change-refused.v1";
    };
  }

  static Kind kindOf(String type) {
    for (Kind kind : Kind.values()) {
      if (typeOf(kind).equals(type)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("no event type");
  }
}
