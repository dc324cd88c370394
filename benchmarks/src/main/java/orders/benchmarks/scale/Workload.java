package orders.benchmarks.scale;

/**
 * What customers do around one order.
 *
 * @param ordersPerSecond new orders
 * @param changes moves of each order, such as confirm, ship, deliver
 * @param reads {@code GET}s of the order
 * @param lists pages of lists
 */
record Workload(double ordersPerSecond, int changes, int reads, int lists) {
  /** Three moves, four looks at the order and one list. */
  static Workload typical(double ordersPerSecond) {
    return new Workload(ordersPerSecond, TypicalOrder.CHANGES, 4, 1);
  }

  /** Returns the commands that one order makes, itself among them. */
  int commands() {
    return 1 + changes;
  }

  /** Returns the requests to the API for one order. */
  int requests() {
    return commands() + reads + lists;
  }
}
