package orders.systemtests.chaos;

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
 * @param whole all that the seed gave, of which these may be a part
 */
public record FaultPlan(long seed, List<Fault> faults, List<Fault> whole) {
  private static final List<String> FUNCTIONS =
      List.of(Pipeline.API, Pipeline.PROCESSOR, Pipeline.NOTIFIER);

  public FaultPlan {
    faults = List.copyOf(faults);
    whole = List.copyOf(whole);
  }

  /** Makes a plan: on average a fault every two seconds, several at once among them. */
  public static FaultPlan of(long seed, Duration length, Set<FaultKind> kinds) {
    if (kinds.isEmpty()) {
      return new FaultPlan(seed, List.of(), List.of());
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
    return new FaultPlan(seed, faults, faults);
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
              switch (kind) {
                case KILL_AT_WRITE -> Pipeline.PROCESSOR;
                case NEW_SCHEMA -> Pipeline.API;
                default -> FUNCTIONS.get(random.nextInt(FUNCTIONS.size()));
              };
        };
    if (kind.action().equals("GetRecords")) {
      function = "*";
    }
    boolean moment =
        kind == FaultKind.KILL
            || kind == FaultKind.DEPLOY
            || kind == FaultKind.POISON
            || kind == FaultKind.KILL_AT_WRITE;
    // Other code needs a start before it does anything.
    long longest = kind.deploysOtherCode() ? 12_000 : 6_000;
    long lasts = moment ? 0 : Math.min(random.nextLong(300, longest), Math.max(1, end - at));
    double probability =
        kind == FaultKind.REFUSE ? 1 : new double[] {0.1, 0.34, 0.7, 1}[random.nextInt(4)];
    return new Fault(
        Duration.ofMillis(at), Duration.ofMillis(lasts), kind, function, service, probability);
  }

  /** Returns the plan with these faults alone. */
  public FaultPlan only(List<Fault> kept) {
    return new FaultPlan(
        seed, kept.stream().sorted(Comparator.comparing(Fault::at)).toList(), whole);
  }

  /**
   * Returns the plan with the faults of these numbers alone, from 1 on.
   *
   * @throws IllegalArgumentException if there is no such number
   */
  FaultPlan numbered(List<Integer> numbers) {
    List<Fault> kept = new ArrayList<>();
    for (int number : numbers) {
      if (number < 1 || number > whole.size()) {
        throw new IllegalArgumentException(
            "the plan has no fault " + number + "; it has " + whole.size());
      }
      kept.add(whole.get(number - 1));
    }
    return only(kept);
  }

  boolean isPart() {
    return faults.size() < whole.size();
  }

  /** Returns the faults' numbers in the whole plan, from 1 on. */
  List<Integer> numbers() {
    return faults.stream().map(fault -> whole.indexOf(fault) + 1).toList();
  }

  /** Returns one line for each fault, with its number. */
  public List<String> lines() {
    return faults.stream().map(fault -> whole.indexOf(fault) + 1 + ". " + fault.line()).toList();
  }
}
