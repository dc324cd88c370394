package orders.domain;

import java.util.Collections;
import java.util.Currency;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the customer asked for: everything of an order that the customer decides.
 *
 * @param currency one for the whole order
 * @param lines 1 to 100, no SKU twice, each priced in the currency
 * @param metadata the customer's own notes to the machine, at most 20; kept by key, since the order
 *     they were written in survives neither the table nor a change that is taken back
 */
public record OrderContents(
    Currency currency,
    List<OrderLine> lines,
    @Nullable Address shippingAddress,
    @Nullable String reference,
    @Nullable String note,
    Map<String, String> metadata) {
  /** The most lines in one order. */
  public static final int MAX_LINES = 100;

  /** The most entries of metadata. */
  public static final int MAX_METADATA = 20;

  /** The highest total, in minor units: the highest integer that every JSON reader keeps exact. */
  public static final long MAX_TOTAL = (1L << 53) - 1;

  public OrderContents {
    lines = List.copyOf(lines);
    metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
    if (lines.isEmpty() || lines.size() > MAX_LINES) {
      throw new IllegalArgumentException("an order has 1 to 100 lines but had " + lines.size());
    }
    Set<String> skus = new HashSet<>();
    for (OrderLine line : lines) {
      if (!skus.add(line.sku().value())) {
        throw new IllegalArgumentException("sku " + line.sku() + " is in two lines");
      }
    }
    if (metadata.size() > MAX_METADATA) {
      throw new IllegalArgumentException("an order has at most 20 entries of metadata");
    }
    if (sum(currency, lines).minorUnits() > MAX_TOTAL) {
      throw new IllegalArgumentException("the total passes 2^53 - 1 minor units");
    }
  }

  /** Returns the sum of the lines. */
  public Money total() {
    return sum(currency, lines);
  }

  private static Money sum(Currency currency, List<OrderLine> lines) {
    return lines.stream().map(OrderLine::total).reduce(Money.zero(currency), Money::plus);
  }
}
