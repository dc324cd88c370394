package orders.systemtests.checker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import orders.systemtests.client.Call;

/** What readers were told, and that nobody was told what is not theirs. */
final class ResponseChecks {
  private static final Pattern LEAK =
      Pattern.compile("Exception|arn:aws|at orders\\.|software\\.amazon|000000000000");

  private final EvidenceIndex index;
  private final Violations violations;

  ResponseChecks(EvidenceIndex index, Violations violations) {
    this.index = index;
    this.violations = violations;
  }

  void check() {
    index.evidence().calls().forEach(this::documented);
    Map<String, List<Call>> byOrder = new HashMap<>();
    for (Call call : index.evidence().calls()) {
      call.orderId()
          .ifPresent(id -> byOrder.computeIfAbsent(id, any -> new ArrayList<>()).add(call));
    }
    byOrder.forEach(this::reads);
    index.orders().values().forEach(order -> owner(order, byOrder));
    index.evidence().walks().forEach(this::walk);
    lists();
  }

  private void documented(Call call) {
    if (!call.undocumented().isEmpty()) {
      violations.add(
          Rule.MATCHES_OPENAPI,
          call.path(),
          "openapi.yaml says otherwise: " + String.join("; ", call.undocumented()),
          List.of(call.line() + " " + call.answer()));
    }
    if (call.status() >= 400 && LEAK.matcher(call.answer().toString()).find()) {
      violations.add(
          Rule.MATCHES_OPENAPI,
          call.path(),
          "the problem tells what it should not",
          List.of(call.line() + " " + call.answer()));
    }
  }

  private void reads(String orderId, List<Call> calls) {
    Optional<Call> promise =
        calls.stream()
            .filter(Call::accepted)
            .filter(Call::places)
            .min(Comparator.comparing(Call::ended));
    if (promise.isEmpty()) {
      return;
    }
    String owner = promise.get().caller();
    List<Call> reads =
        calls.stream()
            .filter(Call::reads)
            .filter(call -> call.invoked().isAfter(promise.get().ended()))
            .sorted(Comparator.comparing(Call::invoked))
            .toList();
    List<Call> told = new ArrayList<>();
    for (Call read : reads) {
      boolean mayRead = read.admin() || read.caller().equals(owner);
      if (!mayRead && read.status() < 400 && read.status() != 0) {
        violations.add(
            Rule.OWNERSHIP,
            orderId,
            read.caller() + " was told of an order of " + owner,
            List.of(promise.get().line(), read.line()));
      }
      if (mayRead && read.status() == 404) {
        violations.add(
            Rule.READ_YOUR_WRITE,
            orderId,
            "an accepted order read as if it did not exist",
            List.of(promise.get().line(), read.line()));
      }
      if (read.status() == 200) {
        told.add(read);
      }
    }
    backwards(orderId, told);
  }

  private void backwards(String orderId, List<Call> reads) {
    for (Call later : reads) {
      long version = later.answer().path("version").asLong();
      for (Call earlier : reads) {
        if (earlier.ended().isBefore(later.invoked())
            && earlier.answer().path("version").asLong() > version) {
          violations.add(
              Rule.READ_YOUR_WRITE,
              orderId,
              "a later read saw an earlier version",
              List.of(earlier.line(), later.line()));
          return;
        }
      }
      Optional<TableOrder> stored = index.order(orderId);
      if (stored.isPresent()
          && version > 0
          && !later
              .answer()
              .path("status")
              .asText()
              .equals(HistoryChecks.statusAt(stored.get(), version))) {
        violations.add(
            Rule.READ_YOUR_WRITE,
            orderId,
            "a read gave version "
                + version
                + " a status that the history does not: "
                + later.answer().path("status").asText(),
            List.of(later.line(), stored.get().line()));
        return;
      }
    }
  }

  /**
   * What was accepted under an order's id is the order, or is dead-lettered: two requests may come
   * to one id if the first one failed after its send. What is stored was asked for in any case.
   */
  private void owner(TableOrder order, Map<String, List<Call>> byOrder) {
    adds(order);
    for (Call call : byOrder.getOrDefault(order.orderId(), List.of())) {
      if (call.places() && call.accepted() && !isDeadLettered(order.orderId(), call)) {
        String owner = owner(call);
        if (!order.customerId().equals(owner)) {
          violations.add(
              Rule.OWNERSHIP,
              order.orderId(),
              "the order of " + owner + " is stored as one of " + order.customerId(),
              List.of(call.line(), order.line()));
          return;
        }
        money(order, call);
      }
    }
    attempted(order);
  }

  /** Whether the very request, and not another under the same id, is in the dead letters. */
  private boolean isDeadLettered(String orderId, Call call) {
    return index.deadLetteredOrders(orderId).stream()
        .anyMatch(
            message ->
                message.path("customerId").asText().equals(owner(call))
                    && isSameOrder(message.path("order"), call.request()));
  }

  private static boolean isSameOrder(JsonNode one, JsonNode other) {
    return sum(one) == sum(other)
        && one.path("currency").equals(other.path("currency"))
        && one.path("reference").asText().equals(other.path("reference").asText());
  }

  private static String owner(Call call) {
    return call.request().path("customerId").asText(call.caller());
  }

  /** The order in the table, and each event of it, have the total that their lines make. */
  private void adds(TableOrder order) {
    long lines = order.lines().stream().mapToLong(l -> l.quantity() * l.unitPrice()).sum();
    if (lines != order.total()) {
      violations.add(
          Rule.CORRECT_TOTALS,
          order.orderId(),
          "the stored lines do not make the total",
          List.of(order.line() + " with lines of " + lines));
    }
    for (ReceivedEvent event : index.events(order.orderId())) {
      JsonNode told = event.event().path("data").path("order");
      if (told.path("total").asLong() != sum(told)) {
        violations.add(
            Rule.CORRECT_TOTALS,
            order.orderId(),
            "the event's total is not the sum of its lines",
            List.of(event.line() + " " + event.raw()));
        return;
      }
    }
  }

  /** What was promised is what was asked for, what is stored, and what subscribers were told. */
  private void money(TableOrder order, Call placed) {
    long asked = sum(placed.request());
    List<String> trail = new ArrayList<>();
    trail.add(placed.line() + " asked for " + asked);
    if (placed.answer().has("total") && placed.answer().path("total").asLong() != asked) {
      violations.add(
          Rule.CORRECT_TOTALS, order.orderId(), "the answer's total is not what was asked", trail);
    }
    OptionalLong first = firstTotal(order);
    if (first.isPresent() && first.getAsLong() != asked) {
      trail.add(order.line());
      trail.addAll(index.about(order.orderId()));
      violations.add(
          Rule.CORRECT_TOTALS, order.orderId(), "the stored total is not what was asked", trail);
    }
  }

  /** Whoever's attempt it was, the order that is stored is one of those that were made. */
  private void attempted(TableOrder order) {
    OptionalLong first = firstTotal(order);
    if (first.isEmpty()) {
      return;
    }
    for (EvidenceIndex.Attempts attempts : index.placements()) {
      if (attempts.derivedId().equals(order.orderId())
          && attempts.calls().stream()
              .filter(call -> !call.refused())
              .noneMatch(
                  call ->
                      owner(call).equals(order.customerId())
                          && sum(call.request()) == first.getAsLong())) {
        violations.add(
            Rule.CORRECT_TOTALS,
            order.orderId(),
            "what is stored is none of the orders that were asked for under its key",
            index.about(order.orderId()));
      }
    }
  }

  /** Returns an order's total when it was placed, from the table or from the event that told it. */
  private OptionalLong firstTotal(TableOrder order) {
    if (order.history().stream().noneMatch(entry -> entry.changed().contains("lines"))) {
      return OptionalLong.of(order.total());
    }
    return index.events(order.orderId()).stream()
        .filter(event -> event.sequence() == 1)
        .mapToLong(event -> event.event().path("data").path("order").path("total").asLong())
        .findFirst();
  }

  private static long sum(JsonNode order) {
    long sum = 0;
    for (JsonNode line : order.path("lines")) {
      sum += line.path("quantity").asLong() * line.path("unitPrice").asLong();
    }
    return sum;
  }

  /** Whoever walked a list in the end got it. */
  private void lists() {
    Map<String, Call> last = new HashMap<>();
    for (Call call : index.evidence().calls()) {
      if (call.lists()) {
        last.put(call.caller(), call);
      }
    }
    for (Call call : last.values()) {
      if (call.uncertain()) {
        violations.add(
            Rule.COMPLETE_LISTS,
            call.caller(),
            "the list of " + call.caller() + " cannot be read",
            List.of(call.line() + " " + call.answer()));
      }
    }
  }

  private void walk(String customer, List<String> ids) {
    Set<String> seen = new HashSet<>();
    for (String id : ids) {
      if (!seen.add(id)) {
        violations.add(
            Rule.COMPLETE_LISTS, id, "the list of " + customer + " has an order twice", List.of());
      }
    }
    for (TableOrder order : index.orders().values()) {
      if (order.customerId().equals(customer) && !seen.remove(order.orderId())) {
        violations.add(
            Rule.COMPLETE_LISTS,
            order.orderId(),
            "the list of " + customer + " lacks an order",
            List.of(order.line()));
      }
    }
    for (String foreign : seen) {
      violations.add(
          Rule.COMPLETE_LISTS,
          foreign,
          "the list of " + customer + " has an order that is not stored as theirs",
          List.of());
    }
  }
}
