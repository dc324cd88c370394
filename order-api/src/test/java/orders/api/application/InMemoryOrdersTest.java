package orders.api.application;

import java.util.List;
import orders.domain.StoredOrder;

class InMemoryOrdersTest extends OrderTableContract {
  private final InMemoryOrders orders = new InMemoryOrders();

  @Override
  protected OrderReader reader() {
    return orders;
  }

  @Override
  protected OrderLists lists() {
    return orders;
  }

  @Override
  protected void store(List<StoredOrder> stored) {
    orders.replaceAll(stored);
  }
}
