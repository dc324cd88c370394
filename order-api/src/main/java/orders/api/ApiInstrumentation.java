package orders.api;

import orders.api.application.ChangeOrders.Change;
import orders.api.application.StoredResponse;
import orders.api.application.UnavailableException;
import orders.api.http.Problem;
import orders.domain.CommandId;
import orders.domain.OrderCommand.PlaceOrder;

/** Hears what the API did, for logs and metrics. */
interface ApiInstrumentation {
  /** An order was accepted, now or before. */
  void accepted(PlaceOrder command, boolean replayed);

  /** A change was accepted, now or before. */
  void accepted(CommandId commandId, Change change, StoredResponse answer, boolean replayed);

  /** A request was answered with a problem. */
  void refused(Problem problem);

  /** A dependency failed. */
  void unavailable(UnavailableException cause);

  /** The function starts without being prepared, and so slower. */
  void notPrimed(Exception cause);

  /** Something happened that should not. */
  void failed(RuntimeException cause);
}
