package orders.systemtests.chaos;

import java.time.Duration;
import java.util.Optional;

/**
 * One thing that goes wrong during a run.
 *
 * @param at when it begins, from the run's start
 * @param lasts how long; zero for a moment
 * @param kind what goes wrong
 * @param function whose process or whose calls are meant, by logical id
 * @param service {@code dynamodb}, {@code sqs} or {@code sns}, if it is one of calls
 * @param probability of each call, if it is one of calls
 */
public record Fault(
    Duration at,
    Duration lasts,
    FaultKind kind,
    String function,
    String service,
    double probability) {

  public Duration until() {
    return at.plus(lasts);
  }

  /** Returns what the service's front is to do; empty for what is done to processes and queues. */
  Optional<ServiceFault> rule() {
    return kind.rule().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ServiceFault(
                service,
                kind.action(),
                function,
                kind.rule(),
                probability,
                kind == FaultKind.CLOSE_SHARDS ? 1 : -1,
                Duration.ofMillis(kind == FaultKind.HOLD_BACK ? 3_000 : 400)));
  }

  /** Returns one line for a person. */
  public String line() {
    String what = kind.word() + " " + function;
    if (kind == FaultKind.DISK_FULL) {
      what = kind.word();
    } else if (!kind.rule().isEmpty()) {
      what += " calling " + service + " (" + Math.round(probability * 100) + " %)";
    }
    return at.toMillis()
        + " ms: "
        + what
        + (lasts.isZero() ? "" : " for " + lasts.toMillis() + " ms");
  }
}
