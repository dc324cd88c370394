package orders.api.http;

import java.util.Set;
import orders.domain.CustomerId;

/**
 * Who calls, as the authorizer has checked.
 *
 * @param id the {@code sub} of the token
 */
public record Caller(CustomerId id, Set<Scope> scopes) {
  public Caller {
    scopes = Set.copyOf(scopes);
  }

  /** Returns whether the caller may do what needs a scope; admin includes the others. */
  public boolean may(Scope scope) {
    return scopes.contains(scope) || scopes.contains(Scope.ADMIN);
  }

  /** Returns whether the caller is the back office. */
  public boolean isAdmin() {
    return scopes.contains(Scope.ADMIN);
  }

  /** Returns whether an order of a customer is there for this caller. */
  public boolean sees(CustomerId owner) {
    return isAdmin() || id.equals(owner);
  }
}
