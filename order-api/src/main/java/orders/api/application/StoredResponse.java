package orders.api.application;

import java.util.Optional;
import orders.domain.CustomerId;
import orders.domain.OrderId;

/**
 * The answer to an accepted request, kept so that a retry hears the same.
 *
 * @param kind what was accepted
 * @param owner whose order it is about
 * @param version of the order, as the answer tells it
 * @param acceptance of the command that placed the order, so that a lost order can be placed again
 *     with the same events; empty for a change
 * @param body the answer's JSON
 */
public record StoredResponse(
    Kind kind,
    OrderId orderId,
    CustomerId owner,
    long version,
    Optional<Acceptance> acceptance,
    String body) {
  /** What was accepted. */
  public enum Kind {
    ORDER,
    CHANGE
  }
}
