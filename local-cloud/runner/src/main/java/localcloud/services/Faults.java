package localcloud.services;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The faults that are made, by a seed: with the same seed, rules and order of calls the same calls
 * fail. Safe for use by many threads; set and cleared while everything runs.
 */
public final class Faults {
  private final AtomicLong made = new AtomicLong();
  private volatile Script script;

  private record Active(FaultRule rule, AtomicInteger left, AtomicLong fired) {}

  private record Script(long seed, List<Active> rules, SplittableRandom random) {
    boolean draw(double probability) {
      synchronized (random) {
        return random.nextDouble() < probability;
      }
    }
  }

  /** Creates it without any rule. */
  public Faults() {
    script = new Script(0, List.of(), new SplittableRandom(0));
  }

  /** Replaces all rules. */
  public void set(long seed, List<FaultRule> rules) {
    List<Active> active = new ArrayList<>();
    for (FaultRule rule : rules) {
      active.add(new Active(rule, new AtomicInteger(rule.count()), new AtomicLong()));
    }
    script = new Script(seed, List.copyOf(active), new SplittableRandom(seed));
  }

  public void clear() {
    set(0, List.of());
  }

  /** Returns how many faults were made since the start. */
  public long made() {
    return made.get();
  }

  /** Returns the fault to make of this call; the first rule that matches and draws decides. */
  Optional<FaultRule> next(ServiceCall call) {
    var now = script;
    for (Active active : now.rules()) {
      var rule = active.rule();
      if (!rule.matches(call) || (rule.probability() < 1 && !now.draw(rule.probability()))) {
        continue;
      }
      if (rule.count() >= 0 && active.left().getAndUpdate(left -> Math.max(0, left - 1)) == 0) {
        continue;
      }
      made.incrementAndGet();
      active.fired().incrementAndGet();
      return Optional.of(rule);
    }
    return Optional.empty();
  }

  boolean any() {
    return !script.rules().isEmpty();
  }

  /** Returns whether a new connection is to be reset. */
  boolean refusesConnections(Service service) {
    for (Active active : script.rules()) {
      if (active.rule().refusesConnections(service)
          && (active.rule().count() < 0 || active.left().get() > 0)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Replaces all rules by those of {@code {"seed": 1, "rules": [ … ]}}.
   *
   * @throws IllegalArgumentException if it is not that; the rules stay as they were
   */
  public void set(JsonNode json) {
    List<FaultRule> rules = new ArrayList<>();
    var list = json.path("rules");
    if (!list.isArray()) {
      throw new IllegalArgumentException("faults are {\"seed\": …, \"rules\": [ … ]}");
    }
    for (JsonNode rule : list) {
      rules.add(FaultRule.of(rule));
    }
    set(json.path("seed").asLong(0), rules);
  }

  /** Returns the seed and the rules, each with how often it {@code fired}. */
  public ObjectNode toJson() {
    var now = script;
    var json = JsonNodeFactory.instance.objectNode().put("seed", now.seed());
    var list = json.putArray("rules");
    for (Active active : now.rules()) {
      list.add(active.rule().toJson().put("fired", active.fired().get()));
    }
    return json;
  }
}
