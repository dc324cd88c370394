package orders.domain;

/**
 * Whose order it is: the {@code sub} of the customer's token; 1 to 128 printable ASCII characters.
 */
public record CustomerId(String value) {
  public CustomerId {
    if (!Text.isPrintableAscii(value, 128)) {
      throw new IllegalArgumentException("customer id must be 1 to 128 printable ASCII characters");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
