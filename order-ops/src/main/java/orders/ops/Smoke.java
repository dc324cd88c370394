package orders.ops;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * Proves a deployment by an order of a customer of its own: what was promised of it must come true
 * within a bound of time. Stops at the first promise that is broken.
 *
 * <p>The order stays, cancelled, for orders are never deleted; its reference is {@code smoke}.
 */
public final class Smoke {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final String ORDER =
      "{\"currency\":\"EUR\",\"reference\":\"smoke\",\"lines\":[{\"sku\":\"SMOKE-1\",\"quantity\":1,\"unitPrice\":%d}]}";

  private final Stack stack;
  private final Surroundings surroundings;
  private final PrintWriter out;
  private final long end;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
  private final String correlationId = "smoke-" + UUID.randomUUID();
  private String token = "";
  private String orderId = "";

  /**
   * @param out where the table is printed
   * @param patience how long all promises together may take
   */
  Smoke(Stack stack, Surroundings surroundings, PrintWriter out, Duration patience) {
    this.stack = stack;
    this.surroundings = surroundings;
    this.out = out;
    end = System.nanoTime() + patience.toNanos();
  }

  /** What one promise is held to: returns what was seen, or throws. */
  private interface Proof {
    String seen() throws InterruptedException;
  }

  /** A promise that is not kept. */
  private static final class BrokenPromise extends RuntimeException {
    private static final long serialVersionUID = 1;

    BrokenPromise(String message) {
      super(message);
    }
  }

  private record Reply(int status, Map<String, List<String>> headers, JsonNode body) {
    String header(String name) {
      return headers.getOrDefault(name, List.of("")).get(0);
    }

    String text(String field) {
      return body.path(field).asText();
    }

    @Override
    public String toString() {
      String about = body.has("title") ? text("title") : text("message");
      return status + (about.isEmpty() ? "" : " " + about);
    }
  }

  /** Returns whether every promise was kept. */
  public boolean run() throws InterruptedException {
    try (http) {
      prove("health", this::health);
      prove("no token, no entry", () -> expect(401, call("GET", "/orders", "", Map.of())));
      prove("a customer's token", this::signIn);
      try (EventsTap events = new EventsTap(stack, subject(token))) {
        prove("place", this::place);
        prove("the same key again", this::placeAgain);
        prove("read", () -> await("PLACED", 1));
        prove("list", this::list);
        prove("amend", this::amend);
        prove("an old version is refused", () -> expect(412, patch("\"1\"", "too late")));
        prove("cancel", this::cancel);
        prove("a cancelled order stays so", () -> expect(409, patch("\"3\"", "too late")));
        prove("history", this::history);
        prove("an event for each version", () -> heard(events));
      }
      prove("log lines", this::logLines);
      prove("dead-letter queues", this::deadLetters);
      prove("alarms", this::alarms);
      return true;
    } catch (BrokenPromise broken) {
      return false;
    }
  }

  private void prove(String promise, Proof proof) throws InterruptedException {
    long began = System.nanoTime();
    try {
      row("ok", promise, began, proof.seen());
    } catch (BrokenPromise broken) {
      row("BROKEN", promise, began, broken.getMessage());
      throw broken;
    } catch (RuntimeException failed) {
      row("FAILED", promise, began, String.valueOf(failed.getMessage()));
      throw failed;
    }
  }

  private void row(String result, String promise, long began, String seen) {
    double seconds = (System.nanoTime() - began) / 1e9;
    out.printf(Locale.ROOT, "%-6s  %-26s  %6.2f s  %s%n", result, promise, seconds, seen);
    out.flush();
  }

  private String health() throws InterruptedException {
    expect(200, call("GET", "/openapi.json", "", Map.of()));
    return expect(200, call("GET", "/health", "", Map.of()));
  }

  private String signIn() throws InterruptedException {
    token = surroundings.token();
    return "sub " + subject(token);
  }

  private String place() throws InterruptedException {
    Reply reply = call("POST", "/orders", ORDER.formatted(100), key("place"));
    expect(202, reply);
    orderId = reply.text("orderId");
    return "202 " + orderId;
  }

  private String placeAgain() throws InterruptedException {
    Reply same = call("POST", "/orders", ORDER.formatted(100), key("place"));
    expect(202, same);
    check(same.text("orderId").equals(orderId), "another order: " + same.text("orderId"));
    check(same.header("idempotent-replayed").equals("true"), "no Idempotent-Replayed: true");
    expect(422, call("POST", "/orders", ORDER.formatted(101), key("place")));
    return "the same order; 422 for another request under the key";
  }

  private String list() throws InterruptedException {
    while (true) {
      Reply reply = call("GET", "/orders?reference=smoke&limit=25", "", Map.of());
      expect(200, reply);
      for (JsonNode order : reply.body().path("orders")) {
        if (order.path("orderId").asText().equals(orderId)) {
          return "found by its reference";
        }
      }
      pause("the order is in no list");
    }
  }

  private String amend() throws InterruptedException {
    expect(202, patch("\"1\"", "amended by a smoke test"));
    return await("PLACED", 2);
  }

  private String cancel() throws InterruptedException {
    expect(202, call("POST", "/orders/" + orderId + "/cancel", "", key("cancel")));
    return await("CANCELLED", 3);
  }

  private String history() throws InterruptedException {
    Reply reply = call("GET", "/orders/" + orderId + "/history", "", Map.of());
    expect(200, reply);
    int entries = reply.body().path("history").size();
    check(entries == 3, entries + " entries and not 3");
    return "3 entries";
  }

  private String heard(EventsTap events) throws InterruptedException {
    Map<Integer, String> expected =
        Map.of(1, "order.placed.v1", 2, "order.amended.v1", 3, "order.cancelled.v1");
    TreeMap<Integer, String> types = new TreeMap<>();
    while (true) {
      events.take(orderId, types);
      if (types.equals(expected)) {
        return String.join(", ", types.values());
      }
      pause("only these events came: " + types);
    }
  }

  private String logLines() throws InterruptedException {
    while (true) {
      int lines = surroundings.logLines(correlationId, orderId);
      if (lines >= 3) { // accepted, applied, published
        return lines + " with the correlation id " + correlationId;
      }
      pause(lines + " log lines with the correlation id " + correlationId);
    }
  }

  private String deadLetters() {
    for (String queue : List.of(stack.deadLetterQueue(), stack.notifierDeadLetterQueue())) {
      String messages =
          stack
              .sqs()
              .getQueueAttributes(
                  it ->
                      it.queueUrl(queue)
                          .attributeNames(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES))
              .attributes()
              .get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES);
      check("0".equals(messages), queue + " holds " + messages);
    }
    return "empty";
  }

  private String alarms() {
    List<String> ringing = surroundings.ringingAlarms();
    check(ringing.isEmpty(), "ringing: " + String.join(", ", ringing));
    return "quiet";
  }

  private Reply patch(String version, String note) throws InterruptedException {
    return call(
        "PATCH",
        "/orders/" + orderId,
        JSON.createObjectNode().put("note", note).toString(),
        Map.of("If-Match", version, "Content-Type", "application/json"));
  }

  private String await(String status, int version) throws InterruptedException {
    while (true) {
      Reply reply = call("GET", "/orders/" + orderId, "", Map.of());
      expect(200, reply); // never 404: an accepted order can be read
      if (reply.text("status").equals(status) && reply.body().path("version").asInt() == version) {
        return status + ", version " + version;
      }
      pause("the order is still " + reply.text("status"));
    }
  }

  private Map<String, String> key(String step) {
    return Map.of(
        "Idempotency-Key", correlationId + "-" + step, "Content-Type", "application/json");
  }

  private Reply call(String method, String path, String body, Map<String, String> headers)
      throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(stack.apiUrl() + path))
            .timeout(Duration.ofSeconds(30))
            .header("X-Correlation-Id", correlationId)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    headers.forEach(request::header);
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    try {
      HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
      return new Reply(response.statusCode(), response.headers().map(), parse(response.body()));
    } catch (IOException e) {
      throw new BrokenPromise(method + " " + path + " has no answer: " + e);
    }
  }

  private static JsonNode parse(String body) {
    try {
      JsonNode parsed = JSON.readTree(body);
      return parsed == null ? MissingNode.getInstance() : parsed;
    } catch (JsonProcessingException notJson) {
      return MissingNode.getInstance();
    }
  }

  /** Returns whom a token is for; its signature is the API's to check. */
  private static String subject(String token) {
    try {
      byte[] claims = Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]);
      return JSON.readTree(new String(claims, StandardCharsets.UTF_8)).path("sub").asText();
    } catch (JsonProcessingException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new OpsException("the token is no JWT", e);
    }
  }

  private static String expect(int status, Reply reply) {
    check(reply.status() == status, reply + " and not " + status);
    return reply.toString();
  }

  private static void check(boolean kept, String otherwise) {
    if (!kept) {
      throw new BrokenPromise(otherwise);
    }
  }

  private void pause(String otherwise) throws InterruptedException {
    check(System.nanoTime() < end, otherwise);
    TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
  }
}
