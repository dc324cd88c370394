package localcloud.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * One record on its way to a function.
 *
 * @param position its place among the records of its shard that were read
 * @param at approximate time of the change
 * @param bytes size of the event's JSON
 */
record StreamItem(long position, String sequenceNumber, Instant at, ObjectNode event, int bytes) {
  /** Returns the key of the item that was changed, whose changes are to be seen in order. */
  JsonNode key() {
    return event.path("dynamodb").path("Keys");
  }
}
