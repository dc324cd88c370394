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
   * @param lease after which the key is free again if nothing more was heard, as after a crash
   * @throws UnavailableException if it is not known to be taken; it may be, until the lease ends
   */
  Claim claim(UUID key, Fingerprint fingerprint, Duration lease);

  /**
   * Keeps the answer. When this returns, every later claim and {@link #find} sees it.
   *
   * @throws UnavailableException if it is not known to be kept, or the lease was lost to another
   */
  void complete(Lease lease, KeptAnswer answer);

  /**
   * Keeps the answer under a key that was made for its request, in the place of {@link #claim} and
   * {@link #complete}: nobody else can be at it. When this returns, every later claim and {@link
   * #find} sees the answer. What someone has under the key all the same is not touched.
   *
   * @throws UnavailableException if it is not known to be kept
   */
  void keep(UUID newKey, Fingerprint fingerprint, KeptAnswer answer);

  /**
   * Makes the key free again, unless the lease was lost to another. An answer that is kept stays,
   * even if whoever kept it never heard that it was: others may have been told it since.
   *
   * @throws UnavailableException if it is not known to be free
   */
  void release(Lease lease);

  /** Returns the answer kept under a key, however old; empty if there is none. */
  Optional<KeptAnswer> find(UUID key);

  /** What became of taking a key. */
  sealed interface Claim {
    /** It is the caller's until {@link #complete}, {@link #release} or the lease's end. */
    record Taken(Lease lease) implements Claim {}

    /** The same request was answered before. */
    record Answered(KeptAnswer answer) implements Claim {}

    /** The same request is being worked on. */
    record Running() implements Claim {}

    /** The key belongs to another request. */
    record Reused() implements Claim {}
  }

  /**
   * The right to a key.
   *
   * @param token tells this lease from every other one of the key
   */
  record Lease(UUID key, Fingerprint fingerprint, UUID token) {}
}
