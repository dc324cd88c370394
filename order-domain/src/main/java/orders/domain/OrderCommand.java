package orders.domain;

import org.jspecify.annotations.Nullable;

/** Something that was asked of an order. */
public sealed interface OrderCommand {
  CommandHeader header();

  default OrderId orderId() {
    return header().orderId();
  }

  default CommandId commandId() {
    return header().commandId();
  }

  /** Make the order. Its command id is the order id: an order is placed once. */
  record PlaceOrder(CommandHeader header, CustomerId customer, OrderContents contents)
      implements OrderCommand {}

  /** Change what was ordered. */
  record AmendOrder(CommandHeader header, ContentsPatch patch) implements OrderCommand {}

  /** Move to {@link OrderStatus#CANCELLED}. */
  record CancelOrder(CommandHeader header, @Nullable String reason) implements OrderCommand {}

  /** Move to {@link OrderStatus#CONFIRMED}. */
  record ConfirmOrder(CommandHeader header) implements OrderCommand {}

  /** Move to {@link OrderStatus#SHIPPED}. */
  record ShipOrder(CommandHeader header, @Nullable String carrier, @Nullable String trackingNumber)
      implements OrderCommand {}

  /** Move to {@link OrderStatus#DELIVERED}. */
  record DeliverOrder(CommandHeader header) implements OrderCommand {}
}
