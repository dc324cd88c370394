package orders.api.application;

import orders.domain.CustomerId;
import orders.domain.OrderId;

/**
 * The answer to an accepted request, kept so that a retry hears the same.
 *
 * @param kind what was accepted
 * @param owner whose order it is about
 * @param version of the order, as the answer tells it
 * @param body the answer's JSON
 */
public record KeptAnswer(Kind kind, OrderId orderId, CustomerId owner, long version, String body) {
  /** What was accepted. */
  public enum Kind {
    ORDER,
    CHANGE
  }
}
