package orders.systemtests.checker;

import java.util.List;
import java.util.Map;
import orders.systemtests.client.Call;

/**
 * All that is known of a run once it is quiet.
 *
 * @param calls the clients' history
 * @param events what a subscriber's queue delivered
 * @param orders the table's orders of this run's customers
 * @param deadLetters the dead-letter queue of commands
 * @param samples the state on the way
 * @param walks ids in the order a walk through a customer's list gave them, by customer
 * @param redelivered orders some of whose commands were delivered again after all else, as they
 *     were before it, by id
 * @param redeliveredAfter the same orders after it
 * @param keysKept whether the record of used keys was left alone
 * @param orderKept whether events travelled without a fault that reorders between topic and
 *     subscriber
 */
public record Evidence(
    List<Call> calls,
    List<ReceivedEvent> events,
    List<TableOrder> orders,
    List<DeadLetter> deadLetters,
    List<Sample> samples,
    Map<String, List<String>> walks,
    Map<String, TableOrder> redelivered,
    Map<String, TableOrder> redeliveredAfter,
    boolean keysKept,
    boolean orderKept) {
  public Evidence {
    calls = List.copyOf(calls);
    events = List.copyOf(events);
    orders = List.copyOf(orders);
    deadLetters = List.copyOf(deadLetters);
    samples = List.copyOf(samples);
    walks = Map.copyOf(walks);
    redelivered = Map.copyOf(redelivered);
    redeliveredAfter = Map.copyOf(redeliveredAfter);
  }
}
