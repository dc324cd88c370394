package orders.domain;

/** What is sold; 1 to 64 of {@code A-Z a-z 0-9 . _ -}. */
public record Sku(String value) {
  public Sku {
    if (!Text.isToken(value, 64)) {
      throw new IllegalArgumentException("sku must be 1 to 64 of A-Z a-z 0-9 . _ -");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
