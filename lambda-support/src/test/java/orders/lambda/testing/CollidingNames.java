package orders.lambda.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Names of one hash, whatever the seed, in the table of names that Jackson's parser of UTF-8 shares
 * among all the documents of a process.
 */
public final class CollidingNames {
  /** Modulo 2^32. */
  private static final int INVERSE_OF_33 = 0x3e0f83e1;

  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789-_";

  private CollidingNames() {}

  /** Returns so many different names, each of eight characters that a metadata key may have. */
  public static List<String> of(int count) {
    int hash = mixed("acce") + 33 * packed("pted");
    List<String> names = new ArrayList<>();
    for (int i = 0; names.size() < count; i++) {
      StringBuilder head = new StringBuilder();
      for (int rest = i, place = 0; place < 4; place++, rest /= ALPHABET.length()) {
        head.append(ALPHABET.charAt(rest % ALPHABET.length()));
      }
      int quad = (hash - mixed(head.toString())) * INVERSE_OF_33;
      String tail = new String(ByteBuffer.allocate(4).putInt(quad).array(), US_ASCII);
      if (tail.chars().allMatch(c -> ALPHABET.indexOf(c) >= 0)) {
        names.add(head + tail);
      }
    }
    return names;
  }

  private static int mixed(String quad) {
    int once = packed(quad) + (packed(quad) >>> 15);
    return once ^ (once >>> 9);
  }

  private static int packed(String quad) {
    return ByteBuffer.wrap(quad.getBytes(US_ASCII)).getInt();
  }
}
