package localcloud.services;

import java.nio.charset.StandardCharsets;

/** Reads what capacity an answer of DynamoDB tells, without reading the answer. */
final class Capacity {
  private static final byte[] FIELD = "\"CapacityUnits\":".getBytes(StandardCharsets.US_ASCII);

  private Capacity() {}

  /** Returns the first of each {@code ConsumedCapacity}'s units, summed over a list of them. */
  static double in(byte[] answer) {
    int list = find(answer, "\"ConsumedCapacity\":".getBytes(StandardCharsets.US_ASCII), 0);
    if (list < 0) {
      return 0;
    }
    double sum = 0;
    for (int at = find(answer, FIELD, list); at >= 0; at = find(answer, FIELD, at)) {
      int end = at + FIELD.length;
      at = end;
      while (end < answer.length && "0123456789.eE-+".indexOf(answer[end]) >= 0) {
        end++;
      }
      try {
        sum += Double.parseDouble(new String(answer, at, end - at, StandardCharsets.US_ASCII));
      } catch (NumberFormatException notOne) {
        // Part of somebody's item.
        return sum;
      }
    }
    return sum;
  }

  private static int find(byte[] bytes, byte[] wanted, int from) {
    outer:
    for (int i = from; i <= bytes.length - wanted.length; i++) {
      for (int k = 0; k < wanted.length; k++) {
        if (bytes[i + k] != wanted[k]) {
          continue outer;
        }
      }
      return i;
    }
    return -1;
  }
}
