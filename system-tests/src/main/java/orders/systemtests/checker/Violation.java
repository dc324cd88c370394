package orders.systemtests.checker;

import java.util.List;

/**
 * A broken rule, with the least that shows it.
 *
 * @param subject an order id, a key, or a moment
 * @param what what was expected and what was seen, in one sentence
 * @param trail the calls, entries, events and messages that show it, and no others
 */
public record Violation(Rule rule, String subject, String what, List<String> trail) {
  public Violation {
    trail = List.copyOf(trail);
  }
}
