package orders.api.application;

import orders.domain.OrderId;
import orders.domain.StoredOrder;
import orders.wire.OrderJson;
import orders.wire.WireJson;

/** An order as it can be read. */
public sealed interface OrderView {
  /** Returns its version; 0 if it is not stored yet. */
  long version();

  /** Returns it as JSON. */
  String json();

  /** Returns its history as JSON. */
  String historyJson();

  /** It is stored. */
  record Stored(StoredOrder order) implements OrderView {
    @Override
    public long version() {
      return order.order().version();
    }

    @Override
    public String json() {
      return WireJson.text(OrderJson.order(order.order()));
    }

    @Override
    public String historyJson() {
      return WireJson.text(OrderJson.history(order));
    }
  }

  /**
   * It is accepted and on its way.
   *
   * @param json as the answer that accepted it had it
   */
  record Pending(OrderId orderId, String json) implements OrderView {
    @Override
    public long version() {
      return 0;
    }

    @Override
    public String historyJson() {
      return WireJson.text(OrderJson.pendingHistory(orderId));
    }
  }
}
