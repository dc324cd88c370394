package orders.systemtests.checker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What amendments asked for against what the order was and is. */
final class Amendments {
  private static final List<String> TEXTS = List.of("reference", "note");

  private Amendments() {}

  /**
   * Returns which field of an amendment the order does not have although no later change of that
   * field is in the history; empty if there is none.
   */
  static String lost(TableOrder order, TableOrder.Entry entry, JsonNode patch) {
    for (String name : TEXTS) {
      if (patch.has(name)
          && !isChangedAfter(order, entry, name)
          && !patch.path(name).asText("").equals(order.texts().getOrDefault(name, ""))) {
        return "the order does not have its " + name;
      }
    }
    if (patch.has("lines")
        && !isChangedAfter(order, entry, "lines")
        && !lines(patch).equals(order.lines())) {
      return "the order does not have its lines";
    }
    return "";
  }

  private static boolean isChangedAfter(TableOrder order, TableOrder.Entry entry, String field) {
    return order.history().stream()
        .anyMatch(later -> later.version() > entry.version() && later.changed().contains(field));
  }

  /**
   * Whether each field of a patch had the patch's value at some time: when the order was placed,
   * after an amendment that is in the history, or at the end.
   */
  static boolean wasEverTrue(EvidenceIndex index, TableOrder order, JsonNode patch) {
    List<JsonNode> requests = effective(index, order);
    for (String name : TEXTS) {
      String asked = patch.path(name).asText("");
      if (patch.has(name)
          && !asked.equals(order.texts().getOrDefault(name, ""))
          && requests.stream().noneMatch(made -> made.path(name).asText("").equals(asked))) {
        return false;
      }
    }
    return !patch.has("lines")
        || lines(patch).equals(order.lines())
        || requests.stream().anyMatch(made -> lines(made).equals(lines(patch)));
  }

  /** Returns the requests that made the order what it was, the first one and its amendments. */
  private static List<JsonNode> effective(EvidenceIndex index, TableOrder order) {
    List<JsonNode> requests = new ArrayList<>();
    for (EvidenceIndex.Attempts attempts : index.placements()) {
      if (attempts.derivedId().equals(order.orderId())) {
        attempts.calls().forEach(call -> requests.add(call.request()));
      }
    }
    for (EvidenceIndex.Attempts attempts : index.changes()) {
      if (order.entry(attempts.derivedId()).filter(e -> e.kind().equals("AMENDED")).isPresent()) {
        requests.add(attempts.call().content());
      }
    }
    return requests;
  }

  private static List<TableOrder.Line> lines(JsonNode contents) {
    List<TableOrder.Line> lines = new ArrayList<>();
    for (JsonNode line : contents.path("lines")) {
      lines.add(
          new TableOrder.Line(
              line.path("sku").asText(),
              line.path("quantity").asLong(),
              line.path("unitPrice").asLong()));
    }
    return lines;
  }
}
