package orders.domain;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** The one written form of a UUID that is accepted here, and UUIDs made of what they stand for. */
final class Uuids {
  private Uuids() {}

  static UUID parse(String text) {
    // UUID.fromString alone also takes 1-1-1-1-1 and capitals: two spellings of one id would be two
    // keys.
    if (text.length() == 36) {
      UUID value = UUID.fromString(text);
      if (value.toString().equals(text)) {
        return value;
      }
    }
    throw new IllegalArgumentException("not a lower-case UUID: " + text);
  }

  /**
   * Returns the UUID of a list of texts: the first 122 free bits of a SHA-256, marked as version 8
   * (RFC 9562, section 5.8). Each text goes in behind its length, so that no two lists read alike.
   */
  static UUID derive(String... parts) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java platform has SHA-256", missing);
    }
    for (String part : parts) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
      digest.update(bytes);
    }
    ByteBuffer hash = ByteBuffer.wrap(digest.digest());
    long high = (hash.getLong() & ~0xF000L) | 0x8000L;
    long low = (hash.getLong() & ~(0xC0L << 56)) | (0x80L << 56);
    return new UUID(high, low);
  }
}
