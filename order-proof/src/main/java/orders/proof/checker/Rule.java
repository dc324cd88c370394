package orders.proof.checker;

/** What must hold of a run. The sentence is what a counter-example contradicts. */
public enum Rule {
  KEPT("Every accepted order is stored or parked."),
  HEEDED("Every accepted change is in the history, was made before, or is parked."),
  UNASKED("Nothing is stored that nobody asked for, or that was refused."),
  ONE_ORDER("One key gives one order, for ever."),
  SAME_ANSWER("A request sent again gets the first answer again."),
  READABLE("An accepted order can be read at once, and never goes back in time."),
  HISTORY("An order's history has no gap, every step is legal, and it leads to the order."),
  ANNOUNCED("Each version has its event, and no other event exists."),
  TRUE_EVENT("An event tells what the history tells."),
  REPEATABLE("A repeated event is identical to the first."),
  IN_ORDER("An order's events come in the order of their versions."),
  OWNED("An order belongs to who placed it, and to others does not exist."),
  MONEY("Money adds up: lines, answers, table and events agree."),
  BALANCE("accepted = stored + parked + in flight, at all times."),
  PARKED_WITH_REASON("A parked message has its reason."),
  LISTED("Walking the list gives every order exactly once."),
  DOCUMENTED("Every request, answer and event is as documented.");

  private final String sentence;

  Rule(String sentence) {
    this.sentence = sentence;
  }

  public String sentence() {
    return sentence;
  }
}
