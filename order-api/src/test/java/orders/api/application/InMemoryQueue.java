package orders.api.application;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import orders.domain.OrderCommand;
import orders.wire.QueueMessage;

/** The queue of the fast tests; passes the same suite as the real one. */
public final class InMemoryQueue implements CommandSender {
  /** How many messages were sent, taken or not. */
  public final AtomicInteger sends = new AtomicInteger();

  /** Whether the queue refuses what it is sent. */
  public volatile boolean isAway;

  /** Whether the queue takes a message and is not heard to. */
  public volatile boolean losesItsReply;

  private final List<OrderCommand> messages = new ArrayList<>();

  @Override
  public synchronized void send(OrderCommand command) {
    sends.incrementAndGet();
    if (!isAway) {
      // Through its written form, as on a real queue.
      messages.add(QueueMessage.read(QueueMessage.write(command)));
    }
    if (isAway) {
      throw new UnavailableException("sending");
    }
    if (losesItsReply) {
      throw new UnavailableException.OutcomeUnknown("sending");
    }
  }

  /** Returns what is in the queue, and empties it. */
  public synchronized List<OrderCommand> drain() {
    List<OrderCommand> drained = List.copyOf(messages);
    messages.clear();
    return drained;
  }
}
