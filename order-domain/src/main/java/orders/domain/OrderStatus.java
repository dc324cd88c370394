package orders.domain;

import java.util.EnumSet;
import java.util.Set;

/** Where a stored order stands. */
public enum OrderStatus {
  PLACED,
  CONFIRMED,
  SHIPPED,
  DELIVERED,
  CANCELLED;

  /** Returns the statuses an order may move to from this one; empty when this one is final. */
  public Set<OrderStatus> successors() {
    return switch (this) {
      case PLACED -> EnumSet.of(CONFIRMED, CANCELLED);
      case CONFIRMED -> EnumSet.of(SHIPPED, CANCELLED);
      case SHIPPED -> EnumSet.of(DELIVERED);
      case DELIVERED, CANCELLED -> EnumSet.noneOf(OrderStatus.class);
    };
  }
}
