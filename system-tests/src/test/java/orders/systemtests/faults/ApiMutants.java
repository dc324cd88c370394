package orders.systemtests.faults;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import orders.api.application.Acceptance;
import orders.api.application.IdempotencyStore;
import orders.domain.CustomerId;
import orders.domain.Fingerprint;
import orders.domain.OrderId;
import orders.systemtests.chaos.StandIn;

/** What stands in for the guards of the API. */
final class ApiMutants {
  private ApiMutants() {}

  /** A key that was used for one request can be used for another. */
  public static final class TakesAUsedKeyForAnotherRequest {
    @StandIn(owner = IdempotencyStore.class, method = "claim")
    public static IdempotencyStore.Claim claim(
        IdempotencyStore store,
        UUID key,
        Fingerprint fingerprint,
        Acceptance acceptance,
        Duration lease) {
      IdempotencyStore.Claim claim = store.claim(key, fingerprint, acceptance, lease);
      if (!(claim instanceof IdempotencyStore.Claim.Reused)) {
        return claim;
      }
      String other = key + fingerprint.value();
      return store.claim(
          UUID.nameUUIDFromBytes(other.getBytes(StandardCharsets.UTF_8)),
          fingerprint,
          acceptance,
          lease);
    }
  }

  /** A key is free again although its request may have been taken. */
  public static final class FreesKeysOfUnknownOutcome {
    @StandIn(owner = IdempotencyStore.class, method = "suspend")
    public static void suspend(IdempotencyStore store, IdempotencyStore.Lease lease) {
      store.release(lease);
    }
  }

  /** Each try makes an order id of its own. */
  public static final class MakesRandomIds {
    @StandIn(owner = OrderId.class, method = "derive")
    public static OrderId derive(CustomerId caller, String route, String key) {
      return new OrderId(UUID.randomUUID());
    }
  }
}
