package orders.domain;

import org.jspecify.annotations.Nullable;

/**
 * So many of one thing at a price.
 *
 * @param name what it is called, for people; may be absent
 * @param quantity 1 to 10,000
 * @param unitPrice price of one, 0 to 10^12 minor units
 */
public record OrderLine(Sku sku, @Nullable String name, int quantity, Money unitPrice) {
  /** The most of one thing in a line. */
  public static final int MAX_QUANTITY = 10_000;

  /** The highest price of one thing, in minor units. */
  public static final long MAX_UNIT_PRICE = 1_000_000_000_000L;

  public OrderLine {
    if (quantity < 1 || quantity > MAX_QUANTITY) {
      throw new IllegalArgumentException("quantity must be 1 to 10,000 but was " + quantity);
    }
    if (unitPrice.minorUnits() < 0 || unitPrice.minorUnits() > MAX_UNIT_PRICE) {
      throw new IllegalArgumentException("unit price must be 0 to 10^12 but was " + unitPrice);
    }
  }

  /** Returns the price of the whole line. */
  public Money total() {
    return unitPrice.times(quantity);
  }
}
