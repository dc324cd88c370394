package orders.proof.checker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import orders.proof.client.Call;

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
    String orderId = attempts.calls().getFirst().orderId().orElse("");
    TableOrder order = index.order(orderId).orElse(null);
    String commandId = attempts.derivedId();
    if (attempts.allRefused()) {
      if (order != null && order.has(commandId)) {
        List<String> trail = new ArrayList<>(attempts.lines());
        order.history().stream()
            .filter(entry -> entry.commandId().equals(commandId))
            .map(TableOrder.Entry::line)
            .forEach(trail::add);
        violations.add(
            Rule.NO_PHANTOM_ORDER,
            orderId,
            "every attempt was refused, and the history has it",
            trail);
      }
      return;
    }
    if (!attempts.anyAccepted() || index.isDeadLettered(commandId)) {
      return;
    }
    if (order != null && (order.has(commandId) || madeBefore(order, attempts.route()))) {
      return;
    }
    List<String> trail = new ArrayList<>(attempts.lines());
    trail.addAll(
        order == null
            ? List.of("order " + orderId + " is not stored")
            : order.history().stream().map(TableOrder.Entry::line).toList());
    violations.add(
        Rule.NO_LOST_COMMAND,
        orderId,
        "command "
            + commandId
            + " got a 202 and is neither in the history, nor made before, nor dead-lettered",
        trail);
  }

  /** Whether the target of a move was reached by some other command: then a repeat leaves none. */
  private static boolean madeBefore(TableOrder order, String route) {
    String target =
        switch (route.substring(route.lastIndexOf('/') + 1)) {
          case "cancel" -> "CANCELLED";
          case "confirm" -> "CONFIRMED";
          case "ship" -> "SHIPPED";
          case "deliver" -> "DELIVERED";
          default -> "";
        };
    return order.history().stream().anyMatch(entry -> entry.to().equals(target));
  }

  /** Every stored order and every entry goes back to a call that was not refused. */
  private void unasked() {
    Set<String> asked = new HashSet<>();
    Set<String> operations = new HashSet<>();
    for (Call call : index.evidence().calls()) {
      if (call.path().equals("/operations") || call.key().isEmpty()) {
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
