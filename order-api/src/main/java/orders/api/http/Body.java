package orders.api.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * What a request carries, not looked at yet.
 *
 * @param text as the event has it
 * @param base64 whether the text is Base64 of the bytes that were sent
 */
public record Body(String text, boolean base64) {
  /** No body. */
  public static final Body NONE = new Body("", false);

  /** Returns whether nothing was sent. */
  public boolean isEmpty() {
    return text.isEmpty();
  }

  /**
   * Returns whether more bytes than so many were sent, at no cost that grows with them: neither
   * Base64 nor UTF-8 is computed for a body that cannot fit.
   */
  public boolean isLongerThan(int bytes) {
    if (base64) {
      return text.length() > (bytes + 2L) / 3 * 4 || decodedLength() > bytes;
    }
    return text.length() > bytes || text.getBytes(StandardCharsets.UTF_8).length > bytes;
  }

  /**
   * Returns the bytes that were sent.
   *
   * @throws IllegalArgumentException if the text should be Base64 and is not
   */
  public byte[] bytes() {
    return base64 ? Base64.getDecoder().decode(text) : text.getBytes(StandardCharsets.UTF_8);
  }

  private long decodedLength() {
    int padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
    return text.length() / 4L * 3 - padding;
  }
}
