package orders.domain;

import java.util.UUID;

/** Identifies one command, however often it is delivered; written as a lower-case UUID. */
public record CommandId(UUID value) {
  /**
   * Reads the written form.
   *
   * @throws IllegalArgumentException if the text is not a lower-case UUID of 36 characters
   */
  public static CommandId of(String text) {
    return new CommandId(Uuids.parse(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
