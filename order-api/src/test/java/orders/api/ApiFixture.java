package orders.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Currency;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import orders.api.application.ChangeOrders;
import orders.api.application.ChangeOrders.Change;
import orders.api.application.InMemoryIdempotencyStore;
import orders.api.application.InMemoryOrders;
import orders.api.application.InMemoryQueue;
import orders.api.application.PlaceOrders;
import orders.api.application.ReadOrders;
import orders.api.application.StoredResponse;
import orders.api.application.UnavailableException;
import orders.api.form.OperationParser;
import orders.api.http.Body;
import orders.api.http.Caller;
import orders.api.http.HttpRequest;
import orders.api.http.HttpResponse;
import orders.api.http.Problem;
import orders.api.http.Scope;
import orders.api.json.JsonReader;
import orders.api.json.JsonValue;
import orders.api.json.JsonValue.JsonArray;
import orders.api.json.JsonValue.JsonNumber;
import orders.api.json.JsonValue.JsonObject;
import orders.api.json.JsonValue.JsonString;
import orders.api.json.MalformedJsonException;
import orders.domain.CommandId;
import orders.domain.CustomerId;
import orders.domain.OrderCommand;
import orders.domain.OrderCommand.PlaceOrder;
import orders.openapi.Exchange;
import orders.openapi.OpenApi;

/** The API with everything behind it in memory, and a clock that stands until it is moved. */
final class ApiFixture {
  static final Caller ALICE = caller("alice", Scope.READ, Scope.WRITE);
  static final Caller BOB = caller("bob", Scope.READ, Scope.WRITE);
  static final Caller OFFICE = caller("office", Scope.READ, Scope.WRITE, Scope.ADMIN);

  static final String ORDER =
      """
      {"currency":"EUR","lines":[{"sku":"JACKET-1","name":"Beautiful Jacket","quantity":1,"unitPrice":7889}]}\
      """;

  /** The description that the build has made of openapi.yaml. */
  static final OpenApi DESCRIPTION = OpenApi.of(resource("/openapi.json"));

  final Clock clock = new Clock();
  final InMemoryOrders orders = new InMemoryOrders();
  final InMemoryQueue queue = new InMemoryQueue();
  final InMemoryIdempotencyStore store = new InMemoryIdempotencyStore(clock);
  final Observed observed = new Observed();
  final OrderApi api;
  private final AtomicInteger requests = new AtomicInteger();

  ApiFixture() {
    ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    ReadOrders reading = new ReadOrders(orders, store, orders);
    AtomicInteger keys = new AtomicInteger();
    api =
        new OrderApi(
            new PlaceOrders(executor, store, orders, queue),
            reading,
            new ChangeOrders(executor, store, orders, reading, queue, clock),
            new OperationParser("lambda-apigateway", Currency.getInstance("EUR")),
            clock,
            () -> "made-" + keys.incrementAndGet(),
            "{\"openapi\":\"3.1.0\"}",
            observed);
  }

  private static String resource(String name) {
    try (InputStream file = ApiFixture.class.getResourceAsStream(name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  static Caller caller(String sub, Scope first, Scope... more) {
    return new Caller(new CustomerId(sub), EnumSet.of(first, more));
  }

  /** A clock that stands. */
  static final class Clock implements InstantSource {
    private volatile Instant now = Instant.parse("2026-01-31T09:30:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    void advance(Duration time) {
      now = now.plus(time);
    }
  }

  /** Remembers what the observer heard. */
  static final class Observed implements ApiInstrumentation {
    final List<String> lines = new ArrayList<>();

    @Override
    public void accepted(PlaceOrder command, boolean replayed) {
      lines.add((replayed ? "replayed " : "accepted ") + command.orderId());
    }

    @Override
    public void accepted(
        CommandId commandId, Change change, StoredResponse answer, boolean replayed) {
      lines.add((replayed ? "replayed " : "accepted ") + change.getClass().getSimpleName());
    }

    @Override
    public void refused(Problem problem) {
      lines.add("refused " + problem.type().slug());
    }

    @Override
    public void unavailable(UnavailableException cause) {
      lines.add("unavailable");
    }

    @Override
    public void notPrimed(Exception cause) {
      lines.add("not primed");
    }

    @Override
    public void failed(RuntimeException cause) {
      lines.add("failed");
    }
  }

  /** A request that is being put together. */
  final class Request {
    private final String method;
    private final String path;
    private final Map<String, String> headers = new HashMap<>();
    private Optional<Caller> caller = Optional.empty();
    private String query = "";
    private Body body = Body.NONE;

    private Request(String method, String pathAndQuery) {
      this.method = method;
      int question = pathAndQuery.indexOf('?');
      this.path = question < 0 ? pathAndQuery : pathAndQuery.substring(0, question);
      this.query = question < 0 ? "" : pathAndQuery.substring(question + 1);
    }

    Request by(Caller caller) {
      this.caller = Optional.of(caller);
      return this;
    }

    Request with(String header, String value) {
      headers.put(header, value);
      return this;
    }

    Request key(String key) {
      return with("idempotency-key", key);
    }

    Request json(String json) {
      headers.putIfAbsent("content-type", "application/json");
      body = new Body(json, false);
      return this;
    }

    Request body(Body sent) {
      headers.putIfAbsent("content-type", "application/json");
      body = sent;
      return this;
    }

    HttpResponse send() {
      HttpRequest request =
          new HttpRequest(
              "request-" + requests.incrementAndGet(),
              method,
              routeKey(),
              pathParameters(),
              URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8),
              query,
              headers,
              body,
              caller);
      HttpResponse response = api.handle(request, Duration.ofSeconds(10));
      List<String> undocumented =
          DESCRIPTION.undocumented(
              new Exchange(
                  method,
                  query.isEmpty() ? unreserved() : unreserved() + "?" + query,
                  singleType(request),
                  sentText(),
                  response.status(),
                  response.headers(),
                  response.body()));
      if (!undocumented.isEmpty()) {
        throw new AssertionError("not as openapi.yaml says: " + undocumented + " in " + response);
      }
      return response;
    }

    /** The path as its schemas know it: what need not be encoded is not. */
    private String unreserved() {
      return path.contains("%2F") ? path : URLDecoder.decode(path, StandardCharsets.UTF_8);
    }

    /** The headers with a media type that the gateway has not joined to itself. */
    private Map<String, String> singleType(HttpRequest request) {
      Map<String, String> single = new HashMap<>(headers);
      request.single("content-type").ifPresent(type -> single.put("content-type", type));
      return single;
    }

    /** The gateway's route: it parts the path at the slashes that were sent as such. */
    private String routeKey() {
      String[] segments = path.split("/", -1);
      if (segments.length > 2 && segments[1].equals("orders") && !segments[2].isEmpty()) {
        segments[2] = "{orderId}";
      }
      String key = method + " " + String.join("/", segments);
      return DESCRIPTION.operations().containsKey(key) ? key : "$default";
    }

    private Map<String, String> pathParameters() {
      return routeKey().contains("{orderId}")
          ? Map.of("orderId", URLDecoder.decode(path.split("/", -1)[2], StandardCharsets.UTF_8))
          : Map.of();
    }

    /** The body in NFC: schemas measure text as it is written. Empty if it is no base64. */
    private String sentText() {
      try {
        return Normalizer.normalize(
            body.base64() ? new String(body.bytes(), StandardCharsets.UTF_8) : body.text(),
            Normalizer.Form.NFC);
      } catch (IllegalArgumentException noBase64) {
        return "";
      }
    }
  }

  Request get(String path) {
    return new Request("GET", path);
  }

  Request post(String path) {
    return new Request("POST", path);
  }

  Request patch(String path) {
    return new Request("PATCH", path);
  }

  Request send(String method, String path) {
    return new Request(method, path);
  }

  /** Places an order and returns where it is. */
  String placed(Caller caller) {
    HttpResponse response = post("/orders").by(caller).json(ORDER).send();
    deliver();
    return location(response);
  }

  static String location(HttpResponse response) {
    String location = response.headers().get("location");
    if (location == null) {
      throw new AssertionError("no order in " + response);
    }
    return location;
  }

  /** Lets the processor work through the queue. */
  void deliver() {
    for (OrderCommand command : queue.drain()) {
      orders.apply(command, clock.instant());
    }
  }

  /** Forgets what was counted so far. */
  void resetCounts() {
    store.reads.set(0);
    store.writes.set(0);
    orders.reads.set(0);
    queue.sends.set(0);
  }

  /** Returns the counts: sends, idempotency writes, idempotency reads, table reads. */
  List<Integer> counts() {
    return List.of(queue.sends.get(), store.writes.get(), store.reads.get(), orders.reads.get());
  }

  static JsonObject json(HttpResponse response) {
    return parse(response.body());
  }

  static JsonObject parse(String text) {
    try {
      return (JsonObject) JsonReader.read(text);
    } catch (MalformedJsonException malformed) {
      throw new AssertionError(text, malformed);
    }
  }

  /** Returns a member's text or number, found by a path such as {@code lines/0/sku}. */
  static String at(HttpResponse response, String path) {
    JsonValue value = json(response);
    for (String step : path.split("/", -1)) {
      value =
          value instanceof JsonArray array
              ? array.elements().get(Integer.parseInt(step))
              : ((JsonObject) value).members().get(step);
    }
    return switch (value) {
      case JsonString text -> text.value();
      case JsonNumber number -> number.literal();
      case null, default -> String.valueOf(value);
    };
  }

  /** Returns each error of a problem as {@code place code}. */
  static Set<String> errors(HttpResponse response) {
    JsonValue errors = json(response).members().get("errors");
    Set<String> found = new TreeSet<>();
    if (errors instanceof JsonArray array) {
      for (JsonValue element : array.elements()) {
        Map<String, JsonValue> error = ((JsonObject) element).members();
        JsonValue place =
            error.containsKey("pointer")
                ? error.get("pointer")
                : error.containsKey("parameter") ? error.get("parameter") : error.get("header");
        found.add(((JsonString) place).value() + " " + ((JsonString) error.get("code")).value());
      }
    }
    return found;
  }

  static String type(HttpResponse response) {
    return at(response, "type");
  }
}
