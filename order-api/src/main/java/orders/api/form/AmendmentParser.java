package orders.api.form;

import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import orders.api.http.Problem;
import orders.api.http.ProblemType;
import orders.api.http.Violation.Pointer;
import orders.domain.Address;
import orders.domain.ContentsPatch;
import orders.domain.FieldPatch;
import orders.domain.OrderContents;

/**
 * A merge patch that is right in itself; whether the order stands it is seen when it is applied.
 */
public final class AmendmentParser {
  static final Set<String> FIELDS =
      Set.of("lines", "shippingAddress", "reference", "note", "metadata");

  private final Optional<List<LineParser>> lines;
  private final FieldPatch<FieldPatch.Entries> shippingAddress;
  private final FieldPatch<String> reference;
  private final FieldPatch<String> note;
  private final FieldPatch<FieldPatch.Entries> metadata;

  private AmendmentParser(FormObject patch) {
    this.lines = LineParser.readAll(patch);
    this.shippingAddress = AddressParser.readPatch(patch);
    this.reference = text(patch, "reference", TextRule.REFERENCE);
    this.note = text(patch, "note", TextRule.NOTE);
    this.metadata = MetadataParser.readPatch(patch);
  }

  /** Reads a merge patch; empty if anything was reported. */
  static Optional<AmendmentParser> read(FormObject patch) {
    int before = patch.violations().count();
    patch.allow(FIELDS);
    AmendmentParser form = new AmendmentParser(patch);
    return patch.violations().count() == before ? Optional.of(form) : Optional.empty();
  }

  /** Returns the patch for an order in a currency. */
  public ContentsPatch in(Currency currency) {
    return new ContentsPatch(
        lines.map(forms -> LineParser.in(currency, forms)),
        shippingAddress,
        reference,
        note,
        metadata);
  }

  /**
   * Returns what is wrong with a patch that is right in itself, and with which an order would not
   * be whole.
   *
   * @param at where the patch is in the body
   */
  public static Problem problem(OrderContents before, ContentsPatch patch, Pointer at) {
    Violations violations = new Violations();
    Address address = before.shippingAddress();
    Map<String, String> parts =
        FieldPatch.applyEntries(patch.shippingAddress(), address == null ? null : address.parts());
    if (parts != null) {
      for (String name : AddressParser.REQUIRED) {
        if (!parts.containsKey(name)) {
          violations.add(
              at.member("shippingAddress").member(name),
              "required",
              "This field is required: the order has no address yet.");
        }
      }
    }
    Map<String, String> metadata = FieldPatch.applyEntries(patch.metadata(), before.metadata());
    if (metadata != null && metadata.size() > OrderContents.MAX_METADATA) {
      violations.add(
          at.member("metadata"),
          "too-many",
          "The order would have more than "
              + OrderContents.MAX_METADATA
              + " entries. Remove some with null.");
    }
    return violations.toProblem(ProblemType.INVALID_ORDER);
  }

  private static FieldPatch<String> text(FormObject patch, String name, TextRule rule) {
    if (!patch.has(name)) {
      return new FieldPatch.Keep<>();
    }
    if (patch.isNull(name)) {
      return new FieldPatch.Remove<>();
    }
    Optional<String> text = patch.text(name, rule);
    return text.isPresent() ? new FieldPatch.Set<>(text.get()) : new FieldPatch.Keep<>();
  }
}
