package orders.systemtests.client;

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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import orders.openapi.Exchange;
import orders.openapi.OpenApi;

/**
 * A client of the order API that never guesses: a call without an answer is written down as
 * unknown, and nothing is tried again that the caller did not ask for, by its {@link #careful}
 * form. Every answer, and every request that was carried out, is held against the description that
 * the API gives of itself. Safe for use by many threads.
 */
public final class OrdersClient implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** How long a careful client goes on, and how long it waits before each try. */
  private static final Duration CARE = Duration.ofMinutes(3);

  private static final Duration PAUSE = Duration.ofMillis(200);

  private final URI api;
  private final History history;
  private final Duration backoff;
  private final OpenApi description;
  private final HttpClient http;
  private final boolean careful;

  /**
   * Creates a client, which asks the API for its description.
   *
   * @param api base address of the API
   * @param backoff how long to wait for an answer before the call is unknown
   */
  public OrdersClient(URI api, History history, Duration backoff) throws InterruptedException {
    this.api = URI.create(api.toString().replaceAll("/+$", ""));
    this.history = history;
    this.backoff = backoff;
    http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(30))
            .build();
    description = Descriptions.of(http, this.api);
    careful = false;
  }

  private OrdersClient(OrdersClient plain) {
    api = plain.api;
    history = plain.history;
    backoff = plain.backoff;
    http = plain.http;
    description = plain.description;
    careful = true;
  }

  /**
   * Returns this client as a careful customer uses it: what nothing is certain of is sent again,
   * the same and with the same key, until there is an answer that means something. A write without
   * a key is not. Each try is in the history. Closed with this one.
   */
  public OrdersClient careful() {
    return new OrdersClient(this);
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

  /** Sends one request, and writes down what came of it. */
  public Call send(
      Caller caller,
      String method,
      String path,
      Optional<String> key,
      JsonNode body,
      Map<String, String> headers)
      throws InterruptedException {
    Call call = once(caller, method, path, key, body, headers);
    long end = System.nanoTime() + CARE.toNanos();
    while (careful
        && (call.uncertain() || call.stillRunning())
        && (key.isPresent() || method.equals("GET"))
        && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
      call = once(caller, method, path, key, body, headers);
    }
    return call;
  }

  private Call once(
      Caller caller,
      String method,
      String path,
      Optional<String> key,
      JsonNode body,
      Map<String, String> headers)
      throws InterruptedException {
    Map<String, String> sent = new HashMap<>(headers);
    String text = body.isMissingNode() ? "" : body.toString();
    if (!caller.token().isEmpty()) {
      sent.put("Authorization", "Bearer " + caller.token());
    }
    if (!text.isEmpty()) {
      sent.put("Content-Type", "application/json");
    }
    key.ifPresent(value -> sent.put("Idempotency-Key", value));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(api + path))
            .timeout(backoff)
            .method(
                method, text.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(text));
    sent.forEach(request::header);
    History.Begun begun = history.begin();
    Call.Result result;
    try {
      result = answered(sent, text, http.send(request.build(), BodyHandlers.ofString()));
    } catch (IOException e) {
      result = new Call.Unknown(e.getClass().getSimpleName() + ": " + e.getMessage());
    }
    return history.end(begun, caller, method, path, key, body, result);
  }

  private Call.Answered answered(
      Map<String, String> sent, String body, HttpResponse<String> response) {
    Exchange exchange = Descriptions.exchange(sent, body, response);
    return new Call.Answered(
        response.statusCode(),
        exchange.headers(),
        parse(response.body()),
        description.undocumented(exchange));
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
