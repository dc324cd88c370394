package orders.systemtests.checker;

import java.util.ArrayList;
import java.util.List;

/** Gathers violations. */
final class Violations {
  private final List<Violation> violations = new ArrayList<>();

  void add(Rule rule, String subject, String what, List<String> trail) {
    violations.add(new Violation(rule, subject, what, trail));
  }

  List<Violation> all() {
    return List.copyOf(violations);
  }
}
