package orders.api.application;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import orders.domain.Fingerprint;

/**
 * Port: which requests were answered, by a key that stands for caller, route and idempotency key.
 */
public interface IdempotencyStore {
  /**
   * Takes a key, unless someone has it. Of two that try at once, one gets it.
   *
   * @param acceptance what to keep with the key, unless an earlier request of the same fingerprint
   *     kept its own
   * @param lease after which the same request may take the key again if nothing more was heard, as
   *     after a crash
   * @throws UnavailableException if it is not known to be taken; it may be, until the lease ends
   */
  Claim claim(UUID key, Fingerprint fingerprint, Acceptance acceptance, Duration lease);

  /**
   * Keeps the answer. When this returns, every later claim and {@link #find} sees it.
   *
   * @throws UnavailableException if it is not known to be kept, or the lease was lost to another
   */
  void complete(Lease lease, StoredResponse answer);

  /**
   * Keeps the answer under a key that was made for its request, in the place of {@link #claim} and
   * {@link #complete}: nobody else can be at it. When this returns, every later claim and {@link
   * #find} sees the answer. What someone has under the key all the same is not touched.
   *
   * @throws UnavailableException if it is not known to be kept
   */
  void keep(UUID newKey, Fingerprint fingerprint, StoredResponse answer);

  /**
   * Makes the key free again, unless the lease was lost to another. An answer that is kept stays,
   * even if whoever kept it never heard that it was: others may have been told it since.
   *
   * @throws UnavailableException if it is not known to be free
   */
  void release(Lease lease);

  /**
   * Ends the lease and keeps the key for its request, whose outcome is unknown: the same request
   * can take the key at once and goes on with the same {@link Acceptance}; another cannot. Does
   * nothing if the lease was lost to another, or an answer is kept.
   *
   * @throws UnavailableException if it is not known to have ended
   */
  void suspend(Lease lease);

  /** Returns the answer kept under a key, however old; empty if there is none. */
  Optional<StoredResponse> find(UUID key);

  /** What became of taking a key. */
  sealed interface Claim {
    /** It is the caller's until one of the methods above ends the lease, or its time does. */
    record Taken(Lease lease) implements Claim {}

    /** The same request was answered before. */
    record Answered(StoredResponse answer) implements Claim {}

    /** The same request is being worked on. */
    record Running() implements Claim {}

    /** The key belongs to another request. */
    record Reused() implements Claim {}
  }

  /**
   * The right to a key.
   *
   * @param acceptance the one to go on with
   * @param resumed whether the outcome of an earlier attempt at the same request is unknown
   * @param token tells this lease from every other one of the key
   */
  record Lease(
      UUID key, Fingerprint fingerprint, Acceptance acceptance, boolean resumed, UUID token) {}
}
