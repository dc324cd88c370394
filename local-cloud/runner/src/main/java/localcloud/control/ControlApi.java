package localcloud.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import localcloud.functions.WorkerInfo;
import localcloud.journal.Journal;
import localcloud.journal.LogLine;
import localcloud.wire.LocalOnly;

/**
 * Answers {@code /_local/…}: what the command line and pages of this machine ask a running
 * instance. Whoever is not of this machine is refused.
 */
public final class ControlApi implements HttpHandler {
  /** The path it is mounted at. */
  public static final String PATH = "/_local";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int NEWEST = 200;

  /** What SQS takes at most, so that what is too large is refused there. */
  private static final int MOST_BYTES = 1024 * 1024 + 1;

  private final Instance instance;

  public ControlApi(Instance instance) {
    this.instance = instance;
  }

  /** An answer. */
  private record Answer(int status, String type, String body) {
    static Answer of(JsonNode json) {
      return new Answer(200, "application/json", json.toString());
    }

    static Answer of(int status, String message) {
      return new Answer(
          status, "application/json", JSON.createObjectNode().put("message", message).toString());
    }
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer;
      try {
        answer =
            LocalOnly.allows(
                    exchange.getRequestHeaders().getFirst("Host"),
                    exchange.getRequestHeaders().getFirst("Origin"))
                ? answer(exchange)
                : Answer.of(403, "only this machine may ask");
      } catch (IllegalArgumentException | JsonProcessingException wrong) {
        answer = Answer.of(400, String.valueOf(wrong.getMessage()));
      }
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.type());
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      letOwnPagesRead(exchange);
      exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** Pages that are served beside an API of this instance may read the answers; no others. */
  private void letOwnPagesRead(HttpExchange exchange) {
    String origin = exchange.getRequestHeaders().getFirst("Origin");
    exchange.getResponseHeaders().set("Vary", "Origin");
    for (Map.Entry<String, String> address : instance.addresses().entrySet()) {
      boolean own =
          address.getKey().startsWith("API")
              && (address.getValue().equals(origin)
                  || address.getValue().replace("127.0.0.1", "localhost").equals(origin));
      if (own) {
        exchange.getResponseHeaders().set("Access-Control-Allow-Origin", origin);
      }
    }
  }

  private Answer answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().substring(PATH.length());
    Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
    String request = exchange.getRequestMethod() + " " + path;
    return switch (request) {
      case "GET /health" -> Answer.of(JSON.createObjectNode().put("status", "UP"));
      case "GET /outputs" -> Answer.of(JSON.valueToTree(instance.outputs()));
      case "GET /addresses" -> Answer.of(JSON.valueToTree(instance.addresses()));
      case "GET /token", "POST /token" -> token(query);
      case "GET /scopes" -> Answer.of(JSON.valueToTree(instance.scopes()));
      case "GET /trail" -> trail(query);
      case "GET /workers" -> Answer.of(workers());
      case "GET /processes" -> Answer.of(JSON.valueToTree(instance.processes()));
      case "GET /queues" -> Answer.of(queues());
      case "GET /metrics" ->
          new Answer(200, "text/plain; version=0.0.4", instance.metrics().prometheus());
      case "GET /calls" -> Answer.of(instance.serviceCalls());
      case "DELETE /calls" -> {
        instance.resetServiceCalls();
        yield Answer.of(instance.serviceCalls());
      }
      case "GET /faults" -> Answer.of(instance.faults());
      case "PUT /faults", "POST /faults" -> {
        instance.faults(JSON.readTree(exchange.getRequestBody()));
        yield Answer.of(instance.faults());
      }
      case "DELETE /faults" -> {
        instance.clearFaults();
        yield Answer.of(instance.faults());
      }
      case "GET /state" -> Answer.of(state());
      default -> named(exchange, request, query);
    };
  }

  private Answer named(HttpExchange exchange, String request, Map<String, String> query)
      throws IOException {
    if (request.matches("POST /workers/[0-9]{1,10}/kill")) {
      long pid = Long.parseLong(request.substring(14, request.lastIndexOf('/')));
      return instance.kill(pid)
          ? Answer.of(JSON.createObjectNode().put("killed", pid))
          : Answer.of(404, "no function runs as process " + pid);
    }
    if (request.matches("POST /functions/[A-Za-z0-9]+/redeploy")) {
      String function = request.substring(16, request.lastIndexOf('/'));
      instance.redeploy(function, Optional.ofNullable(query.get("code")).map(Path::of));
      return Answer.of(JSON.createObjectNode().put("redeployed", function));
    }
    if (request.matches("POST /queues/[A-Za-z0-9._-]+/redrive")) {
      String queue = request.substring(13, request.lastIndexOf('/'));
      Optional<String> message = Optional.ofNullable(query.get("message"));
      return Answer.of(JSON.createObjectNode().put("moved", instance.redrive(queue, message)));
    }
    if (request.matches("GET /queues/[A-Za-z0-9._-]+/messages")) {
      return Answer.of(letters(request.substring(12, request.lastIndexOf('/'))));
    }
    if (request.matches("POST /queues/[A-Za-z0-9._-]+/messages")) {
      String queue = request.substring(13, request.lastIndexOf('/'));
      byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES);
      Optional<String> group = Optional.ofNullable(query.get("group"));
      String sent = instance.send(queue, new String(body, StandardCharsets.UTF_8), group);
      return Answer.of(JSON.createObjectNode().put("sent", sent));
    }
    return Answer.of(404, "there is no " + request + " here");
  }

  private Answer token(Map<String, String> query) {
    String subject = query.getOrDefault("sub", "");
    if (subject.isBlank()) {
      return Answer.of(400, "sub is missing");
    }
    long seconds = Long.parseLong(query.getOrDefault("ttl", "3600"));
    Set<String> scopes = new LinkedHashSet<>();
    for (String scope : query.getOrDefault("scope", "").split(" ", -1)) {
      if (!scope.isEmpty()) {
        scopes.add(scope);
      }
    }
    return Answer.of(
        JSON.createObjectNode()
            .put("token", instance.token(subject, scopes, Duration.ofSeconds(seconds))));
  }

  private Answer trail(Map<String, String> query) {
    String key = query.getOrDefault("key", "");
    if (key.isBlank()) {
      return Answer.of(400, "key is missing");
    }
    return Answer.of(
        JSON.createObjectNode()
            .put("key", key)
            .set("entries", entries(instance.journal().about(key))));
  }

  private static ArrayNode entries(List<Journal.Entry> found) {
    ArrayNode entries = JSON.createArrayNode();
    for (Journal.Entry entry : found) {
      boolean said = entry.room().equals("log");
      entries
          .addObject()
          .put("at", entry.at().toString())
          .put("room", entry.room())
          .put("source", entry.source())
          .put("summary", said ? LogLine.forPerson(entry.summary(), false) : entry.summary())
          .put("text", said ? entry.summary() : entry.text());
    }
    return entries;
  }

  private ArrayNode workers() {
    ArrayNode workers = JSON.createArrayNode();
    for (WorkerInfo worker : instance.workers()) {
      workers
          .addObject()
          .put("function", worker.function())
          .put("pid", worker.pid())
          .put("state", worker.state())
          .put("invocations", worker.invocations())
          .put("coldStartMillis", worker.coldStartMillis());
    }
    return workers;
  }

  private ArrayNode queues() {
    ArrayNode queues = JSON.createArrayNode();
    for (Instance.QueueState queue : instance.queues()) {
      ObjectNode json =
          queues
              .addObject()
              .put("name", queue.name())
              .put("url", queue.url())
              .put("visible", queue.visible())
              .put("inFlight", queue.inFlight())
              .put("delayed", queue.delayed());
      ArrayNode sources = json.putArray("deadLettersOf");
      queue.deadLettersOf().forEach(sources::add);
    }
    return queues;
  }

  private ArrayNode letters(String queue) {
    ArrayNode letters = JSON.createArrayNode();
    for (Instance.Letter letter : instance.deadLetters(queue)) {
      letters
          .addObject()
          .put("messageId", letter.messageId())
          .put("body", letter.body())
          .put("sentAt", letter.sentAt().toString())
          .set("attributes", JSON.valueToTree(letter.attributes()));
    }
    return letters;
  }

  private ObjectNode state() {
    ObjectNode state = JSON.createObjectNode();
    state.set("outputs", JSON.valueToTree(instance.outputs()));
    state.set("addresses", JSON.valueToTree(instance.addresses()));
    state.set("workers", workers());
    state.set("queues", queues());
    state.set("calls", instance.serviceCalls());
    state.set("faults", instance.faults());
    state.set("newest", entries(instance.journal().newest(NEWEST)));
    return state;
  }

  private static Map<String, String> query(@org.jspecify.annotations.Nullable String raw) {
    Map<String, String> query = new LinkedHashMap<>();
    if (raw != null) {
      for (String pair : raw.split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          query.put(
              URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
              URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
      }
    }
    return query;
  }
}
