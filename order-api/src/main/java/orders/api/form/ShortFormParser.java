package orders.api.form;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import orders.api.http.Caller;
import orders.api.json.JsonValue;
import orders.api.json.JsonValue.JsonNumber;
import orders.domain.Money;
import orders.domain.OrderContents;
import orders.domain.OrderLine;
import orders.domain.Sku;

/**
 * An order as the tutorials write it: {@code id}, {@code product}, {@code price}, {@code
 * order_date}.
 */
final class ShortFormParser {
  private static final Set<String> FIELDS = Set.of("id", "product", "price", "order_date");

  /** Longer numbers are no price in any currency, and slow to compute with. */
  private static final int LONGEST_PRICE = 40;

  private ShortFormParser() {}

  /** Returns whether an item is written so, and not as the fields of an order. */
  static boolean isUsedBy(FormObject item) {
    return item.has("product") || item.has("price");
  }

  /** Reads an item; empty if anything was reported. */
  static Optional<PlaceOrderParser> read(FormObject item, Caller caller, Currency currency) {
    int before = item.violations().count();
    item.allow(FIELDS);
    item.require("product", "price");
    Optional<String> id = item.text("id", TextRule.REFERENCE);
    Optional<String> product = item.text("product", TextRule.LABEL);
    Optional<String> date = item.text("order_date", TextRule.METADATA_VALUE);
    Optional<Money> price = price(item, currency);
    if (item.violations().count() > before || product.isEmpty() || price.isEmpty()) {
      return Optional.empty();
    }
    OrderLine line = new OrderLine(skuOf(product.get()), product.get(), 1, price.get());
    return Optional.of(
        new PlaceOrderParser(
            caller.id(),
            new OrderContents(
                currency,
                List.of(line),
                null,
                id.orElse(null),
                null,
                date.isPresent() ? Map.of("order_date", date.get()) : Map.of())));
  }

  /** Returns a SKU that a person recognises the product by: what a SKU cannot hold is a hyphen. */
  private static Sku skuOf(String product) {
    String token = product.replaceAll("[^A-Za-z0-9._-]+", "-").replaceAll("^-|-$", "");
    return new Sku(token.isEmpty() ? "ITEM" : token.substring(0, Math.min(64, token.length())));
  }

  private static Optional<Money> price(FormObject item, Currency currency) {
    Optional<JsonValue> sent = item.value("price");
    if (sent.isEmpty()) {
      return Optional.empty();
    }
    if (!(sent.get() instanceof JsonNumber number)) {
      item.report("price", "wrong-type", "Must be a number.");
      return Optional.empty();
    }
    Optional<BigDecimal> price = decimal(number.literal());
    BigDecimal most =
        BigDecimal.valueOf(OrderLine.MAX_UNIT_PRICE, currency.getDefaultFractionDigits());
    if (price.isEmpty() || price.get().signum() < 0 || price.get().compareTo(most) > 0) {
      item.report("price", "out-of-range", "Must be between 0 and " + most.toBigInteger() + ".");
      return Optional.empty();
    }
    if (price.get().scale() > currency.getDefaultFractionDigits()) {
      item.report(
          "price",
          "too-many-decimals",
          currency.getCurrencyCode()
              + " has "
              + currency.getDefaultFractionDigits()
              + " decimal places. Send no more.");
      return Optional.empty();
    }
    return Optional.of(
        new Money(
            currency,
            price.get().movePointRight(currency.getDefaultFractionDigits()).longValueExact()));
  }

  private static Optional<BigDecimal> decimal(String literal) {
    if (literal.length() > LONGEST_PRICE) {
      return Optional.empty();
    }
    try {
      BigDecimal exact = new BigDecimal(literal).stripTrailingZeros();
      // Beyond these, comparing alone would write out a billion zeros.
      return Math.abs((long) exact.scale()) <= LONGEST_PRICE && exact.precision() <= LONGEST_PRICE
          ? Optional.of(exact)
          : Optional.empty();
    } catch (NumberFormatException | ArithmeticException beyondExponents) {
      return Optional.empty();
    }
  }
}
