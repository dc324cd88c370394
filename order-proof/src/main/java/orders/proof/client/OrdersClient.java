package orders.proof.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A client of the order API that never guesses: a call without an answer is written down as
 * unknown, and nothing is tried again that the caller did not ask for. Safe for use by many
 * threads.
 */
public final class OrdersClient implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI api;
  private final History history;
  private final Duration patience;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  /**
   * Creates a client.
   *
   * @param api base address of the API
   * @param patience how long to wait for an answer before the call is unknown
   */
  public OrdersClient(URI api, History history, Duration patience) {
    this.api = api;
    this.history = history;
    this.patience = patience;
  }

  /** {@code POST /orders}. */
  public Call place(Caller caller, String key, JsonNode order) throws InterruptedException {
    return send(caller, "POST", "/orders", Optional.of(key), order, Map.of());
  }

  /** {@code POST /orders/<id>/<move>}, where the move is cancel, confirm, ship or deliver. */
  public Call move(Caller caller, String orderId, String move, String key)
      throws InterruptedException {
    return send(
        caller,
        "POST",
        "/orders/" + orderId + "/" + move,
        Optional.of(key),
        MissingNode.getInstance(),
        Map.of());
  }

  /** {@code PATCH /orders/<id>} with {@code If-Match}. */
  public Call amend(Caller caller, String orderId, String key, String ifMatch, JsonNode patch)
      throws InterruptedException {
    return send(
        caller,
        "PATCH",
        "/orders/" + orderId,
        Optional.of(key),
        patch,
        Map.of("If-Match", ifMatch));
  }

  /** Any {@code GET}. */
  public Call get(Caller caller, String path) throws InterruptedException {
    return send(caller, "GET", path, Optional.empty(), MissingNode.getInstance(), Map.of());
  }

  /** Sends one request, once, and writes down what came of it. */
  public Call send(
      Caller caller,
      String method,
      String path,
      Optional<String> key,
      JsonNode body,
      Map<String, String> headers)
      throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(api.toString().replaceAll("/+$", "") + path))
            .timeout(patience)
            .method(
                method,
                body.isMissingNode()
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(body.toString()));
    if (!caller.token().isEmpty()) {
      request.header("Authorization", "Bearer " + caller.token());
    }
    if (!body.isMissingNode()) {
      request.header("Content-Type", "application/json");
    }
    key.ifPresent(value -> request.header("Idempotency-Key", value));
    headers.forEach(request::header);
    History.Begun begun = history.begin();
    Call.Result result;
    try {
      result = answered(http.send(request.build(), BodyHandlers.ofString()));
    } catch (IOException e) {
      result = new Call.Unknown(e.getClass().getSimpleName() + ": " + e.getMessage());
    }
    return history.end(begun, caller, method, path, key, body, result);
  }

  private static Call.Answered answered(HttpResponse<String> response) {
    Map<String, String> headers = new HashMap<>();
    response
        .headers()
        .map()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
    return new Call.Answered(response.statusCode(), headers, parse(response.body()));
  }

  private static JsonNode parse(String body) {
    if (body.isEmpty()) {
      return MissingNode.getInstance();
    }
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException notJson) {
      return MissingNode.getInstance();
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
    http.close();
  }
}
