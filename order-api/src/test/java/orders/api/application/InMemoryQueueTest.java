package orders.api.application;

import java.util.List;
import orders.domain.OrderCommand;

class InMemoryQueueTest extends CommandSenderContract {
  private final InMemoryQueue queue = new InMemoryQueue();

  @Override
  protected CommandSender queue() {
    return queue;
  }

  @Override
  protected List<OrderCommand> received() {
    return queue.drain();
  }
}
