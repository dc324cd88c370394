package orders.openapi;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * One request and its answer, as they were on the wire. Header names are kept in lower case.
 *
 * @param target path and query
 * @param requestHeaders the first value of each
 * @param requestBody empty for none
 * @param headers the answer's, the first value of each
 * @param body the answer's; empty for none
 */
public record Exchange(
    String method,
    String target,
    Map<String, String> requestHeaders,
    String requestBody,
    int status,
    Map<String, String> headers,
    String body) {
  public Exchange {
    requestHeaders = lowerCase(requestHeaders);
    headers = lowerCase(headers);
  }

  private static Map<String, String> lowerCase(Map<String, String> headers) {
    Map<String, String> all = new TreeMap<>();
    headers.forEach((name, value) -> all.put(name.toLowerCase(Locale.ROOT), value));
    return Map.copyOf(all);
  }

  String path() {
    int question = target.indexOf('?');
    return question < 0 ? target : target.substring(0, question);
  }

  String query() {
    int question = target.indexOf('?');
    return question < 0 ? "" : target.substring(question + 1);
  }
}
