package orders.api.application;

import java.time.Instant;
import orders.domain.Order;
import orders.domain.OrderId;

/** Where an order stands in a list, and so where the page after it begins. */
public record ListPosition(Instant placedAt, OrderId orderId) {
  /** Returns the position of an order. */
  public static ListPosition of(Order order) {
    return new ListPosition(order.placedAt(), order.id());
  }
}
