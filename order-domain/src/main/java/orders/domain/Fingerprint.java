package orders.domain;

import java.util.regex.Pattern;

/**
 * SHA-256 over what a command asks for, in lower-case hexadecimal: tells a repeated command from
 * another one under the same id.
 */
public record Fingerprint(String value) {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  public Fingerprint {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("fingerprint must be 64 lower-case hexadecimal digits");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
