package orders.systemtests.checker;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import orders.systemtests.client.Call;
import org.jspecify.annotations.Nullable;

/** What was promised to clients against what is stored. */
final class AcceptanceChecks {
  private final EvidenceIndex index;
  private final Violations violations;

  AcceptanceChecks(EvidenceIndex index, Violations violations) {
    this.index = index;
    this.violations = violations;
  }

  void check() {
    index.placements().forEach(this::placement);
    index.changes().forEach(this::change);
    index.evidence().calls().stream()
        .filter(call -> call.accepted() && call.key().isEmpty())
        .filter(call -> call.changes() || call.operates())
        .forEach(this::changeWithoutKey);
    redelivered();
    unasked();
    samples();
  }

  private void placement(EvidenceIndex.Attempts attempts) {
    List<Call> accepted = attempts.calls().stream().filter(Call::accepted).toList();
    Set<String> ids = new LinkedHashSet<>();
    for (Call call : accepted) {
      String id = call.answer().path("orderId").asText();
      ids.add(id);
      if (index.order(id).isEmpty() && !index.isDeadLettered(id)) {
        violations.add(
            Rule.NO_LOST_ORDER,
            id,
            "order " + id + " got a 202 and is neither stored nor dead-lettered",
            List.of(call.line()));
      }
    }
    if (ids.size() > 1) {
      List<String> trail = new ArrayList<>(accepted.stream().map(Call::line).toList());
      ids.forEach(id -> index.order(id).map(TableOrder::line).ifPresent(trail::add));
      violations.add(
          Rule.ONE_ORDER_PER_KEY,
          attempts.key(),
          "key " + attempts.key() + " of " + attempts.caller() + " gave " + ids.size() + " orders",
          trail);
    }
    sameRequest(attempts, accepted);
    acceptance(attempts, accepted);
    if (attempts.allRefused() && index.order(attempts.derivedId()).isPresent()) {
      violations.add(
          Rule.NO_PHANTOM_ORDER,
          attempts.derivedId(),
          "every attempt was refused, and the order is stored all the same",
          attempts.lines());
    }
  }

  /** One key, two requests: at most one of them may ever be accepted. */
  private void sameRequest(EvidenceIndex.Attempts attempts, List<Call> accepted) {
    Map<String, Call> byRequest = new HashMap<>();
    for (Call call : accepted) {
      byRequest.putIfAbsent(call.request().toString(), call);
    }
    if (byRequest.size() > 1) {
      violations.add(
          Rule.ONE_ORDER_PER_KEY,
          attempts.key(),
          "key " + attempts.key() + " was accepted with " + byRequest.size() + " requests",
          byRequest.values().stream().map(call -> call.line() + " " + call.request()).toList());
    }
    JsonNode first = null;
    Call firstCall = null;
    for (Call call : accepted) {
      if (first == null) {
        first = call.answer();
        firstCall = call;
      } else if (!comparable(first).equals(comparable(call.answer()))) {
        violations.add(
            Rule.SAME_RESPONSE,
            attempts.key(),
            "the same request got two answers",
            List.of(firstCall.line() + " " + first, call.line() + " " + call.answer()));
      }
    }
  }

  /**
   * What was accepted is what is stored, with the time of its acceptance. While the record of used
   * keys is kept, a key whose first request may have been taken is not good for another.
   */
  private void acceptance(EvidenceIndex.Attempts attempts, List<Call> accepted) {
    for (Call call : accepted) {
      boolean collided =
          index.evidence().deadLetters().stream()
              .anyMatch(
                  letter ->
                      letter.orderId().equals(call.answer().path("orderId").asText())
                          && letter.reason().startsWith("id-collision"));
      if (collided
          && index.evidence().keysKept()
          && attempts.calls().stream()
              .anyMatch(other -> !other.refused() && !other.request().equals(call.request()))) {
        violations.add(
            Rule.ONE_ORDER_PER_KEY,
            attempts.key(),
            "key " + attempts.key() + " was accepted although another request may have been taken",
            attempts.lines());
        return;
      }
      if (!collided) {
        placedAt(call);
      }
    }
  }

  private void placedAt(Call call) {
    TableOrder order = index.order(call.answer().path("orderId").asText()).orElse(null);
    String told = call.answer().path("placedAt").asText();
    if (order != null
        && !told.isEmpty()
        && !order.history().isEmpty()
        && !Instant.parse(told).equals(order.history().getFirst().at())) {
      violations.add(
          Rule.SAME_RESPONSE,
          order.orderId(),
          "the response has another time of placing than the order",
          List.of(call.line() + " " + told, order.history().getFirst().line()));
    }
  }

  /**
   * Returns what two answers to one request must share. Once nobody remembers the first answer the
   * order is told as it stands, so a status, its version and its times may have moved on; what was
   * asked for may not.
   */
  private static List<String> comparable(JsonNode answer) {
    return List.of(
        answer.path("orderId").asText(),
        answer.path("customerId").asText(),
        answer.path("currency").asText());
  }

  private void change(EvidenceIndex.Attempts attempts) {
    String orderId = attempts.call().orderId().orElse("");
    TableOrder order = index.order(orderId).orElse(null);
    String commandId = attempts.derivedId();
    if (attempts.allRefused()) {
      if (order != null && order.has(commandId)) {
        List<String> trail = new ArrayList<>(attempts.lines());
        order.entry(commandId).map(TableOrder.Entry::line).ifPresent(trail::add);
        violations.add(
            Rule.NO_PHANTOM_ORDER,
            orderId,
            "every attempt was refused, and the history has it",
            trail);
      }
      return;
    }
    if (attempts.anyAccepted() && !index.isDeadLettered(commandId)) {
      accepted(attempts.call(), commandId, order, attempts.lines());
    }
  }

  /** A change without a key is made once, so its entry is known by the correlation id. */
  private void changeWithoutKey(Call call) {
    TableOrder order = call.orderId().flatMap(index::order).orElse(null);
    String correlationId = call.correlationId().orElse("");
    String commandId =
        order == null
            ? ""
            : order.history().stream()
                .filter(entry -> entry.correlationId().equals(correlationId))
                .map(TableOrder.Entry::commandId)
                .findFirst()
                .orElse("");
    // Its command id is not known to the client, so any dead letter of the order may be it.
    if (!commandId.isEmpty() || !index.isDeadLettered(call.orderId().orElse(""))) {
      accepted(call, commandId, order, List.of(call.line()));
    }
  }

  private void accepted(
      Call call, String commandId, @Nullable TableOrder order, List<String> attempts) {
    String lost =
        order == null
            ? "its order is not stored"
            : order
                .entry(commandId)
                .map(entry -> lostIn(order, entry, call))
                .orElseGet(() -> lostWithoutEntry(order, commandId, call));
    if (lost.isEmpty()) {
      return;
    }
    List<String> trail = new ArrayList<>(attempts);
    trail.add("it asked for " + call.content());
    if (order != null) {
      trail.addAll(order.history().stream().map(TableOrder.Entry::line).toList());
      trail.add(order.line() + " " + order.texts());
    }
    violations.add(
        Rule.NO_LOST_COMMAND,
        call.orderId().orElse(""),
        "command " + commandId + " got a 202 and is lost: " + lost,
        trail);
  }

  /** Returns what an entry of one's own lacks; empty if nothing. */
  private static String lostIn(TableOrder order, TableOrder.Entry entry, Call call) {
    return switch (entry.kind()) {
      case "AMENDED" -> Amendments.lost(order, entry, call.content());
      case "SHIPPED" -> isSameShipment(order, call) ? "" : "the order has another shipment";
      case "CANCELLED" -> isSameReason(entry, call) ? "" : "the history has another reason";
      default -> "";
    };
  }

  /**
   * Returns why a command without an entry is lost; empty if it is not. The entry of another
   * command is no excuse, unless it did what this one asks for.
   */
  private String lostWithoutEntry(TableOrder order, String commandId, Call call) {
    String target = target(call);
    if (!target.isEmpty()) {
      return order.history().stream()
              .anyMatch(
                  entry ->
                      entry.to().equals(target)
                          && isSameReason(entry, call)
                          && (!target.equals("SHIPPED") || isSameShipment(order, call)))
          ? ""
          : "no such change was made, and the history has no refusal";
    }
    if (!order.ineffective().contains(commandId)) {
      return "the history does not have it, and the order does not know it as ineffective";
    }
    return Amendments.wasEverTrue(index, order, call.content())
        ? ""
        : "it counts as ineffective, and the order never was as it asks";
  }

  /** Returns the status that a move leads to; empty for an amendment. */
  private static String target(Call call) {
    if (call.operates()) {
      return call.request().path("operation").asText().equals("delete") ? "CANCELLED" : "";
    }
    return switch (call.path().substring(call.path().lastIndexOf('/') + 1)) {
      case "cancel" -> "CANCELLED";
      case "confirm" -> "CONFIRMED";
      case "ship" -> "SHIPPED";
      case "deliver" -> "DELIVERED";
      default -> "";
    };
  }

  private static boolean isSameReason(TableOrder.Entry entry, Call call) {
    String reason = call.content().path("reason").asText();
    return reason.isEmpty() || entry.reason().equals(reason);
  }

  private static boolean isSameShipment(TableOrder order, Call call) {
    return Stream.of("carrier", "trackingNumber")
        .noneMatch(
            name ->
                call.content().hasNonNull(name)
                    && !call.content().path(name).asText().equals(order.texts().get(name)));
  }

  /** Every stored order and every entry goes back to a call that was not refused. */
  private void unasked() {
    Set<String> asked = new HashSet<>();
    Set<String> operations = new HashSet<>();
    for (Call call : index.evidence().calls()) {
      if ((call.path().equals("/operations") && !call.operates()) || call.key().isEmpty()) {
        call.orderId().ifPresent(operations::add);
        if (call.uncertain()) {
          operations.add(call.caller());
        }
      }
    }
    for (EvidenceIndex.Attempts attempts : index.placements()) {
      asked.add(attempts.derivedId());
      attempts.calls().stream()
          .filter(Call::accepted)
          .map(call -> call.answer().path("orderId").asText())
          .forEach(asked::add);
    }
    index.changes().forEach(attempts -> asked.add(attempts.derivedId()));
    for (TableOrder order : index.orders().values()) {
      if (operations.contains(order.orderId()) || operations.contains(order.customerId())) {
        continue;
      }
      if (!asked.contains(order.orderId())) {
        violations.add(
            Rule.NO_PHANTOM_ORDER,
            order.orderId(),
            "order " + order.orderId() + " is stored, and no call asked for it",
            List.of(order.line()));
        continue;
      }
      for (TableOrder.Entry entry : order.history()) {
        if (!entry.kind().equals("PLACED") && !asked.contains(entry.commandId())) {
          violations.add(
              Rule.NO_PHANTOM_ORDER,
              order.orderId(),
              "the history has command " + entry.commandId() + ", and no call asked for it",
              List.of(order.line(), entry.line()));
        }
      }
    }
  }

  private void redelivered() {
    index
        .evidence()
        .redelivered()
        .forEach(
            (id, before) -> {
              TableOrder after = index.evidence().redeliveredAfter().get(id);
              if (!before.equals(after)) {
                List<String> trail = new ArrayList<>(index.about(id));
                trail.add("before: " + before.line() + " " + before.texts());
                if (after != null) {
                  trail.add("after: " + after.line() + " " + after.texts());
                  after.history().stream().map(TableOrder.Entry::line).forEach(trail::add);
                }
                violations.add(
                    Rule.IDEMPOTENT_COMMANDS,
                    id,
                    "commands that were delivered again changed the order",
                    trail);
              }
            });
  }

  private void samples() {
    for (Sample sample : index.evidence().samples()) {
      if (sample.notStored().size() > sample.inFlight() + sample.deadLetters()) {
        List<String> trail = new ArrayList<>();
        trail.add(sample.line());
        sample.notStored().stream().limit(5).map(id -> "missing " + id).forEach(trail::add);
        violations.add(
            Rule.CONSERVATION,
            sample.at().toString(),
            "more orders were accepted than are stored, dead-lettered and in flight",
            trail);
        return;
      }
    }
  }
}
