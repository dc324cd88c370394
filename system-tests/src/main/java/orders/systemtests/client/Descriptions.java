package orders.systemtests.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import orders.openapi.Exchange;
import orders.openapi.OpenApi;

/** What APIs say of themselves, and what was said on the wire to compare with it. */
public final class Descriptions {
  /** By their text: one description serves every client in this process. */
  private static final Map<String, OpenApi> READ = new ConcurrentHashMap<>();

  /** The first request may meet a function that is slow to start. */
  private static final int TRIES = 5;

  private Descriptions() {}

  /**
   * Asks an API for its description.
   *
   * @param api base address, without a slash at its end
   * @throws IllegalStateException if it gives none
   */
  public static OpenApi of(HttpClient http, URI api) throws InterruptedException {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(api + "/openapi.json"))
              .timeout(Duration.ofSeconds(60))
              .build();
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      for (int tried = 1; answer.statusCode() >= 500 && tried < TRIES; tried++) {
        answer = http.send(request, BodyHandlers.ofString());
      }
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(
            "GET /openapi.json: " + answer.statusCode() + " " + answer.body());
      }
      return READ.computeIfAbsent(answer.body(), OpenApi::of);
    } catch (IOException unreachable) {
      throw new IllegalStateException(unreachable);
    }
  }

  /**
   * Returns an exchange as it was on the wire.
   *
   * @param body the request's; empty for none
   */
  public static Exchange exchange(
      Map<String, String> sent, String body, HttpResponse<String> response) {
    Map<String, String> headers = new HashMap<>();
    response.headers().map().forEach((name, values) -> headers.put(name, values.getFirst()));
    URI uri = response.request().uri();
    return new Exchange(
        response.request().method(),
        uri.getRawQuery() == null ? uri.getRawPath() : uri.getRawPath() + "?" + uri.getRawQuery(),
        sent,
        body,
        response.statusCode(),
        headers,
        response.body());
  }
}
