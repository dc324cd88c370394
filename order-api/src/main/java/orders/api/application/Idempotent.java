package orders.api.application;

import java.time.Duration;
import java.util.UUID;
import java.util.function.Supplier;
import orders.api.application.IdempotencyStore.Claim;
import orders.api.application.IdempotencyStore.Lease;
import orders.domain.Fingerprint;

/**
 * Runs work under a key so that a retry hears the first answer: the {@code makeIdempotent} of
 * Powertools 2, which cannot be had here, to be replaced by it. It is a courtesy to clients and not
 * what keeps orders single: after a crash the work runs again, and the derived ids bear that.
 */
final class Idempotent {
  private final IdempotencyStore store;

  Idempotent(IdempotencyStore store) {
    this.store = store;
  }

  /** What the work came to. */
  sealed interface Work<R> {
    /**
     * An answer to keep.
     *
     * @param replayed whether it is the answer of an earlier time
     */
    record Keep<R>(KeptAnswer answer, boolean replayed) implements Work<R> {}

    /** A refusal: nothing is kept. */
    record Refuse<R>(R refusal) implements Work<R> {}
  }

  /** What the request came to. */
  sealed interface Execution<R> {
    record Answered<R>(KeptAnswer answer, boolean replayed) implements Execution<R> {}

    record Refused<R>(R refusal) implements Execution<R> {}

    record Running<R>() implements Execution<R> {}

    record Reused<R>() implements Execution<R> {}
  }

  <R> Execution<R> makeIdempotent(
      UUID key, Fingerprint fingerprint, Duration lease, Supplier<Work<R>> work) {
    return switch (store.claim(key, fingerprint, lease)) {
      case Claim.Taken(Lease taken) -> run(taken, work);
      case Claim.Answered(KeptAnswer answer) -> new Execution.Answered<>(answer, true);
      case Claim.Running() -> new Execution.Running<>();
      case Claim.Reused() -> new Execution.Reused<>();
    };
  }

  /**
   * Runs work under a key that was made for this very request: there is no first answer to hear and
   * nobody to keep away, so the answer is all that is written down.
   */
  <R> Execution<R> underNewKey(UUID newKey, Fingerprint fingerprint, Supplier<Work<R>> work) {
    return switch (work.get()) {
      case Work.Keep<R>(KeptAnswer answer, boolean replayed) -> {
        // Before any answer, as with any key, and after the message: an answer that is kept is what
        // tells of an accepted order.
        store.keep(newKey, fingerprint, answer);
        yield new Execution.Answered<>(answer, replayed);
      }
      case Work.Refuse<R>(R refusal) -> new Execution.Refused<>(refusal);
    };
  }

  private <R> Execution<R> run(Lease lease, Supplier<Work<R>> work) {
    Work<R> outcome;
    try {
      outcome = work.get();
      if (outcome instanceof Work.Keep<R>(KeptAnswer answer, boolean replayed)) {
        // Before any answer: who was told of an order must be able to read it.
        store.complete(lease, answer);
        return new Execution.Answered<>(answer, replayed);
      }
    } catch (RuntimeException | Error failure) {
      try {
        store.release(lease);
      } catch (UnavailableException stillTaken) {
        // The lease will end by itself; the first failure is the one to tell of.
        failure.addSuppressed(stillTaken);
      }
      throw failure;
    }
    store.release(lease);
    return switch (outcome) {
      case Work.Refuse<R>(R refusal) -> new Execution.Refused<>(refusal);
      case Work.Keep<R> kept -> throw new IllegalStateException("kept answers were returned");
    };
  }
}
