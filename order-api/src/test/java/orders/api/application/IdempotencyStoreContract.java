package orders.api.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import orders.api.application.IdempotencyStore.Claim;
import orders.api.application.IdempotencyStore.Lease;
import orders.domain.CorrelationId;
import orders.domain.CustomerId;
import orders.domain.Fingerprint;
import orders.domain.OrderId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every idempotency store promises. */
public abstract class IdempotencyStoreContract {
  private static final Fingerprint ONE = new Fingerprint("1".repeat(64));
  private static final Fingerprint OTHER = new Fingerprint("2".repeat(64));
  private static final Acceptance FIRST = acceptance("2026-01-31T09:30:00.123Z", "first");
  private static final Acceptance RETRY = acceptance("2026-01-31T09:31:00.456Z", "retry");
  private static final Duration LEASE = Duration.ofSeconds(30);

  private UUID key = UUID.randomUUID();

  @BeforeEach
  void takeAnotherKey() {
    key = UUID.randomUUID();
  }

  /** Returns a store on the system's clock. */
  protected abstract IdempotencyStore store();

  @Test
  void a_key_that_is_taken_is_taken() {
    claimed(LEASE);

    assertThat(store().claim(key, ONE, FIRST, LEASE)).isEqualTo(new Claim.Running());
    assertThat(store().claim(key, OTHER, FIRST, LEASE)).isEqualTo(new Claim.Reused());
    assertThat(store().find(key)).isEmpty();
  }

  @Test
  void an_answer_is_given_to_the_same_request_and_to_no_other() {
    StoredResponse answer = answer("{\"a\":\"\\\"\u20ac\uD83D\uDE00\\n\"}\n{}");
    store().complete(claimed(LEASE), answer);

    assertThat(store().claim(key, ONE, FIRST, LEASE)).isEqualTo(new Claim.Answered(answer));
    assertThat(store().claim(key, OTHER, FIRST, LEASE)).isEqualTo(new Claim.Reused());
    assertThat(store().find(key)).contains(answer);
  }

  @Test
  void an_answer_may_be_as_long_as_any_order() {
    StoredResponse answer = answer("\"".repeat(300_000));
    store().complete(claimed(LEASE), answer);

    assertThat(store().find(key)).contains(answer);
  }

  @Test
  void completing_twice_is_as_good_as_once() {
    Lease lease = claimed(LEASE);
    store().complete(lease, answer("{}"));
    store().complete(lease, answer("{}"));

    assertThat(store().claim(key, ONE, FIRST, LEASE)).isEqualTo(new Claim.Answered(answer("{}")));
  }

  @Test
  void an_answer_under_a_new_key_is_like_any_other() {
    store().keep(key, ONE, answer("{}"));

    assertThat(store().claim(key, ONE, FIRST, LEASE)).isEqualTo(new Claim.Answered(answer("{}")));
    assertThat(store().claim(key, OTHER, FIRST, LEASE)).isEqualTo(new Claim.Reused());
    assertThat(store().find(key)).contains(answer("{}"));
  }

  @Test
  void a_key_that_is_no_new_one_stays_whose_it_is() {
    Lease lease = claimed(LEASE);
    assertThatThrownBy(() -> store().keep(key, ONE, answer("{}")))
        .isInstanceOf(UnavailableException.class);
    assertThat(store().claim(key, ONE, FIRST, LEASE)).isEqualTo(new Claim.Running());

    store().complete(lease, answer("[]"));
    assertThatThrownBy(() -> store().keep(key, ONE, answer("{}")))
        .isInstanceOf(UnavailableException.class);
    assertThat(store().find(key)).contains(answer("[]"));
  }

  @Test
  void a_key_that_is_released_is_free_for_any_request() {
    store().release(claimed(LEASE));

    assertThat(store().find(key)).isEmpty();
    assertThat(store().claim(key, OTHER, FIRST, LEASE)).isInstanceOf(Claim.Taken.class);
  }

  @Test
  void an_answer_that_is_kept_is_kept_though_who_kept_it_did_not_hear_so() {
    Lease lease = claimed(LEASE);
    store().complete(lease, answer("{}"));
    store().release(lease);

    assertThat(store().claim(key, ONE, FIRST, LEASE)).isEqualTo(new Claim.Answered(answer("{}")));
    assertThat(store().find(key)).contains(answer("{}"));
  }

  @Test
  void a_key_whose_lease_has_ended_stays_its_requests() {
    claimed(Duration.ofMillis(1));

    Lease next = claimedAfterTheLease(ONE, RETRY);

    assertThat(next.acceptance()).isEqualTo(FIRST);
    assertThat(next.resumed()).isTrue();
    assertThat(store().claim(key, ONE, RETRY, LEASE)).isEqualTo(new Claim.Running());
  }

  @Test
  void a_key_whose_outcome_is_unknown_goes_to_the_same_request_at_once_and_to_no_other() {
    store().suspend(claimed(LEASE));

    assertThat(store().find(key)).isEmpty();
    assertThat(store().claim(key, OTHER, RETRY, LEASE)).isEqualTo(new Claim.Reused());
    Lease resumed = leaseOf(store().claim(key, ONE, RETRY, LEASE));
    assertThat(resumed.acceptance()).isEqualTo(FIRST);
    assertThat(resumed.resumed()).isTrue();

    store().suspend(resumed);
    assertThat(leaseOf(store().claim(key, ONE, RETRY, LEASE)).acceptance()).isEqualTo(FIRST);
  }

  @Test
  void an_answer_that_is_kept_and_a_lease_that_is_lost_cannot_be_suspended() {
    Lease lost = claimed(LEASE);
    store().suspend(lost);
    Lease next = leaseOf(store().claim(key, ONE, RETRY, LEASE));
    store().suspend(lost);
    assertThat(store().claim(key, ONE, RETRY, LEASE)).isEqualTo(new Claim.Running());

    store().complete(next, answer("{}"));
    store().suspend(next);
    assertThat(store().find(key)).contains(answer("{}"));
  }

  @Test
  void who_has_lost_a_lease_cannot_touch_the_record_of_the_next() {
    Lease lost = claimed(Duration.ofMillis(1));
    Lease next = claimedAfterTheLease(ONE, RETRY);

    assertThatThrownBy(() -> store().complete(lost, answer("{}")))
        .isInstanceOf(UnavailableException.class);
    store().release(lost);
    assertThat(store().claim(key, ONE, RETRY, LEASE)).isEqualTo(new Claim.Running());

    store().complete(next, answer("[]"));
    store().release(lost);
    assertThatThrownBy(() -> store().complete(lost, answer("{}")))
        .isInstanceOf(UnavailableException.class);
    assertThat(store().claim(key, ONE, RETRY, LEASE)).isEqualTo(new Claim.Answered(answer("[]")));
  }

  @Test
  void of_many_that_claim_at_once_exactly_one_gets_the_key() throws Exception {
    List<Callable<Claim>> claims = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      claims.add(() -> store().claim(key, ONE, FIRST, LEASE));
    }
    List<Claim> outcomes = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Claim> claim : executor.invokeAll(claims)) {
        outcomes.add(claim.get());
      }
    }

    assertThat(outcomes).filteredOn(Claim.Taken.class::isInstance).hasSize(1);
    assertThat(outcomes).filteredOn(Claim.Running.class::isInstance).hasSize(9);
  }

  @Test
  void there_is_no_answer_under_a_key_that_nobody_took() {
    assertThat(store().find(key)).isEmpty();
  }

  private Lease claimed(Duration lease) {
    return leaseOf(store().claim(key, ONE, FIRST, lease));
  }

  private Lease claimedAfterTheLease(Fingerprint fingerprint, Acceptance acceptance) {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (System.nanoTime() < deadline) {
      if (store().claim(key, fingerprint, acceptance, LEASE) instanceof Claim.Taken(Lease lease)) {
        return lease;
      }
      Thread.onSpinWait();
    }
    throw new AssertionError("the lease did not end");
  }

  private static Lease leaseOf(Claim claim) {
    if (claim instanceof Claim.Taken(Lease lease)) {
      return lease;
    }
    throw new AssertionError("not taken: " + claim);
  }

  private StoredResponse answer(String body) {
    return new StoredResponse(
        StoredResponse.Kind.ORDER,
        new OrderId(key),
        new CustomerId("alice"),
        0,
        Optional.of(FIRST),
        body);
  }

  private static Acceptance acceptance(String at, String correlationId) {
    return new Acceptance(
        Instant.parse(at), new CustomerId("office"), new CorrelationId(correlationId));
  }
}
