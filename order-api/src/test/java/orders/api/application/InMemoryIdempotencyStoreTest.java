package orders.api.application;

import java.time.InstantSource;

class InMemoryIdempotencyStoreTest extends IdempotencyStoreContract {
  private final IdempotencyStore store = new InMemoryIdempotencyStore(InstantSource.system());

  @Override
  protected IdempotencyStore store() {
    return store;
  }
}
