package orders.proof.checker;

import java.util.ArrayList;
import java.util.List;

/** Compares the evidence of a run with the pipeline's promises. */
public final class Checker {
  private Checker() {}

  /** Returns every broken rule; empty if all promises were kept. */
  public static List<Violation> check(Evidence evidence) {
    Findings findings = new Findings();
    Casebook book = new Casebook(evidence);
    new Acceptance(book, findings).check();
    new Histories(book, findings).check();
    new Announcements(book, findings).check();
    new Answers(book, findings).check();
    List<Violation> all = new ArrayList<>(findings.all());
    for (Parked message : evidence.parked()) {
      if (!message.isReasoned()) {
        List<String> trail = new ArrayList<>(List.of(message.line()));
        message.move().ifPresent(move -> trail.addAll(move.ownFailures()));
        all.add(
            new Violation(
                Rule.PARKED_WITH_REASON,
                message.orderId(),
                "a parked message does not say why",
                trail));
      }
    }
    return List.copyOf(all);
  }
}
