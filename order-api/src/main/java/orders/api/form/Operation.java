package orders.api.form;

import java.util.Optional;
import orders.api.json.JsonValue;

/** What the operation envelope asks for. */
public sealed interface Operation {
  /**
   * Place an order.
   *
   * @param key what takes the place of the idempotency key; empty if the header does
   */
  record Create(PlaceOrderParser form, Optional<String> key) implements Operation {}

  /** Read an order. */
  record Read(String id) implements Operation {}

  /**
   * Amend an order.
   *
   * @param version the one it is meant for; empty if the payload names none
   */
  record Update(String id, AmendmentParser changes, Optional<Long> version) implements Operation {}

  /** Cancel an order. */
  record Delete(String id) implements Operation {}

  /** Read a list. */
  record Page(ListQueryParser list) implements Operation {}

  /** Send the payload back. */
  record Echo(JsonValue payload) implements Operation {}

  /** Say pong. */
  record Ping() implements Operation {}
}
