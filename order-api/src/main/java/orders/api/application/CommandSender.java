package orders.api.application;

import orders.domain.OrderCommand;

/** Port: where accepted commands go. */
public interface CommandSender {
  /**
   * Hands a command over; when this returns, it will be delivered at least once.
   *
   * @throws UnavailableException if the queue is known not to have taken it
   * @throws UnavailableException.OutcomeUnknown if the queue may have taken it
   */
  void send(OrderCommand command);
}
