package orders.api.http;

import java.util.Optional;

/** What a token allows its bearer. */
public enum Scope {
  /** Read one's own orders. */
  READ("orders/read"),
  /** Place and change one's own orders. */
  WRITE("orders/write"),
  /** Read and change all orders. */
  ADMIN("orders/admin");

  private final String written;

  Scope(String written) {
    this.written = written;
  }

  /** Returns the scope written so in a token; empty for one that means nothing here. */
  public static Optional<Scope> of(String written) {
    for (Scope scope : values()) {
      if (scope.written.equals(written)) {
        return Optional.of(scope);
      }
    }
    return Optional.empty();
  }
}
