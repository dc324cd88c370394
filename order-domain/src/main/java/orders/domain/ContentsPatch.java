package orders.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A change of what was ordered, as a JSON merge patch says it: lines are replaced whole, address
 * and metadata are merged entry by entry, the optional fields may be removed.
 */
public record ContentsPatch(
    Optional<List<OrderLine>> lines,
    FieldPatch<FieldPatch.Entries> shippingAddress,
    FieldPatch<String> reference,
    FieldPatch<String> note,
    FieldPatch<FieldPatch.Entries> metadata) {

  public ContentsPatch {
    lines = lines.map(List::copyOf);
  }

  /**
   * Returns the contents with this change made.
   *
   * @throws IllegalArgumentException if the outcome is not a whole order, such as an address
   *     without a city
   */
  public OrderContents applyTo(OrderContents before) {
    Map<String, String> address =
        FieldPatch.applyEntries(shippingAddress, partsOf(before.shippingAddress()));
    Map<String, String> data = FieldPatch.applyEntries(metadata, before.metadata());
    return new OrderContents(
        before.currency(),
        lines.orElse(before.lines()),
        address == null ? null : Address.of(address),
        FieldPatch.apply(reference, before.reference()),
        FieldPatch.apply(note, before.note()),
        data == null ? Map.of() : data);
  }

  /** Returns the patch that leads from one state of an order's contents to another. */
  public static ContentsPatch between(OrderContents from, OrderContents to) {
    return new ContentsPatch(
        from.lines().equals(to.lines()) ? Optional.empty() : Optional.of(to.lines()),
        FieldPatch.betweenEntries(partsOf(from.shippingAddress()), partsOf(to.shippingAddress())),
        FieldPatch.between(from.reference(), to.reference()),
        FieldPatch.between(from.note(), to.note()),
        FieldPatch.betweenEntries(from.metadata(), to.metadata()));
  }

  /** Returns the names of the fields that differ, {@code total} included. */
  public static List<String> changedFields(OrderContents from, OrderContents to) {
    List<String> changed = new ArrayList<>();
    if (!from.lines().equals(to.lines())) {
      changed.add("lines");
    }
    if (!from.total().equals(to.total())) {
      changed.add("total");
    }
    if (!Objects.equals(from.shippingAddress(), to.shippingAddress())) {
      changed.add("shippingAddress");
    }
    if (!Objects.equals(from.reference(), to.reference())) {
      changed.add("reference");
    }
    if (!Objects.equals(from.note(), to.note())) {
      changed.add("note");
    }
    if (!from.metadata().equals(to.metadata())) {
      changed.add("metadata");
    }
    return List.copyOf(changed);
  }

  private static @Nullable Map<String, String> partsOf(@Nullable Address address) {
    return address == null ? null : address.parts();
  }
}
