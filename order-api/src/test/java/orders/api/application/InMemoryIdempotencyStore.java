package orders.api.application;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import orders.domain.Fingerprint;
import org.jspecify.annotations.Nullable;

/** The store of the fast tests; passes the same suite as the real one. */
public final class InMemoryIdempotencyStore implements IdempotencyStore {
  private static final Duration KEPT = Duration.ofDays(35);

  private record Entry(
      Fingerprint fingerprint, UUID token, Instant until, @Nullable KeptAnswer answer) {}

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
  public synchronized Claim claim(UUID key, Fingerprint fingerprint, Duration lease) {
    writes.incrementAndGet();
    Entry entry = entries.get(key);
    if (entry != null && entry.until().isAfter(clock.instant())) {
      if (!entry.fingerprint().equals(fingerprint)) {
        return new Claim.Reused();
      }
      return entry.answer() == null ? new Claim.Running() : new Claim.Answered(entry.answer());
    }
    Lease taken = new Lease(key, fingerprint, UUID.randomUUID());
    entries.put(key, new Entry(fingerprint, taken.token(), clock.instant().plus(lease), null));
    return new Claim.Taken(taken);
  }

  @Override
  public synchronized void complete(Lease lease, KeptAnswer answer) {
    keep(lease, isHeld(lease), answer);
  }

  @Override
  public synchronized void keep(UUID newKey, Fingerprint fingerprint, KeptAnswer answer) {
    Lease lease = new Lease(newKey, fingerprint, UUID.randomUUID());
    keep(lease, !entries.containsKey(newKey), answer);
  }

  private void keep(Lease lease, boolean isOurs, KeptAnswer answer) {
    writes.incrementAndGet();
    if (failsToComplete) {
      throw new UnavailableException(
          "keeping an answer", new IllegalStateException("out of order"));
    }
    if (!isOurs) {
      throw new UnavailableException("another has the key", new IllegalStateException("lost"));
    }
    entries.put(
        lease.key(),
        new Entry(lease.fingerprint(), lease.token(), clock.instant().plus(KEPT), answer));
  }

  @Override
  public synchronized void release(Lease lease) {
    writes.incrementAndGet();
    if (isHeld(lease) && entries.get(lease.key()).answer() == null) {
      entries.remove(lease.key());
    }
  }

  @Override
  public synchronized Optional<KeptAnswer> find(UUID key) {
    reads.incrementAndGet();
    Entry entry = entries.get(key);
    return entry == null ? Optional.empty() : Optional.ofNullable(entry.answer());
  }

  private boolean isHeld(Lease lease) {
    Entry entry = entries.get(lease.key());
    return entry != null && entry.token().equals(lease.token());
  }
}
