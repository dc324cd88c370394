package orders.domain;

import java.util.UUID;

/** The one written form of a UUID that is accepted here. */
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
}
