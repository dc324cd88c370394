package orders.domain;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where to ship to.
 *
 * @param country ISO 3166-1 alpha-2 code
 */
public record Address(
    String name,
    String line1,
    @Nullable String line2,
    @Nullable String postalCode,
    String city,
    String country) {

  /** Returns the parts that are there, by name, in the order they are written. */
  public Map<String, String> parts() {
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("name", name);
    parts.put("line1", line1);
    if (line2 != null) {
      parts.put("line2", line2);
    }
    if (postalCode != null) {
      parts.put("postalCode", postalCode);
    }
    parts.put("city", city);
    parts.put("country", country);
    return Collections.unmodifiableMap(parts);
  }

  /**
   * Makes an address of its parts.
   *
   * @throws IllegalArgumentException if a required part is missing
   */
  public static Address of(Map<String, String> parts) {
    return new Address(
        required(parts, "name"),
        required(parts, "line1"),
        parts.get("line2"),
        parts.get("postalCode"),
        required(parts, "city"),
        required(parts, "country"));
  }

  private static String required(Map<String, String> parts, String name) {
    String part = parts.get(name);
    if (part == null) {
      throw new IllegalArgumentException("an address needs " + name);
    }
    return part;
  }
}
