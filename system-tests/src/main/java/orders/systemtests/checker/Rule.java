package orders.systemtests.checker;

/** What must hold of a run. The sentence is what a counter-example contradicts. */
public enum Rule {
  NO_LOST_ORDER("Every accepted order is stored or dead-lettered."),
  NO_LOST_COMMAND("Every accepted change took effect, changed nothing, or is dead-lettered."),
  NO_PHANTOM_ORDER("Nothing is stored that nobody asked for, or that was refused."),
  ONE_ORDER_PER_KEY("One key gives one order, for ever."),
  SAME_RESPONSE("A request that is sent again gets the first response again."),
  READ_YOUR_WRITE("An accepted order can be read at once, and never goes back in time."),
  IDEMPOTENT_COMMANDS("A command that is delivered again changes nothing."),
  VALID_HISTORY("An order's history has no gap, every step is legal, and it leads to the order."),
  COMPLETE_EVENTS("Each version has its event, and no other event exists."),
  ACCURATE_EVENTS("An event says what the history says."),
  REPEATABLE_EVENTS("A repeated event is identical to the first."),
  ORDERED_EVENTS("An order's events come in the order of their versions."),
  OWNERSHIP("An order belongs to the customer who placed it, and does not exist for others."),
  CORRECT_TOTALS("Lines, responses, table and events have the same amounts."),
  CONSERVATION("accepted = stored + dead-lettered + in flight, at all times."),
  DEAD_LETTER_REASON("A dead letter has its reason."),
  COMPLETE_LISTS("Walking the list gives every order exactly once."),
  MATCHES_OPENAPI("Every request, response and event is as documented.");

  private final String sentence;

  Rule(String sentence) {
    this.sentence = sentence;
  }

  public String sentence() {
    return sentence;
  }
}
