package orders.api.form;

import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import orders.api.http.Caller;
import orders.api.http.ProblemType;
import orders.api.http.Violation.Pointer;
import orders.api.json.JsonValue.JsonObject;
import orders.domain.Address;
import orders.domain.Currencies;
import orders.domain.CustomerId;
import orders.domain.OrderContents;

/**
 * An order that may be placed.
 *
 * @param customer whose it will be
 */
public record PlaceOrderParser(CustomerId customer, OrderContents contents) {
  static final Set<String> FIELDS =
      Set.of(
          "currency",
          "lines",
          "total",
          "shippingAddress",
          "reference",
          "note",
          "metadata",
          "customerId");

  /** Reads the body of a request. */
  public static Parsed<PlaceOrderParser> read(JsonObject body, Caller caller) {
    FormObject order = new FormObject(body, Pointer.ROOT, new Violations());
    Optional<PlaceOrderParser> form = read(order, caller);
    return form.isPresent()
        ? new Parsed.Valid<>(form.get())
        : new Parsed.Invalid<>(order.violations().toProblem(ProblemType.INVALID_ORDER));
  }

  /** Reads the fields of an order; empty if anything was reported. */
  static Optional<PlaceOrderParser> read(FormObject order, Caller caller) {
    Violations violations = order.violations();
    int before = violations.count();
    order.allow(FIELDS);
    order.require("currency", "lines");
    Optional<Currency> currency = currency(order);
    Optional<List<LineParser>> lines = LineParser.readAll(order);
    checkTotal(order, lines);
    Optional<Address> address = AddressParser.read(order);
    Optional<String> reference = order.text("reference", TextRule.REFERENCE);
    Optional<String> note = order.text("note", TextRule.NOTE);
    Map<String, String> metadata = MetadataParser.read(order);
    CustomerId customer = customer(order, caller);
    if (violations.count() > before || currency.isEmpty() || lines.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new PlaceOrderParser(
            customer,
            new OrderContents(
                currency.get(),
                LineParser.in(currency.get(), lines.get()),
                address.orElse(null),
                reference.orElse(null),
                note.orElse(null),
                metadata)));
  }

  /** Returns whose order it is to be: the caller's, unless the back office names another. */
  static CustomerId customer(FormObject order, Caller caller) {
    if (order.has("customerId") && !caller.isAdmin()) {
      order.report(
          "customerId", "admin-only", "Only callers with orders/admin can set customerId.");
    }
    return order.text("customerId", TextRule.CUSTOMER).map(CustomerId::new).orElse(caller.id());
  }

  private static Optional<Currency> currency(FormObject order) {
    // Any text: what is not a code is reported once, as that.
    Optional<String> code =
        order.text("currency", new TextRule(0, Integer.MAX_VALUE, TextRule.Kind.LINES));
    Optional<Currency> currency = code.flatMap(Currencies::active);
    if (code.isPresent() && currency.isEmpty()) {
      order.report("currency", "unknown-currency", "Must be an active ISO 4217 code, such as EUR.");
    }
    return currency;
  }

  private static void checkTotal(FormObject order, Optional<List<LineParser>> lines) {
    Optional<Long> total = order.integer("total", 0, OrderContents.MAX_TOTAL);
    if (total.isPresent() && lines.isPresent()) {
      OptionalLong sum = LineParser.sum(lines.get());
      if (sum.isPresent() && sum.getAsLong() != total.get()) {
        order.report(
            "total",
            "total-mismatch",
            "The sum of the lines is " + sum.getAsLong() + ". Send that amount or omit total.");
      }
    }
  }
}
