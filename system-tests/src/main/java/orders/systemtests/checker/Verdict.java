package orders.systemtests.checker;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a run showed, for a person.
 *
 * @param seed what the run was made from
 * @param again the command that makes it again
 * @param numbers one line of what was done
 * @param violations broken rules; empty if all promises were kept
 */
public record Verdict(long seed, String again, String numbers, List<Violation> violations) {
  public Verdict {
    violations = List.copyOf(violations);
  }

  public boolean clean() {
    return violations.isEmpty();
  }

  /** Returns whether a rule is broken here that was broken there. */
  public boolean breaksOneOf(Verdict other) {
    return violations.stream()
        .anyMatch(mine -> other.violations.stream().anyMatch(their -> their.rule() == mine.rule()));
  }

  /** Returns the counter-example with the shortest trail of each broken rule, and how many more. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append("seed ").append(seed).append(": ").append(numbers).append('\n');
    if (clean()) {
      return text.append("every promise was kept\n").toString();
    }
    Map<Rule, List<Violation>> byRule = new EnumMap<>(Rule.class);
    violations.forEach(v -> byRule.computeIfAbsent(v.rule(), r -> new ArrayList<>()).add(v));
    byRule.forEach(
        (rule, broken) -> {
          Violation smallest =
              broken.stream().min(Comparator.comparingInt(v -> v.trail().size())).orElseThrow();
          text.append(rule).append(": ").append(rule.sentence()).append('\n');
          text.append("  broken ").append(broken.size()).append(" times; the smallest:\n");
          text.append("  ").append(smallest.what()).append('\n');
          smallest.trail().forEach(line -> text.append("    ").append(line).append('\n'));
        });
    return text.append("again: ").append(again).append('\n').toString();
  }
}
