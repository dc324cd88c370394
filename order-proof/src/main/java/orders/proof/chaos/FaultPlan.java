package orders.proof.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Which faults happen when. The same seed, length and kinds always give the same plan.
 *
 * @param seed what it was made from, and what the services' fronts draw with
 * @param faults by their beginning
 */
public record FaultPlan(long seed, List<Fault> faults) {
  private static final List<String> FUNCTIONS =
      List.of(Pipeline.API, Pipeline.PROCESSOR, Pipeline.NOTIFIER);

  public FaultPlan {
    faults = List.copyOf(faults);
  }

  /** Makes a plan: on average a fault every two seconds, several at once among them. */
  public static FaultPlan of(long seed, Duration length, Set<FaultKind> kinds) {
    if (kinds.isEmpty()) {
      return new FaultPlan(seed, List.of());
    }
    SplittableRandom random = new SplittableRandom(seed);
    List<FaultKind> choice = kinds.stream().sorted().toList();
    List<Fault> faults = new ArrayList<>();
    long end = length.toMillis();
    long at = 500;
    while (at < end) {
      faults.add(fault(random, choice, at, end));
      at += random.nextLong(200, 3_800);
    }
    return new FaultPlan(seed, faults);
  }

  private static Fault fault(SplittableRandom random, List<FaultKind> kinds, long at, long end) {
    FaultKind kind = kinds.get(random.nextInt(kinds.size()));
    String service =
        kind.services().isEmpty()
            ? ""
            : kind.services().get(random.nextInt(kind.services().size()));
    String function =
        switch (service) {
          case "sns" -> Pipeline.NOTIFIER;
          case "sqs" -> Pipeline.API;
          case "dynamodb" ->
              kind == FaultKind.FAIL_ENTRY || random.nextBoolean()
                  ? Pipeline.PROCESSOR
                  : Pipeline.API;
          default ->
              kind == FaultKind.KILL_AT_WRITE
                  ? Pipeline.PROCESSOR
                  : FUNCTIONS.get(random.nextInt(FUNCTIONS.size()));
        };
    if (kind.action().equals("GetRecords")) {
      function = "*";
    }
    boolean moment =
        kind == FaultKind.KILL
            || kind == FaultKind.DEPLOY
            || kind == FaultKind.POISON
            || kind == FaultKind.KILL_AT_WRITE;
    long lasts = moment ? 0 : Math.min(random.nextLong(300, 6_000), Math.max(1, end - at));
    double probability =
        kind == FaultKind.REFUSE ? 1 : new double[] {0.1, 0.34, 0.7, 1}[random.nextInt(4)];
    return new Fault(
        Duration.ofMillis(at), Duration.ofMillis(lasts), kind, function, service, probability);
  }

  /** Returns the plan with these faults alone. */
  public FaultPlan only(List<Fault> kept) {
    return new FaultPlan(seed, kept.stream().sorted(Comparator.comparing(Fault::at)).toList());
  }

  /** Returns one line for each fault. */
  public List<String> lines() {
    return faults.stream().map(Fault::line).toList();
  }
}
