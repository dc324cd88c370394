package orders.notifier.application;

import java.util.Optional;
import java.util.OptionalLong;
import orders.domain.OrderChange;
import orders.domain.StoredOrder;
import orders.notifier.application.StreamRecord.Change;
import orders.wire.OrderEventJson;
import orders.wire.OrderItem;
import orders.wire.UnreadableException;
import orders.wire.Value.Fields;

/**
 * An event to publish, and what it is about.
 *
 * @param sequenceNumber of the record it was made of
 * @param change that it tells of
 */
public record OutboundEvent(
    String sequenceNumber, StoredOrder order, OrderChange change, OrderEventJson event) {

  /**
   * Returns the event of a record: that of the new image's version, if it has a version that the
   * old one had not.
   *
   * @throws UnreadableException if the record is not one of an order
   */
  static Optional<OutboundEvent> of(StreamRecord record) {
    return switch (record.change()) {
      case Change.Removed() -> Optional.empty();
      case Change.Unreadable(String reason) -> throw new UnreadableException(reason);
      case Change.Written(Fields image, OptionalLong versionBefore) -> {
        if (versionBefore.isPresent() && versionBefore.getAsLong() == OrderItem.versionOf(image)) {
          yield Optional.empty();
        }
        StoredOrder stored = OrderItem.read(image);
        OrderChange change = stored.latestChange();
        yield Optional.of(
            new OutboundEvent(
                record.sequenceNumber(),
                stored,
                change,
                OrderEventJson.of(stored.order(), change)));
      }
    };
  }
}
