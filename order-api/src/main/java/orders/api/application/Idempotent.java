package orders.api.application;

import java.time.Duration;
import java.util.UUID;
import java.util.function.Function;
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
    record Keep<R>(StoredResponse answer, boolean replayed) implements Work<R> {}

    /** A refusal: nothing is kept. */
    record Refuse<R>(R refusal) implements Work<R> {}
  }

  /** What the request came to. */
  sealed interface Execution<R> {
    record Answered<R>(StoredResponse answer, boolean replayed) implements Execution<R> {}

    record Refused<R>(R refusal) implements Execution<R> {}

    record Running<R>() implements Execution<R> {}

    record Reused<R>() implements Execution<R> {}
  }

  <R> Execution<R> makeIdempotent(
      UUID key,
      Fingerprint fingerprint,
      Acceptance acceptance,
      Duration lease,
      Function<Acceptance, Work<R>> work) {
    return switch (store.claim(key, fingerprint, acceptance, lease)) {
      case Claim.Taken(Lease taken) -> run(taken, work);
      case Claim.Answered(StoredResponse answer) -> new Execution.Answered<>(answer, true);
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
      case Work.Keep<R>(StoredResponse answer, boolean replayed) -> {
        // Before any answer, as with any key, and after the message: an answer that is kept is what
        // tells of an accepted order.
        store.keep(newKey, fingerprint, answer);
        yield new Execution.Answered<>(answer, replayed);
      }
      case Work.Refuse<R>(R refusal) -> new Execution.Refused<>(refusal);
    };
  }

  private <R> Execution<R> run(Lease lease, Function<Acceptance, Work<R>> work) {
    Work<R> outcome;
    try {
      outcome = work.apply(lease.acceptance());
    } catch (UnavailableException.OutcomeUnknown | Error unknown) {
      after(unknown, () -> store.suspend(lease));
      throw unknown;
    } catch (RuntimeException failure) {
      after(failure, () -> free(lease));
      throw failure;
    }
    return switch (outcome) {
      case Work.Keep<R>(StoredResponse answer, boolean replayed) -> {
        keep(lease, answer);
        yield new Execution.Answered<>(answer, replayed);
      }
      case Work.Refuse<R>(R refusal) -> {
        free(lease);
        yield new Execution.Refused<>(refusal);
      }
    };
  }

  /** Before any answer: who was told of an order must be able to read it. */
  private void keep(Lease lease, StoredResponse answer) {
    try {
      store.complete(lease, answer);
    } catch (UnavailableException notKept) {
      // The command was sent.
      after(notKept, () -> store.suspend(lease));
      throw notKept;
    }
  }

  /** Frees the key, unless an earlier attempt may have succeeded. */
  private void free(Lease lease) {
    if (lease.resumed()) {
      store.suspend(lease);
    } else {
      store.release(lease);
    }
  }

  private static void after(Throwable failure, Runnable endOfLease) {
    try {
      endOfLease.run();
    } catch (UnavailableException stillLeased) {
      // The lease will end by itself; the first failure is the one to report.
      failure.addSuppressed(stillLeased);
    }
  }
}
