package orders.api.application;

import java.util.Optional;
import orders.domain.OrderId;
import orders.domain.StoredOrder;

/** Port: the orders that are stored. */
public interface OrderReader {
  /**
   * Returns an order with all that was written before the call; empty if it is not stored.
   *
   * @throws UnavailableException if that could not be found out
   */
  Optional<StoredOrder> find(OrderId id);
}
