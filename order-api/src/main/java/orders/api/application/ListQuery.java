package orders.api.application;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import orders.domain.CustomerId;
import orders.domain.OrderStatus;

/**
 * Which orders, in which order.
 *
 * @param customer whose; empty for everyone's
 * @param reference the exact reference that the orders have; empty for any or none
 * @param statuses at least one
 * @param placedFrom the earliest, itself included
 * @param placedTo the end, itself not included
 * @param limit how many a page holds
 */
public record ListQuery(
    Optional<CustomerId> customer,
    Optional<String> reference,
    Set<OrderStatus> statuses,
    Optional<Instant> placedFrom,
    Optional<Instant> placedTo,
    Direction direction,
    int limit) {
  /** Which comes first. */
  public enum Direction {
    NEWEST_FIRST("-placedAt"),
    OLDEST_FIRST("placedAt");

    private final String written;

    Direction(String written) {
      this.written = written;
    }

    /** Returns its form in a query. */
    public String written() {
      return written;
    }
  }

  public ListQuery {
    statuses = Collections.unmodifiableSet(EnumSet.copyOf(statuses));
  }

  /** Returns whether orders of every status are meant. */
  public boolean isForAllStatuses() {
    return statuses.size() == OrderStatus.values().length;
  }
}
