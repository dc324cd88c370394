package orders.systemtests.checker;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import orders.systemtests.client.Call;

/** Compares the evidence of a run with the pipeline's promises. */
public final class Checker {
  private Checker() {}

  /** Returns the ids of the commands on an order that got a 202, its placing included. */
  public static Set<String> acceptedCommands(List<Call> calls, String orderId) {
    Set<String> ids = new HashSet<>();
    for (EvidenceIndex.Attempts attempts : EvidenceIndex.attempts(calls)) {
      if (attempts.anyAccepted() && attempts.call().orderId().filter(orderId::equals).isPresent()) {
        ids.add(attempts.derivedId());
      }
    }
    return ids;
  }

  /** Returns every broken rule; empty if all promises were kept. */
  public static List<Violation> check(Evidence evidence) {
    Violations violations = new Violations();
    EvidenceIndex index = new EvidenceIndex(evidence);
    new AcceptanceChecks(index, violations).check();
    new HistoryChecks(index, violations).check();
    new EventChecks(index, violations).check();
    new ResponseChecks(index, violations).check();
    List<Violation> all = new ArrayList<>(violations.all());
    for (DeadLetter message : evidence.deadLetters()) {
      if (!message.isReasoned()) {
        List<String> trail = new ArrayList<>(List.of(message.line()));
        message.move().ifPresent(move -> trail.addAll(move.ownFailures()));
        all.add(
            new Violation(
                Rule.DEAD_LETTER_REASON,
                message.orderId(),
                "a dead letter does not say why",
                trail));
      }
    }
    return List.copyOf(all);
  }
}
