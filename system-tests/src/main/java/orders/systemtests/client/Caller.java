package orders.systemtests.client;

/**
 * Who calls.
 *
 * @param subject the token's {@code sub}
 * @param token the bearer token; empty to call without one
 * @param admin whether it has {@code orders/admin}
 */
public record Caller(String subject, String token, boolean admin) {
  @Override
  public String toString() {
    return subject;
  }
}
