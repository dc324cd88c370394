package orders.api.http;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The query of a URL, as name and value pairs in their order. */
public final class QueryString {
  private QueryString() {}

  /**
   * Reads a raw query; a name without a value has an empty one.
   *
   * @throws IllegalArgumentException if something in it is not percent-encoded as it should be
   */
  public static List<Map.Entry<String, String>> read(String raw) {
    List<Map.Entry<String, String>> pairs = new ArrayList<>();
    for (String pair : raw.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        pairs.add(
            Map.entry(
                decoded(equals < 0 ? pair : pair.substring(0, equals)),
                equals < 0 ? "" : decoded(pair.substring(equals + 1))));
      }
    }
    return pairs;
  }

  /** Writes pairs as a raw query. */
  public static String write(List<Map.Entry<String, String>> pairs) {
    List<String> written = new ArrayList<>();
    for (Map.Entry<String, String> pair : pairs) {
      written.add(encoded(pair.getKey()) + "=" + encoded(pair.getValue()));
    }
    return String.join("&", written);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
