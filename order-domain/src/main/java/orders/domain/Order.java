package orders.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An order as it stands at one version.
 *
 * @param version 1 for a new order, one more with each entry of its history
 * @param placedAt when it was accepted, to the millisecond
 * @param updatedAt when its latest history entry was made
 * @param shipment present from {@link OrderStatus#SHIPPED} on
 */
public record Order(
    OrderId id,
    CustomerId customer,
    OrderContents contents,
    OrderStatus status,
    long version,
    Instant placedAt,
    Instant updatedAt,
    @Nullable Shipment shipment) {
  public Order {
    if (version < 1) {
      throw new IllegalArgumentException("version must be at least 1 but was " + version);
    }
  }
}
