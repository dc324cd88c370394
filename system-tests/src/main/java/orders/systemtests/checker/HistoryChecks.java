package orders.systemtests.checker;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Each order's history on its own. */
final class HistoryChecks {
  private static final Set<String> STEPS =
      Set.of(
          "CONFIRMED PLACED->CONFIRMED",
          "CANCELLED PLACED->CANCELLED",
          "SHIPPED CONFIRMED->SHIPPED",
          "CANCELLED CONFIRMED->CANCELLED",
          "DELIVERED SHIPPED->DELIVERED");

  private final EvidenceIndex index;
  private final Violations violations;

  HistoryChecks(EvidenceIndex index, Violations violations) {
    this.index = index;
    this.violations = violations;
  }

  void check() {
    index.orders().values().forEach(this::check);
  }

  private void check(TableOrder order) {
    String broken = firstBreak(order);
    if (!broken.isEmpty()) {
      violations.add(Rule.VALID_HISTORY, order.orderId(), broken, index.about(order.orderId()));
    }
  }

  /** Returns what is wrong with a history; empty if nothing is. */
  static String firstBreak(TableOrder order) {
    if (order.unreadable().isPresent()) {
      return "the pipeline's own reader refuses the item: " + order.unreadable().get();
    }
    List<TableOrder.Entry> history = order.history();
    if (history.isEmpty() || !history.getFirst().kind().equals("PLACED")) {
      return "the history does not begin with PLACED";
    }
    Set<String> commands = new HashSet<>();
    String status = "PLACED";
    Instant before = Instant.MIN;
    for (int i = 0; i < history.size(); i++) {
      TableOrder.Entry entry = history.get(i);
      if (entry.version() != i + 1L) {
        return "version " + (i + 1) + " is missing: entry " + (i + 1) + " is " + entry.version();
      }
      if (!commands.add(entry.commandId())) {
        return "command " + entry.commandId() + " was applied twice";
      }
      if (entry.at().isBefore(before)) {
        return "entry " + entry.version() + " is dated before the one that precedes it";
      }
      before = entry.at();
      switch (entry.kind()) {
        case "PLACED" -> {
          if (i > 0) {
            return "the order was placed again at version " + entry.version();
          }
        }
        case "AMENDED" -> {
          if (!status.equals("PLACED")) {
            return "a " + status + " order was amended at version " + entry.version();
          }
        }
        case "REFUSED" -> {
          if (entry.reason().isEmpty()) {
            return "the refusal at version " + entry.version() + " has no reason";
          }
        }
        default -> {
          if (!entry.from().equals(status)
              || !STEPS.contains(entry.kind() + " " + status + "->" + entry.to())) {
            return "illegal step at version "
                + entry.version()
                + ": "
                + status
                + " -> "
                + entry.kind()
                + " ("
                + entry.from()
                + "->"
                + entry.to()
                + ")";
          }
          status = entry.to();
        }
      }
    }
    if (order.version() != history.size()) {
      return "version " + order.version() + " but " + history.size() + " entries";
    }
    if (!order.status().equals(status)) {
      return "the history leads to " + status + " and the order is " + order.status();
    }
    return "";
  }

  /** Returns the status that the history gives an order at a version. */
  static String statusAt(TableOrder order, long version) {
    String status = "PLACED";
    for (TableOrder.Entry entry : order.history()) {
      if (entry.version() <= version && !entry.to().isEmpty()) {
        status = entry.to();
      }
    }
    return status;
  }
}
