package orders.api.form;

import java.util.ArrayList;
import java.util.Currency;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import orders.domain.Money;
import orders.domain.OrderContents;
import orders.domain.OrderLine;
import orders.domain.Sku;
import org.jspecify.annotations.Nullable;

/**
 * A line that is right, before it is known in which currency.
 *
 * @param unitPrice in minor units
 */
record LineParser(Sku sku, @Nullable String name, int quantity, long unitPrice) {
  private static final Set<String> FIELDS = Set.of("sku", "name", "quantity", "unitPrice");

  OrderLine in(Currency currency) {
    return new OrderLine(sku, name, quantity, new Money(currency, unitPrice));
  }

  static List<OrderLine> in(Currency currency, List<LineParser> lines) {
    return lines.stream().map(line -> line.in(currency)).toList();
  }

  /** Returns the lines of an order if all of them are right. */
  static Optional<List<LineParser>> readAll(FormObject order) {
    Violations violations = order.violations();
    int before = violations.count();
    Optional<List<FormObject>> sent = order.objects("lines");
    if (sent.isEmpty()) {
      return Optional.empty();
    }
    if (order.size("lines") < 1) {
      order.report("lines", "too-few", "An order must have at least 1 line.");
    } else if (order.size("lines") > OrderContents.MAX_LINES) {
      // What a hundred lines may not hold need not be looked at.
      order.report("lines", "too-many", "An order must have at most 100 lines.");
      return Optional.empty();
    }
    List<LineParser> lines = new ArrayList<>();
    Set<String> skus = new HashSet<>();
    for (FormObject line : sent.get()) {
      line.allow(FIELDS);
      line.require("sku", "quantity", "unitPrice");
      Optional<String> sku = line.text("sku", TextRule.SKU);
      if (sku.isPresent() && !skus.add(sku.get())) {
        line.report("sku", "duplicate-sku", "Another line has the same sku. Merge the lines.");
      }
      Optional<String> name = line.text("name", TextRule.LABEL);
      Optional<Long> quantity = line.integer("quantity", 1, OrderLine.MAX_QUANTITY);
      Optional<Long> unitPrice = line.integer("unitPrice", 0, OrderLine.MAX_UNIT_PRICE);
      if (sku.isPresent() && quantity.isPresent() && unitPrice.isPresent()) {
        lines.add(
            new LineParser(
                new Sku(sku.get()),
                name.orElse(null),
                Math.toIntExact(quantity.get()),
                unitPrice.get()));
      }
    }
    if (violations.count() > before) {
      return Optional.empty();
    }
    if (sum(lines).isEmpty()) {
      order.report("lines", "total-too-large", "The sum of the lines must not exceed 2^53 - 1.");
      return Optional.empty();
    }
    return Optional.of(List.copyOf(lines));
  }

  /** Returns the sum in minor units; empty if it passes what an order may come to. */
  static OptionalLong sum(List<LineParser> lines) {
    long sum = 0;
    for (LineParser line : lines) {
      // At most 10^4 times 10^12, a hundred times: a long holds it.
      sum += line.quantity * line.unitPrice;
    }
    return sum > OrderContents.MAX_TOTAL ? OptionalLong.empty() : OptionalLong.of(sum);
  }
}
