package orders.processor.application;

class InMemoryOrdersTest extends OrderRepositoryContract {
  @Override
  protected OrderRepository emptyRepository() {
    return new InMemoryOrders();
  }
}
