package orders.domain;

import java.util.Currency;

/**
 * An amount of money in one currency.
 *
 * @param currency ISO 4217 currency
 * @param minorUnits amount in the currency's minor unit: cents for EUR, whole yen for JPY, fils for
 *     BHD
 */
public record Money(Currency currency, long minorUnits) {
  /** Returns nothing at all, in a currency. */
  public static Money zero(Currency currency) {
    return new Money(currency, 0);
  }

  /**
   * Returns this amount plus another.
   *
   * @throws IllegalArgumentException if the currencies differ
   * @throws ArithmeticException if the sum does not fit a {@code long}
   */
  public Money plus(Money other) {
    if (!currency.equals(other.currency)) {
      throw new IllegalArgumentException("cannot add " + other + " to " + this);
    }
    return new Money(currency, Math.addExact(minorUnits, other.minorUnits));
  }

  /**
   * Returns this amount so many times.
   *
   * @throws ArithmeticException if the product does not fit a {@code long}
   */
  public Money times(int quantity) {
    return new Money(currency, Math.multiplyExact(minorUnits, (long) quantity));
  }

  @Override
  public String toString() {
    return minorUnits + " minor units of " + currency.getCurrencyCode();
  }
}
