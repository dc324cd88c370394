package orders.systemtests.checker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import orders.domain.CommandId;
import orders.domain.CustomerId;
import orders.domain.OrderId;
import orders.systemtests.client.Call;

/**
 * A run as a good pipeline would have made it: alice places an order of 250, reads it, has it
 * cancelled, and a subscriber is told of both versions. Each part can be replaced by a broken one.
 */
final class RecordedRun {
  static final String ALICE = "alice";
  static final String KEY = "key-1";
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  static final String ORDER = OrderId.derive(new CustomerId(ALICE), "POST /orders", KEY).toString();
  static final String CANCEL =
      CommandId.derive(new CustomerId(ALICE), "POST /orders/" + ORDER + "/cancel", "key-2")
          .toString();

  private final List<Call> calls = new ArrayList<>();
  private final List<ReceivedEvent> events = new ArrayList<>();
  private final List<TableOrder> orders = new ArrayList<>();
  private final List<DeadLetter> deadLetters = new ArrayList<>();
  private final List<Sample> samples = new ArrayList<>();
  private final Map<String, List<String>> walks = new HashMap<>();
  private final Map<String, TableOrder> redelivered = new HashMap<>();
  private final Map<String, TableOrder> redeliveredAfter = new HashMap<>();
  private boolean keysKept = true;
  private boolean orderKept = true;

  static RecordedRun good() {
    RecordedRun run = new RecordedRun();
    run.call(ALICE, "POST", "/orders", KEY, request(), answered(202, order("PENDING", 0)));
    run.call(ALICE, "GET", "/orders/" + ORDER, "", none(), answered(200, order("PLACED", 1)));
    run.call("bob", "GET", "/orders/" + ORDER, "", none(), answered(404, none()));
    run.call(ALICE, "POST", "/orders", KEY, request(), answered(202, order("PENDING", 0)));
    run.call(
        ALICE,
        "POST",
        "/orders/" + ORDER + "/cancel",
        "key-2",
        none(),
        answered(202, order("PLACED", 1)));
    run.orders.add(
        new TableOrder(
            ORDER,
            ALICE,
            "CANCELLED",
            2,
            "EUR",
            250,
            List.of(new TableOrder.Line("A", 2, 125)),
            List.of(
                entry(1, ORDER, "PLACED", "", "PLACED"),
                entry(2, CANCEL, "CANCELLED", "PLACED", "CANCELLED")),
            Optional.empty()));
    run.event(1, event(1, "PLACED", "order.placed.v1"));
    run.event(2, event(2, "CANCELLED", "order.cancelled.v1"));
    run.event(3, event(1, "PLACED", "order.placed.v1"));
    run.samples.add(new Sample(START, 1, 1, 0, List.of(ORDER)));
    run.walks.put(ALICE, List.of(ORDER));
    return run;
  }

  static JsonNode request() {
    ObjectNode request = JsonNodeFactory.instance.objectNode().put("currency", "EUR");
    request.putArray("lines").addObject().put("sku", "A").put("quantity", 2).put("unitPrice", 125);
    return request;
  }

  static ObjectNode order(String status, long version) {
    ObjectNode order = (ObjectNode) request();
    return order
        .put("orderId", ORDER)
        .put("customerId", ALICE)
        .put("status", status)
        .put("version", version)
        .put("total", 250)
        .put("placedAt", "2026-01-01T00:00:01.000Z")
        .put("updatedAt", "2026-01-01T00:00:00.000Z");
  }

  static TableOrder.Entry entry(
      long version, String commandId, String kind, String from, String to) {
    return new TableOrder.Entry(
        version,
        commandId,
        kind,
        START.plusSeconds(version),
        ALICE,
        "correlation",
        from,
        to,
        kind.equals("REFUSED") ? List.of() : List.of("status"),
        kind.equals("REFUSED") ? "illegal-transition" : "");
  }

  static ObjectNode event(long version, String status, String type) {
    ObjectNode event =
        JsonNodeFactory.instance
            .objectNode()
            .put("specversion", "1.0")
            .put("id", ORDER + ":" + version)
            .put("source", "/orders")
            .put("type", type)
            .put("subject", ORDER)
            .put("time", "2026-01-01T00:00:0" + version + ".000Z")
            .put("datacontenttype", "application/json")
            .put("dataschema", "/schemas/order-event-1.json")
            .put("sequence", Long.toString(version))
            .put("correlationid", "correlation");
    ObjectNode data = event.putObject("data");
    data.set("order", order(status, version));
    if (type.contains("refused")) {
      data.putArray("changed");
      data.put("reason", "illegal-transition");
    } else {
      data.putArray("changed").add("status");
    }
    return event;
  }

  static MissingNode none() {
    return MissingNode.getInstance();
  }

  static Call.Answered answered(int status, JsonNode body) {
    return new Call.Answered(status, Map.of(), body, List.of());
  }

  RecordedRun call(
      String caller, String method, String path, String key, JsonNode request, Call.Result result) {
    int number = calls.size() + 1;
    calls.add(
        new Call(
            number,
            caller,
            caller.equals("office"),
            method,
            path,
            key.isEmpty() ? Optional.empty() : Optional.of(key),
            request,
            START.plusMillis(number * 10L),
            START.plusMillis(number * 10L + 5),
            result));
    return this;
  }

  RecordedRun event(int sentSecond, JsonNode event) {
    events.add(new ReceivedEvent(START.plusSeconds(sentSecond), event.toString(), event));
    return this;
  }

  RecordedRun withoutEvents() {
    events.clear();
    return this;
  }

  RecordedRun replaceEvent(int index, UnaryOperator<ReceivedEvent> change) {
    events.set(index, change.apply(events.get(index)));
    return this;
  }

  RecordedRun withoutOrders() {
    orders.clear();
    return this;
  }

  RecordedRun stored(UnaryOperator<TableOrder> change) {
    orders.set(0, change.apply(orders.getFirst()));
    return this;
  }

  RecordedRun alsoStored(TableOrder order) {
    orders.add(order);
    return this;
  }

  RecordedRun deadLetter(DeadLetter message) {
    deadLetters.add(message);
    return this;
  }

  RecordedRun sample(Sample sample) {
    samples.add(sample);
    return this;
  }

  RecordedRun walk(String customer, List<String> ids) {
    walks.put(customer, ids);
    return this;
  }

  RecordedRun disordered() {
    orderKept = false;
    return this;
  }

  TableOrder order() {
    return orders.getFirst();
  }

  RecordedRun redelivered(TableOrder before, TableOrder after) {
    redelivered.put(before.orderId(), before);
    redeliveredAfter.put(after.orderId(), after);
    return this;
  }

  RecordedRun keysForgotten() {
    keysKept = false;
    return this;
  }

  List<Violation> checked() {
    return Checker.check(
        new Evidence(
            calls,
            events,
            orders,
            deadLetters,
            samples,
            walks,
            redelivered,
            redeliveredAfter,
            keysKept,
            orderKept));
  }
}
