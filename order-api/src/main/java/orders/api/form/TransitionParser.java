package orders.api.form;

import java.util.Optional;
import java.util.Set;
import orders.api.application.ChangeOrders.Change;
import orders.api.http.ProblemType;
import orders.api.http.Violation.Pointer;
import orders.api.json.JsonValue.JsonObject;

/** The bodies that change an order. */
public final class TransitionParser {
  private TransitionParser() {}

  /** Reads the merge patch of an amendment. */
  public static Parsed<Change> amend(JsonObject body) {
    FormObject patch = new FormObject(body, Pointer.ROOT, new Violations());
    Optional<AmendmentParser> form = AmendmentParser.read(patch);
    return form.isPresent()
        ? new Parsed.Valid<>(new Change.Amend(form.get()::in))
        : new Parsed.Invalid<>(patch.violations().toProblem(ProblemType.INVALID_ORDER));
  }

  /** Reads why to cancel. */
  public static Parsed<Change> cancel(JsonObject body) {
    FormObject form = form(body, "reason");
    return result(form, new Change.Cancel(form.text("reason", TextRule.REASON).orElse(null)));
  }

  /** Reads a body that has nothing to say. */
  public static Parsed<Change> empty(JsonObject body, Change change) {
    return result(form(body), change);
  }

  /** Reads how an order was shipped. */
  public static Parsed<Change> ship(JsonObject body) {
    FormObject form = form(body, "carrier", "trackingNumber");
    Optional<String> carrier = form.text("carrier", TextRule.LABEL);
    Optional<String> number = form.text("trackingNumber", TextRule.LABEL);
    return result(form, new Change.Ship(carrier.orElse(null), number.orElse(null)));
  }

  private static FormObject form(JsonObject body, String... fields) {
    FormObject form = new FormObject(body, Pointer.ROOT, new Violations());
    form.allow(Set.of(fields));
    return form;
  }

  private static Parsed<Change> result(FormObject form, Change change) {
    return form.violations().isEmpty()
        ? new Parsed.Valid<>(change)
        : new Parsed.Invalid<>(form.violations().toProblem(ProblemType.INVALID_ORDER));
  }
}
