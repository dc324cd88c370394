package orders.ops;

import java.util.List;

/** What a smoke test needs from around the pipeline: a customer, its logs, its alarms. */
interface Surroundings extends AutoCloseable {
  /** Returns a customer's access token. */
  String token() throws InterruptedException;

  /** Returns how many log lines of the functions carry a correlation id and an order's id. */
  int logLines(String correlationId, String orderId) throws InterruptedException;

  /** Returns the names of the alarms that ring; empty where there are none. */
  List<String> ringingAlarms();

  /** Removes the customer. */
  @Override
  void close();
}
