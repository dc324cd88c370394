package orders.api.http;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer.
 *
 * @param headers by lower-case name
 * @param body empty for none
 */
public record HttpResponse(int status, Map<String, String> headers, String body) {
  public HttpResponse {
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
  }

  /** Returns an answer with a JSON body. */
  public static HttpResponse json(int status, String body) {
    return new HttpResponse(status, Map.of("content-type", "application/json"), body);
  }

  /** Returns this answer with one more header, or another value for it. */
  public HttpResponse with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new HttpResponse(status, more, body);
  }

  /** Returns this answer with a header unless it has one of that name. */
  public HttpResponse withDefault(String name, String value) {
    return headers.containsKey(name) ? this : with(name, value);
  }
}
