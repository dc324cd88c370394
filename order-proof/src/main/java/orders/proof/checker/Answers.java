package orders.proof.checker;

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

  /**
   * What was accepted under an order's id is the order, or is parked: two requests may come to one
   * id if the first one failed after its send. What is stored was asked for in any case.
   */
  private void owner(TableOrder order, Map<String, List<Call>> byOrder) {
    adds(order);
    for (Call call : byOrder.getOrDefault(order.orderId(), List.of())) {
      if (call.places() && call.accepted() && !isParked(order.orderId(), call)) {
        String owner = owner(call);
        if (!order.customerId().equals(owner)) {
          findings.add(
              Rule.OWNED,
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
  private boolean isParked(String orderId, Call call) {
    return book.parkedOrders(orderId).stream()
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
      findings.add(
          Rule.MONEY,
          order.orderId(),
          "the stored lines do not make the total",
          List.of(order.line() + " with lines of " + lines));
    }
    for (ReceivedEvent event : book.events(order.orderId())) {
      JsonNode told = event.event().path("data").path("order");
      if (told.path("total").asLong() != sum(told)) {
        findings.add(
            Rule.MONEY,
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
      findings.add(Rule.MONEY, order.orderId(), "the answer's total is not what was asked", trail);
    }
    OptionalLong first = firstTotal(order);
    if (first.isPresent() && first.getAsLong() != asked) {
      trail.add(order.line());
      trail.addAll(book.about(order.orderId()));
      findings.add(Rule.MONEY, order.orderId(), "the stored total is not what was asked", trail);
    }
  }

  /** Whoever's attempt it was, the order that is stored is one of those that were made. */
  private void attempted(TableOrder order) {
    OptionalLong first = firstTotal(order);
    if (first.isEmpty()) {
      return;
    }
    for (Casebook.Attempts attempts : book.placements()) {
      if (attempts.derivedId().equals(order.orderId())
          && attempts.calls().stream()
              .filter(call -> !call.refused())
              .noneMatch(
                  call ->
                      owner(call).equals(order.customerId())
                          && sum(call.request()) == first.getAsLong())) {
        findings.add(
            Rule.MONEY,
            order.orderId(),
            "what is stored is none of the orders that were asked for under its key",
            book.about(order.orderId()));
      }
    }
  }

  /** Returns an order's total when it was placed, from the table or from the event that told it. */
  private OptionalLong firstTotal(TableOrder order) {
    if (order.history().stream().noneMatch(entry -> entry.changed().contains("lines"))) {
      return OptionalLong.of(order.total());
    }
    return book.events(order.orderId()).stream()
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
