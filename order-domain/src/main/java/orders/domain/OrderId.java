package orders.domain;

import java.util.UUID;

/** Identifies an order; written as a lower-case UUID. */
public record OrderId(UUID value) {
  /**
   * Reads the written form.
   *
   * @throws IllegalArgumentException if the text is not a lower-case UUID of 36 characters
   */
  public static OrderId of(String text) {
    return new OrderId(Uuids.parse(text));
  }

  /**
   * Returns the one id of the order that a caller asks for under an idempotency key: the same today
   * and in ten years, whatever is kept or lost in between.
   *
   * @param caller who asks, which may be the back office on a customer's behalf
   * @param route the concrete method and path, such as {@code POST /orders}
   * @param key the idempotency key, without quotes
   */
  public static OrderId derive(CustomerId caller, String route, String key) {
    return new OrderId(Uuids.derive("order", caller.value(), route, key));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
