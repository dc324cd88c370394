package orders.systemtests.checker;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What subscribers were told against the table's history. */
final class EventChecks {
  private final EvidenceIndex index;
  private final Violations violations;

  EventChecks(EvidenceIndex index, Violations violations) {
    this.index = index;
    this.violations = violations;
  }

  void check() {
    for (String announced : index.announcedOrders()) {
      if (index.order(announced).isEmpty()) {
        violations.add(
            Rule.COMPLETE_EVENTS,
            announced,
            "events were published for an order that is not stored",
            index.events(announced).stream().map(ReceivedEvent::line).toList());
      }
    }
    index.orders().values().forEach(this::check);
  }

  private void check(TableOrder order) {
    Map<Long, ReceivedEvent> first = new HashMap<>();
    for (ReceivedEvent event : index.events(order.orderId())) {
      List<String> wrong = EventSchema.errors(event.event());
      if (!wrong.isEmpty()) {
        violations.add(
            Rule.MATCHES_OPENAPI,
            order.orderId(),
            "the event is not as its schema says: " + String.join("; ", wrong),
            List.of(event.line() + " " + event.raw()));
      }
      ReceivedEvent known = first.putIfAbsent(event.sequence(), event);
      if (known != null && !known.raw().equals(event.raw())) {
        violations.add(
            Rule.REPEATABLE_EVENTS,
            order.orderId(),
            "event " + event.id() + " was repeated with another content",
            List.of(known.line() + " " + known.raw(), event.line() + " " + event.raw()));
      }
    }
    List<String> missing = new ArrayList<>();
    for (TableOrder.Entry entry : order.history()) {
      ReceivedEvent event = first.remove(entry.version());
      if (event == null) {
        missing.add(entry.line());
        continue;
      }
      lie(order, entry, event)
          .ifPresent(
              what ->
                  violations.add(
                      Rule.ACCURATE_EVENTS,
                      order.orderId(),
                      what,
                      List.of(order.line(), entry.line(), event.line() + " " + event.raw())));
    }
    if (!missing.isEmpty()) {
      List<String> trail = new ArrayList<>(missing);
      index.events(order.orderId()).stream().map(ReceivedEvent::line).forEach(trail::add);
      violations.add(
          Rule.COMPLETE_EVENTS,
          order.orderId(),
          missing.size() + " of " + order.version() + " versions were never announced",
          trail);
    }
    if (!first.isEmpty()) {
      violations.add(
          Rule.COMPLETE_EVENTS,
          order.orderId(),
          "events tell of versions that the history does not have",
          first.values().stream().map(ReceivedEvent::line).toList());
    }
    if (index.evidence().orderKept()) {
      inOrder(order);
    }
  }

  private void inOrder(TableOrder order) {
    long highest = 0;
    Instant at = Instant.MIN;
    for (ReceivedEvent event : index.events(order.orderId())) {
      // The queue's clock ticks in milliseconds: two events of one tick have no order.
      if (event.sequence() > highest + 1 && event.sent().isAfter(at) && !sameTick(order, event)) {
        violations.add(
            Rule.ORDERED_EVENTS,
            order.orderId(),
            "event " + event.sequence() + " came before event " + (highest + 1),
            index.events(order.orderId()).stream().map(ReceivedEvent::line).toList());
        return;
      }
      highest = Math.max(highest, event.sequence());
      at = event.sent();
    }
  }

  /** Whether the events up to this one were taken within its millisecond. */
  private boolean sameTick(TableOrder order, ReceivedEvent event) {
    return index.events(order.orderId()).stream()
        .anyMatch(
            other -> other.sequence() == event.sequence() - 1 && other.sent().equals(event.sent()));
  }

  private static Optional<String> lie(
      TableOrder order, TableOrder.Entry entry, ReceivedEvent event) {
    JsonNode told = event.event();
    JsonNode data = told.path("data").path("order");
    Map<String, String> expected = new HashMap<>();
    expected.put("id", order.orderId() + ":" + entry.version());
    expected.put("specversion", "1.0");
    expected.put("source", "/orders");
    expected.put("type", type(entry.kind()));
    expected.put("sequence", Long.toString(entry.version()));
    expected.put("correlationid", entry.correlationId());
    for (Map.Entry<String, String> field : expected.entrySet()) {
      if (!told.path(field.getKey()).asText().equals(field.getValue())) {
        return Optional.of(
            field.getKey()
                + " is "
                + told.path(field.getKey())
                + " where the history has "
                + field.getValue());
      }
    }
    if (!Instant.parse(told.path("time").asText()).equals(entry.at())) {
      return Optional.of("time is " + told.path("time") + " where the history has " + entry.at());
    }
    String status = HistoryChecks.statusAt(order, entry.version());
    if (!data.path("status").asText().equals(status)
        || data.path("version").asLong() != entry.version()
        || !data.path("customerId").asText().equals(order.customerId())
        || !data.path("orderId").asText().equals(order.orderId())) {
      return Optional.of("the event's order is not the order at that version, " + status);
    }
    if (data.has("shippingAddress") || data.has("note")) {
      return Optional.of("the event tells an address or a note");
    }
    List<String> changed = new ArrayList<>();
    told.path("data").path("changed").forEach(field -> changed.add(field.asText()));
    if (!changed.equals(entry.changed())) {
      return Optional.of("changed is " + changed + " where the history has " + entry.changed());
    }
    return Optional.empty();
  }

  static String type(String kind) {
    return "order."
        + (kind.equals("REFUSED") ? "change-refused" : kind.toLowerCase(Locale.ROOT))
        + ".v1";
  }
}
