package orders.api.form;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import orders.domain.Address;
import orders.domain.FieldPatch;

/** An address that was sent, whole or as a part to be merged. */
final class AddressParser {
  /** What every address has. */
  static final List<String> REQUIRED = List.of("name", "line1", "city", "country");

  private static final Set<String> FIELDS =
      Set.of("name", "line1", "line2", "postalCode", "city", "country");

  private AddressParser() {}

  static Optional<Address> read(FormObject order) {
    int before = order.violations().count();
    Optional<FormObject> sent = order.object("shippingAddress");
    if (sent.isEmpty()) {
      return Optional.empty();
    }
    FormObject address = sent.get();
    address.allow(FIELDS);
    address.require(REQUIRED.toArray(String[]::new));
    Map<String, String> parts = new LinkedHashMap<>();
    for (String name : FIELDS) {
      part(address, name).ifPresent(text -> parts.put(name, text));
    }
    return order.violations().count() == before ? Optional.of(Address.of(parts)) : Optional.empty();
  }

  static FieldPatch<FieldPatch.Entries> readPatch(FormObject order) {
    if (!order.has("shippingAddress")) {
      return new FieldPatch.Keep<>();
    }
    if (order.isNull("shippingAddress")) {
      return new FieldPatch.Remove<>();
    }
    Optional<FormObject> sent = order.object("shippingAddress");
    if (sent.isEmpty()) {
      return new FieldPatch.Keep<>();
    }
    FormObject address = sent.get();
    address.allow(FIELDS);
    Map<String, Optional<String>> entries = new LinkedHashMap<>();
    for (String name : FIELDS) {
      if (!address.has(name)) {
        continue;
      }
      if (!address.isNull(name)) {
        entries.put(name, part(address, name));
      } else if (REQUIRED.contains(name)) {
        address.report(
            name, "required", "This field is required in an address and cannot be removed.");
      } else {
        entries.put(name, Optional.empty());
      }
    }
    return new FieldPatch.Set<>(new FieldPatch.Entries(entries));
  }

  private static Optional<String> part(FormObject address, String name) {
    Optional<String> text = address.text(name, TextRule.LABEL);
    if (name.equals("country") && text.isPresent() && !Countries.CODES.contains(text.get())) {
      address.report(name, "unknown-country", "Must be an ISO 3166-1 alpha-2 code, such as IE.");
      return Optional.empty();
    }
    return text;
  }
}
