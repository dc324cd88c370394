package orders.domain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One entry of an order's history: what a command did, or why it did nothing.
 *
 * @param version the order's version after it; entries are numbered 1, 2, 3 without gaps
 * @param fingerprint of the command
 * @param at when it was decided; never before the entry that precedes it
 * @param from status before; absent for {@link Kind#PLACED}
 * @param to status after; absent for {@link Kind#AMENDED} and {@link Kind#REFUSED}
 * @param changed names of the fields that changed
 * @param reason why it was cancelled or refused
 * @param undo for {@link Kind#AMENDED}, what leads back: with it, the order can be told as it was
 *     at any version
 */
public record OrderChange(
    CommandId commandId,
    Fingerprint fingerprint,
    long version,
    Kind kind,
    Instant at,
    CustomerId by,
    CorrelationId correlationId,
    @Nullable OrderStatus from,
    @Nullable OrderStatus to,
    List<String> changed,
    @Nullable String reason,
    Optional<ContentsPatch> undo) {

  /** What happened. */
  public enum Kind {
    PLACED,
    AMENDED,
    CONFIRMED,
    SHIPPED,
    DELIVERED,
    CANCELLED,
    REFUSED
  }

  public OrderChange {
    changed = List.copyOf(changed);
  }
}
