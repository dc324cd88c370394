package orders.api.application;

import orders.domain.OrderCommand;

/** Port: where accepted commands go. */
public interface CommandQueue {
  /**
   * Hands a command over; when this returns, it will be delivered at least once.
   *
   * @throws UnavailableException if it is not known to have been taken; it may have been
   */
  void send(OrderCommand command);
}
