package orders.api.form;

import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import orders.domain.ContentsPatch;
import orders.domain.FieldPatch;

/**
 * A merge patch that is right in itself; whether the order stands it is seen when it is applied.
 */
public final class AmendmentForm {
  static final Set<String> FIELDS =
      Set.of("lines", "shippingAddress", "reference", "note", "metadata");

  private final Optional<List<LineForm>> lines;
  private final FieldPatch<FieldPatch.Entries> shippingAddress;
  private final FieldPatch<String> reference;
  private final FieldPatch<String> note;
  private final FieldPatch<FieldPatch.Entries> metadata;

  private AmendmentForm(FormObject patch) {
    this.lines = LineForm.readAll(patch);
    this.shippingAddress = AddressForm.readPatch(patch);
    this.reference = text(patch, "reference", TextRule.REFERENCE);
    this.note = text(patch, "note", TextRule.NOTE);
    this.metadata = MetadataForm.readPatch(patch);
  }

  /** Reads a merge patch; empty if anything was reported. */
  static Optional<AmendmentForm> read(FormObject patch) {
    int before = patch.violations().count();
    patch.allow(FIELDS);
    AmendmentForm form = new AmendmentForm(patch);
    return patch.violations().count() == before ? Optional.of(form) : Optional.empty();
  }

  /** Returns the patch for an order in a currency. */
  public ContentsPatch in(Currency currency) {
    return new ContentsPatch(
        lines.map(forms -> LineForm.in(currency, forms)),
        shippingAddress,
        reference,
        note,
        metadata);
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
