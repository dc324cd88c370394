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

  @Override
  public String toString() {
    return value.toString();
  }
}
