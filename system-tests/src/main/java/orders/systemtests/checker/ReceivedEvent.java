package orders.systemtests.checker;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * An event as a subscriber's queue delivered it, repeats included.
 *
 * @param sent when the queue took it
 * @param raw the message's body
 * @param event the body read as JSON
 */
public record ReceivedEvent(Instant sent, String raw, JsonNode event) {
  /** {@code <orderId>:<version>}. */
  public String id() {
    return event.path("id").asText();
  }

  public String orderId() {
    return event.path("subject").asText();
  }

  /** Returns the number in the order's sequence; 0 if there is none to be read. */
  public long sequence() {
    return event.path("sequence").asLong();
  }

  /** Returns one line for a person. */
  public String line() {
    return "event " + id() + " " + event.path("type").asText() + " sent " + sent;
  }
}
