package orders.domain;

/** Ties together all that one request caused; 1 to 64 of {@code A-Z a-z 0-9 . _ -}. */
public record CorrelationId(String value) {
  public CorrelationId {
    if (!Text.isToken(value, 64)) {
      throw new IllegalArgumentException("correlation id must be 1 to 64 of A-Z a-z 0-9 . _ -");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
