package orders.api.application;

import java.util.List;
import java.util.Optional;
import orders.domain.Order;

/**
 * Port: stored orders by customer and status. What was written a moment ago may still be missing.
 */
public interface OrderLists {
  /** The most bytes of one page: what is read past them is for the pages that follow. */
  int MAX_PAGE_BYTES = 4 * 1024 * 1024;

  /**
   * Returns the first orders of a query that stand after a position, each once, in the query's
   * order; without address and note.
   *
   * @param most how many; fewer are returned if there are no more, or if these are more than {@link
   *     #MAX_PAGE_BYTES} as JSON
   * @throws UnavailableException if they could not be read
   */
  List<Order> find(ListQuery query, Optional<ListPosition> after, int most);
}
