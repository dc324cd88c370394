package orders.proof.checker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import orders.proof.client.Call;

/** What readers were told, and that nobody was told what is not theirs. */
final class Answers {
  private static final Pattern LEAK =
      Pattern.compile("Exception|arn:aws|at orders\\.|software\\.amazon|000000000000");

  private final Casebook book;
  private final Findings findings;

  Answers(Casebook book, Findings findings) {
    this.book = book;
    this.findings = findings;
  }

  void check() {
    book.evidence().calls().forEach(this::documented);
    Map<String, List<Call>> byOrder = new HashMap<>();
    for (Call call : book.evidence().calls()) {
      call.orderId()
          .ifPresent(id -> byOrder.computeIfAbsent(id, any -> new ArrayList<>()).add(call));
    }
    byOrder.forEach(this::reads);
    book.orders().values().forEach(order -> owner(order, byOrder));
    book.evidence().walks().forEach(this::walk);
  }

  private void documented(Call call) {
    if (!call.undocumented().isEmpty()) {
      findings.add(
          Rule.DOCUMENTED,
          call.path(),
          "openapi.yaml says otherwise: " + String.join("; ", call.undocumented()),
          List.of(call.line() + " " + call.answer()));
    }
    if (call.status() >= 400 && LEAK.matcher(call.answer().toString()).find()) {
      findings.add(
          Rule.DOCUMENTED,
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
        findings.add(
            Rule.OWNED,
            orderId,
            read.caller() + " was told of an order of " + owner,
            List.of(promise.get().line(), read.line()));
      }
      if (mayRead && read.status() == 404) {
        findings.add(
            Rule.READABLE,
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
          findings.add(
              Rule.READABLE,
              orderId,
              "a later read saw an earlier version",
              List.of(earlier.line(), later.line()));
          return;
        }
      }
      Optional<TableOrder> stored = book.order(orderId);
      if (stored.isPresent()
          && version > 0
          && !later
              .answer()
              .path("status")
              .asText()
              .equals(Histories.statusAt(stored.get(), version))) {
        findings.add(
            Rule.READABLE,
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

  private void owner(TableOrder order, Map<String, List<Call>> byOrder) {
    if (book.isParked(order.orderId())) {
      // Two requests may have come to one id: one is stored, the other parked, and who is to say?
      return;
    }
    List<Call> placed =
        byOrder.getOrDefault(order.orderId(), List.of()).stream()
            .filter(Call::places)
            .filter(Call::accepted)
            .toList();
    for (Call call : placed) {
      String owner = call.request().path("customerId").asText(call.caller());
      if (!order.customerId().equals(owner)) {
        findings.add(
            Rule.OWNED,
            order.orderId(),
            "the order of " + owner + " is stored as one of " + order.customerId(),
            List.of(call.line(), order.line()));
        return;
      }
    }
    placed.stream().findFirst().ifPresent(call -> money(order, call));
  }

  private void money(TableOrder order, Call placed) {
    long asked = sum(placed.request());
    long lines = order.lines().stream().mapToLong(l -> l.quantity() * l.unitPrice()).sum();
    List<String> trail = new ArrayList<>();
    trail.add(placed.line() + " asked for " + asked);
    if (placed.answer().has("total") && placed.answer().path("total").asLong() != asked) {
      findings.add(Rule.MONEY, order.orderId(), "the answer's total is not what was asked", trail);
    }
    trail.add(order.line() + " with lines of " + lines);
    if (lines != order.total()) {
      findings.add(Rule.MONEY, order.orderId(), "the stored lines do not make the total", trail);
    }
    boolean repriced =
        order.history().stream().anyMatch(entry -> entry.changed().contains("lines"));
    if (!repriced && order.total() != asked) {
      findings.add(Rule.MONEY, order.orderId(), "the stored total is not what was asked", trail);
    }
    for (ReceivedEvent event : book.events(order.orderId())) {
      JsonNode told = event.event().path("data").path("order");
      if (told.path("total").asLong() != sum(told)
          || (event.sequence() == 1 && told.path("total").asLong() != asked)) {
        findings.add(
            Rule.MONEY,
            order.orderId(),
            "the event's total is not the sum of its lines, or not what was asked",
            List.of(placed.line(), event.line() + " " + event.raw()));
        return;
      }
    }
  }

  private static long sum(JsonNode order) {
    long sum = 0;
    for (JsonNode line : order.path("lines")) {
      sum += line.path("quantity").asLong() * line.path("unitPrice").asLong();
    }
    return sum;
  }

  private void walk(String customer, List<String> ids) {
    Set<String> seen = new HashSet<>();
    for (String id : ids) {
      if (!seen.add(id)) {
        findings.add(Rule.LISTED, id, "the list of " + customer + " has an order twice", List.of());
      }
    }
    for (TableOrder order : book.orders().values()) {
      if (order.customerId().equals(customer) && !seen.remove(order.orderId())) {
        findings.add(
            Rule.LISTED,
            order.orderId(),
            "the list of " + customer + " lacks an order",
            List.of(order.line()));
      }
    }
    for (String foreign : seen) {
      findings.add(
          Rule.LISTED,
          foreign,
          "the list of " + customer + " has an order that is not stored as theirs",
          List.of());
    }
  }
}
