package orders.notifier.application;

import java.util.OptionalLong;
import orders.wire.Value.Fields;

/**
 * One change of one item, as the table's stream tells it.
 *
 * @param sequenceNumber where it stands in the stream
 */
public record StreamRecord(String sequenceNumber, Change change) {

  /** What happened to the item. */
  public sealed interface Change {
    /**
     * It was written.
     *
     * @param image the item after it
     * @param versionBefore of the item before it; empty if there was none
     */
    record Written(Fields image, OptionalLong versionBefore) implements Change {}

    /** It was removed. */
    record Removed() implements Change {}

    /** Nobody can tell: it is not an item of this table. */
    record Unreadable(String reason) implements Change {}
  }
}
