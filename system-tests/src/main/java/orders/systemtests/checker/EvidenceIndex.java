package orders.systemtests.checker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import orders.domain.CommandId;
import orders.domain.CustomerId;
import orders.domain.OrderId;
import orders.systemtests.client.Call;

/** The evidence, sorted by order. */
final class EvidenceIndex {
  /** All calls that carried one key on one route: attempts at one thing. */
  record Attempts(String caller, String route, String key, List<Call> calls) {
    boolean anyAccepted() {
      return calls.stream().anyMatch(Call::accepted);
    }

    boolean allRefused() {
      return calls.stream().allMatch(Call::refused);
    }

    /** Returns the id that the order or command has if the promise of derived ids is kept. */
    String derivedId() {
      CustomerId customer = new CustomerId(caller);
      return route.equals("POST /orders") || route.equals(Call.OPERATIONS)
          ? OrderId.derive(customer, route, key).toString()
          : CommandId.derive(customer, route, key).toString();
    }

    /** Returns the attempt that counts: the accepted one, or the first. */
    Call call() {
      return calls.stream().filter(Call::accepted).findFirst().orElse(calls.getFirst());
    }

    boolean isPlacing() {
      return route.equals("POST /orders");
    }

    List<String> lines() {
      return calls.stream().map(Call::line).toList();
    }
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Evidence evidence;
  private final Map<String, TableOrder> orders = new TreeMap<>();
  private final Map<String, List<ReceivedEvent>> events = new LinkedHashMap<>();
  private final List<Attempts> attempts;
  private final Set<String> deadLetters = new HashSet<>();

  EvidenceIndex(Evidence evidence) {
    this.evidence = evidence;
    evidence.orders().forEach(order -> orders.put(order.orderId(), order));
    evidence
        .events()
        .forEach(
            event -> events.computeIfAbsent(event.orderId(), id -> new ArrayList<>()).add(event));
    evidence
        .deadLetters()
        .forEach(
            message -> {
              deadLetters.add(message.commandId());
              deadLetters.add(message.orderId());
            });
    attempts = attempts(evidence.calls());
  }

  /** Returns the calls with keys that place or change an order, by caller, route and key. */
  static List<Attempts> attempts(List<Call> calls) {
    Map<List<String>, List<Call>> byKey = new LinkedHashMap<>();
    for (Call call : calls) {
      if (call.key().isPresent() && (call.places() || call.changes() || call.operates())) {
        byKey
            .computeIfAbsent(
                List.of(call.caller(), call.method() + " " + call.path(), call.key().get()),
                key -> new ArrayList<>())
            .add(call);
      }
    }
    return byKey.entrySet().stream()
        .map(
            entry ->
                new Attempts(
                    entry.getKey().get(0),
                    entry.getKey().get(1),
                    entry.getKey().get(2),
                    List.copyOf(entry.getValue())))
        .toList();
  }

  Evidence evidence() {
    return evidence;
  }

  Map<String, TableOrder> orders() {
    return Collections.unmodifiableMap(orders);
  }

  Optional<TableOrder> order(String orderId) {
    return Optional.ofNullable(orders.get(orderId));
  }

  /** Returns an order's events as they came, by the time the queue took them. */
  List<ReceivedEvent> events(String orderId) {
    return events.getOrDefault(orderId, List.of()).stream()
        .sorted(Comparator.comparing(ReceivedEvent::sent))
        .toList();
  }

  Set<String> announcedOrders() {
    return Collections.unmodifiableSet(events.keySet());
  }

  List<Attempts> placements() {
    return attempts.stream().filter(Attempts::isPlacing).toList();
  }

  List<Attempts> changes() {
    return attempts.stream().filter(a -> !a.isPlacing()).toList();
  }

  boolean isDeadLettered(String id) {
    return !id.isEmpty() && deadLetters.contains(id);
  }

  /**
   * Returns the dead-lettered messages that would have placed an order, as far as they are JSON.
   */
  List<JsonNode> deadLetteredOrders(String orderId) {
    return evidence.deadLetters().stream()
        .filter(message -> message.orderId().equals(orderId))
        .map(EvidenceIndex::json)
        .filter(body -> body.path("command").asText().equals("place-order"))
        .toList();
  }

  private static JsonNode json(DeadLetter message) {
    try {
      return JSON.readTree(message.body());
    } catch (JsonProcessingException notJson) {
      return MissingNode.getInstance();
    }
  }

  /** Returns all that is known of an order, in brief. */
  List<String> about(String orderId) {
    List<String> lines = new ArrayList<>();
    evidence.calls().stream()
        .filter(call -> call.orderId().equals(Optional.of(orderId)))
        .filter(call -> !call.method().equals("GET"))
        .map(Call::line)
        .forEach(lines::add);
    order(orderId)
        .ifPresent(
            order -> {
              lines.add(order.line());
              order.history().stream().map(TableOrder.Entry::line).forEach(lines::add);
            });
    evidence.deadLetters().stream()
        .filter(message -> message.orderId().equals(orderId))
        .map(DeadLetter::line)
        .forEach(lines::add);
    return lines;
  }

  static <T> Map<String, List<T>> group(List<T> all, Function<T, String> by) {
    Map<String, List<T>> groups = new LinkedHashMap<>();
    all.forEach(one -> groups.computeIfAbsent(by.apply(one), key -> new ArrayList<>()).add(one));
    return groups;
  }
}
