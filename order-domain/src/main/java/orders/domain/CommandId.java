package orders.domain;

import java.util.UUID;

/** Identifies one command, however often it is delivered; written as a lower-case UUID. */
public record CommandId(UUID value) {
  /**
   * Reads the written form.
   *
   * @throws IllegalArgumentException if the text is not a lower-case UUID of 36 characters
   */
  public static CommandId of(String text) {
    return new CommandId(Uuids.parse(text));
  }

  /**
   * Returns the one id of the command that a caller gives under an idempotency key.
   *
   * @param caller who gives it
   * @param route the concrete method and path, such as {@code POST /orders/<id>/cancel}, so that
   *     one key may cancel two orders
   * @param key the idempotency key, without quotes
   */
  public static CommandId derive(CustomerId caller, String route, String key) {
    return new CommandId(Uuids.derive("command", caller.value(), route, key));
  }

  /** Returns the id of the command that places an order: the order's own, for it has only one. */
  public static CommandId ofPlacing(OrderId order) {
    return new CommandId(order.value());
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
