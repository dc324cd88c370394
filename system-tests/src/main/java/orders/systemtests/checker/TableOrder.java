package orders.systemtests.checker;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An order as the table holds it, read without any belief in it: gaps and contradictions survive
 * the reading, so that they can be found.
 *
 * @param history in the order of versions
 * @param texts the texts that an amendment, a shipment or a cancellation can give: {@code
 *     reference}, {@code note}, {@code carrier}, {@code trackingNumber}; those that are absent are
 *     not here
 * @param ineffective ids of commands that were applied and changed nothing
 * @param unreadable why the pipeline's own reader refuses the item; empty if it does not
 */
public record TableOrder(
    String orderId,
    String customerId,
    String status,
    long version,
    String currency,
    long total,
    List<Line> lines,
    List<Entry> history,
    Map<String, String> texts,
    Set<String> ineffective,
    Optional<String> unreadable) {

  /** One line: how many, at what price in minor units. */
  public record Line(String sku, long quantity, long unitPrice) {}

  /**
   * One entry of the history; texts that are absent are empty.
   *
   * @param kind {@code PLACED}, {@code AMENDED}, …, {@code REFUSED}
   */
  public record Entry(
      long version,
      String commandId,
      String kind,
      Instant at,
      String by,
      String correlationId,
      String from,
      String to,
      List<String> changed,
      String reason) {
    /** Returns one line for a person. */
    public String line() {
      return "entry "
          + version
          + " "
          + kind
          + " "
          + at
          + " by "
          + by
          + " command "
          + commandId
          + (from.isEmpty() && to.isEmpty() ? "" : " " + from + "->" + to)
          + (reason.isEmpty() ? "" : " because " + reason);
    }
  }

  public TableOrder {
    lines = List.copyOf(lines);
    history = List.copyOf(history);
    texts = Map.copyOf(texts);
    ineffective = Set.copyOf(ineffective);
  }

  /** An order without texts, of which no command was ineffective. */
  public TableOrder(
      String orderId,
      String customerId,
      String status,
      long version,
      String currency,
      long total,
      List<Line> lines,
      List<Entry> history,
      Optional<String> unreadable) {
    this(
        orderId,
        customerId,
        status,
        version,
        currency,
        total,
        lines,
        history,
        Map.of(),
        Set.of(),
        unreadable);
  }

  /** Returns the entry of a command. */
  public Optional<Entry> entry(String commandId) {
    return history.stream().filter(entry -> entry.commandId().equals(commandId)).findFirst();
  }

  /** Returns whether a command is in the history. */
  public boolean has(String commandId) {
    return history.stream().anyMatch(entry -> entry.commandId().equals(commandId));
  }

  /** Returns one line for a person. */
  public String line() {
    return "stored "
        + orderId
        + " of "
        + customerId
        + " "
        + status
        + " version "
        + version
        + " total "
        + total
        + " "
        + currency;
  }
}
