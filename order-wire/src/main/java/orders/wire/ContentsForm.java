package orders.wire;

import java.util.ArrayList;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import orders.domain.Address;
import orders.domain.ContentsPatch;
import orders.domain.FieldPatch;
import orders.domain.FieldPatch.Entries;
import orders.domain.Money;
import orders.domain.OrderContents;
import orders.domain.OrderLine;
import orders.domain.Sku;
import orders.wire.Value.Fields;
import orders.wire.Value.FieldsBuilder;
import orders.wire.Value.Sequence;
import orders.wire.Value.Text;
import org.jspecify.annotations.Nullable;

/** The parts of an order's contents, which every written form writes alike. */
final class ContentsForm {
  static final String CURRENCY = "currency";
  static final String LINES = "lines";
  static final String SHIPPING_ADDRESS = "shippingAddress";
  static final String REFERENCE = "reference";
  static final String NOTE = "note";
  static final String METADATA = "metadata";

  static final Set<String> CONTENTS_FIELDS =
      Set.of(CURRENCY, LINES, SHIPPING_ADDRESS, REFERENCE, NOTE, METADATA);
  private static final Set<String> PATCH_FIELDS =
      Set.of(LINES, SHIPPING_ADDRESS, REFERENCE, NOTE, METADATA);
  private static final Set<String> LINE_FIELDS = Set.of("sku", "name", "quantity", "unitPrice");
  private static final Set<String> ADDRESS_FIELDS =
      Set.of("name", "line1", "line2", "postalCode", "city", "country");

  private ContentsForm() {}

  static Fields of(OrderContents contents) {
    return Value.fields()
        .with(CURRENCY, contents.currency().getCurrencyCode())
        .with(LINES, lines(contents.lines()))
        .with(SHIPPING_ADDRESS, address(contents.shippingAddress()))
        .with(REFERENCE, contents.reference())
        .with(NOTE, contents.note())
        .with(METADATA, metadata(contents.metadata()))
        .build();
  }

  static OrderContents read(FieldReader reader) {
    return readAllowing(reader.allowing(CONTENTS_FIELDS));
  }

  /** Reads contents that lie among other fields, as in a table item. */
  static OrderContents readAllowing(FieldReader reader) {
    Currency currency = reader.value(CURRENCY, Currency::getInstance);
    FieldReader address = reader.optionalObject(SHIPPING_ADDRESS);
    FieldReader metadata = reader.optionalObject(METADATA);
    try {
      return new OrderContents(
          currency,
          readLines(reader, currency),
          address == null ? null : Address.of(address.allowing(ADDRESS_FIELDS).asTexts()),
          reader.optionalText(REFERENCE),
          reader.optionalText(NOTE),
          metadata == null ? Map.of() : metadata.asTexts());
    } catch (IllegalArgumentException | ArithmeticException invalid) {
      throw new UnreadableException("wrong-value: " + reader.path() + "order", invalid);
    }
  }

  static Sequence lines(List<OrderLine> lines) {
    List<Value> items = new ArrayList<>(lines.size());
    for (OrderLine line : lines) {
      items.add(
          Value.fields()
              .with("sku", line.sku().value())
              .with("name", line.name())
              .with("quantity", line.quantity())
              .with("unitPrice", line.unitPrice().minorUnits())
              .build());
    }
    return new Sequence(items);
  }

  static @Nullable Fields address(@Nullable Address address) {
    return address == null ? null : texts(address.parts());
  }

  /** Returns the metadata, or nothing if there is none. */
  static @Nullable Fields metadata(Map<String, String> metadata) {
    return metadata.isEmpty() ? null : texts(metadata);
  }

  /** Returns the patch as a JSON merge patch. */
  static Fields patch(ContentsPatch patch) {
    return Value.fields()
        .with(LINES, patch.lines().isPresent() ? lines(patch.lines().get()) : null)
        .with(SHIPPING_ADDRESS, entries(patch.shippingAddress()))
        .with(REFERENCE, field(patch.reference()))
        .with(NOTE, field(patch.note()))
        .with(METADATA, entries(patch.metadata()))
        .build();
  }

  /**
   * Reads a patch.
   *
   * @param currency of the order it is for: a merge patch names none
   */
  static ContentsPatch readPatch(FieldReader reader, Currency currency) {
    reader.allowing(PATCH_FIELDS);
    try {
      return new ContentsPatch(
          reader.has(LINES) ? Optional.of(readLines(reader, currency)) : Optional.empty(),
          readEntries(reader, SHIPPING_ADDRESS),
          readField(reader, REFERENCE),
          readField(reader, NOTE),
          readEntries(reader, METADATA));
    } catch (IllegalArgumentException invalid) {
      throw new UnreadableException("wrong-value: " + reader.path() + "patch", invalid);
    }
  }

  private static List<OrderLine> readLines(FieldReader reader, Currency currency) {
    List<OrderLine> lines = new ArrayList<>();
    for (FieldReader line : reader.objects(LINES)) {
      line.allowing(LINE_FIELDS);
      long quantity = line.whole("quantity");
      if (quantity < 1 || quantity > OrderLine.MAX_QUANTITY) {
        throw new UnreadableException("wrong-value: " + line.path() + "quantity");
      }
      lines.add(
          new OrderLine(
              line.value("sku", Sku::new),
              line.optionalText("name"),
              Math.toIntExact(quantity),
              new Money(currency, line.whole("unitPrice"))));
    }
    return lines;
  }

  private static Fields texts(Map<String, String> texts) {
    FieldsBuilder fields = Value.fields();
    for (Map.Entry<String, String> text : texts.entrySet()) {
      fields.with(text.getKey(), text.getValue());
    }
    return fields.build();
  }

  private static @Nullable Value field(FieldPatch<String> patch) {
    return switch (patch) {
      case FieldPatch.Keep<String>() -> null;
      case FieldPatch.Remove<String>() -> Value.NOTHING;
      case FieldPatch.Set<String>(String text) -> new Text(text);
    };
  }

  private static @Nullable Value entries(FieldPatch<Entries> patch) {
    return switch (patch) {
      case FieldPatch.Keep<Entries>() -> null;
      case FieldPatch.Remove<Entries>() -> Value.NOTHING;
      case FieldPatch.Set<Entries>(Entries changes) -> {
        FieldsBuilder fields = Value.fields();
        for (Map.Entry<String, Optional<String>> change : changes.entries().entrySet()) {
          fields.with(
              change.getKey(),
              change.getValue().isPresent() ? new Text(change.getValue().get()) : Value.NOTHING);
        }
        yield fields.build();
      }
    };
  }

  private static FieldPatch<String> readField(FieldReader reader, String name) {
    if (!reader.has(name)) {
      return new FieldPatch.Keep<>();
    }
    return reader.isNothing(name)
        ? new FieldPatch.Remove<>()
        : new FieldPatch.Set<>(reader.text(name));
  }

  private static FieldPatch<Entries> readEntries(FieldReader reader, String name) {
    if (!reader.has(name)) {
      return new FieldPatch.Keep<>();
    }
    if (reader.isNothing(name)) {
      return new FieldPatch.Remove<>();
    }
    FieldReader object = reader.object(name);
    Map<String, Optional<String>> changes = new LinkedHashMap<>();
    for (String entry : object.fields().map().keySet()) {
      changes.put(
          entry, object.isNothing(entry) ? Optional.empty() : Optional.of(object.text(entry)));
    }
    return new FieldPatch.Set<>(new Entries(changes));
  }
}
