package orders.api.form;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import orders.api.application.ListPosition;
import orders.api.application.ListQuery;
import orders.api.http.Caller;
import orders.domain.CustomerId;
import orders.domain.OrderId;

/**
 * The text that stands for the place where the next page begins: that place, and a hash over it,
 * the query and the caller. There is no secret in it, for nothing is to be gained by making one: a
 * forged cursor shows the forger another part of their own list.
 */
final class Cursor {
  private static final byte FORM = 1;
  private static final int HASH_BYTES = 16;
  private static final int BYTES = 1 + Long.BYTES + 2 * Long.BYTES + HASH_BYTES;

  private Cursor() {}

  static String write(ListPosition position, ListQuery query, Caller caller) {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    bytes.put(FORM).putLong(position.placedAt().toEpochMilli());
    UUID id = position.orderId().value();
    bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    bytes.put(hash(position, query, caller));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /** Returns the place; empty if the cursor was not made for this query and caller. */
  static Optional<ListPosition> read(String cursor, ListQuery query, Caller caller) {
    byte[] decoded;
    try {
      decoded = Base64.getUrlDecoder().decode(cursor);
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
    if (decoded.length != BYTES || decoded[0] != FORM) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.wrap(decoded, 1, BYTES - 1);
    ListPosition position =
        new ListPosition(
            Instant.ofEpochMilli(bytes.getLong()),
            new OrderId(new UUID(bytes.getLong(), bytes.getLong())));
    byte[] hash = new byte[HASH_BYTES];
    bytes.get(hash);
    // The same bytes have a second spelling where the last character has bits to spare.
    return ListQueryParser.isWithinTime(position.placedAt())
            && MessageDigest.isEqual(hash, hash(position, query, caller))
            && write(position, query, caller).equals(cursor)
        ? Optional.of(position)
        : Optional.empty();
  }

  /** The size of a page is not part of it: a reader may take larger steps from here on. */
  private static byte[] hash(ListPosition position, ListQuery query, Caller caller) {
    String told =
        String.join(
            "\n",
            position.placedAt().toEpochMilli() + " " + position.orderId(),
            caller.id().value(),
            query.customer().map(CustomerId::value).orElse(""),
            query.reference().orElse(""),
            query.statuses().toString(),
            query.placedFrom().map(Instant::toString).orElse(""),
            query.placedTo().map(Instant::toString).orElse(""),
            query.direction().written());
    byte[] hash = Sha256.of(told.getBytes(StandardCharsets.UTF_8));
    return Arrays.copyOf(hash, HASH_BYTES);
  }
}
