package orders.api.application;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import orders.domain.CorrelationId;
import orders.domain.Fingerprint;
import org.jspecify.annotations.Nullable;

/** The store of the fast tests; passes the same suite as the real one. */
public final class InMemoryIdempotencyStore implements IdempotencyStore {
  private static final Duration KEPT = Duration.ofDays(35);

  private record Entry(
      Lease lease, Instant until, Instant leased, @Nullable StoredResponse answer) {}

  /** How many writes were asked for. */
  public final AtomicInteger writes = new AtomicInteger();

  /** How many reads were asked for. */
  public final AtomicInteger reads = new AtomicInteger();

  /** Whether the store does not answer when an answer is to be kept. */
  public volatile boolean failsToComplete;

  private final Map<UUID, Entry> entries = new HashMap<>();
  private final InstantSource clock;

  public InMemoryIdempotencyStore(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public synchronized Claim claim(
      UUID key, Fingerprint fingerprint, Acceptance acceptance, Duration lease) {
    writes.incrementAndGet();
    Instant now = clock.instant();
    Entry entry = entries.get(key);
    Lease taken = new Lease(key, fingerprint, acceptance, false, UUID.randomUUID());
    if (entry != null && entry.until().isAfter(now)) {
      if (!entry.lease().fingerprint().equals(fingerprint)) {
        return new Claim.Reused();
      }
      if (entry.answer() != null) {
        return new Claim.Answered(entry.answer());
      }
      if (entry.leased().isAfter(now)) {
        return new Claim.Running();
      }
      taken = new Lease(key, fingerprint, entry.lease().acceptance(), true, taken.token());
    }
    entries.put(key, new Entry(taken, now.plus(KEPT), now.plus(lease), null));
    return new Claim.Taken(taken);
  }

  @Override
  public synchronized void complete(Lease lease, StoredResponse answer) {
    keep(lease, !entries.containsKey(lease.key()) || isHeld(lease), answer);
  }

  @Override
  public synchronized void keep(UUID newKey, Fingerprint fingerprint, StoredResponse answer) {
    Acceptance unused =
        new Acceptance(clock.instant(), answer.owner(), new CorrelationId("unused"));
    keep(
        new Lease(newKey, fingerprint, unused, false, UUID.randomUUID()),
        !entries.containsKey(newKey),
        answer);
  }

  private void keep(Lease lease, boolean isOurs, StoredResponse answer) {
    writes.incrementAndGet();
    if (failsToComplete) {
      throw new UnavailableException("keeping an answer");
    }
    if (!isOurs) {
      throw new UnavailableException("another has the key");
    }
    Instant now = clock.instant();
    entries.put(lease.key(), new Entry(lease, now.plus(KEPT), now, answer));
  }

  @Override
  public synchronized void release(Lease lease) {
    writes.incrementAndGet();
    if (isHeld(lease) && entries.get(lease.key()).answer() == null) {
      entries.remove(lease.key());
    }
  }

  @Override
  public synchronized void suspend(Lease lease) {
    writes.incrementAndGet();
    if (isHeld(lease) && entries.get(lease.key()).answer() == null) {
      Instant now = clock.instant();
      entries.put(lease.key(), new Entry(lease, now.plus(KEPT), now, null));
    }
  }

  @Override
  public synchronized Optional<StoredResponse> find(UUID key) {
    reads.incrementAndGet();
    Entry entry = entries.get(key);
    return entry == null ? Optional.empty() : Optional.ofNullable(entry.answer());
  }

  private boolean isHeld(Lease lease) {
    Entry entry = entries.get(lease.key());
    return entry != null && entry.lease().token().equals(lease.token());
  }
}
