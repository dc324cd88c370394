package orders.api.form;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import orders.domain.FieldPatch;
import orders.domain.OrderContents;
import orders.domain.Text;

/** The metadata that was sent, whole or as a part to be merged. */
final class MetadataParser {
  /** A patch may take every entry away and put as many new ones. */
  static final int MOST_IN_PATCH = 2 * OrderContents.MAX_METADATA;

  private MetadataParser() {}

  static Map<String, String> read(FormObject order) {
    Map<String, String> entries = new LinkedHashMap<>();
    Optional<FormObject> sent = order.object("metadata");
    if (sent.isPresent() && isWithin(order, sent.get(), OrderContents.MAX_METADATA)) {
      for (String key : sent.get().names()) {
        checkKey(sent.get(), key);
        sent.get().text(key, TextRule.METADATA_VALUE).ifPresent(text -> entries.put(key, text));
      }
    }
    return entries;
  }

  static FieldPatch<FieldPatch.Entries> readPatch(FormObject order) {
    if (!order.has("metadata")) {
      return new FieldPatch.Keep<>();
    }
    if (order.isNull("metadata")) {
      return new FieldPatch.Remove<>();
    }
    Map<String, Optional<String>> entries = new LinkedHashMap<>();
    Optional<FormObject> sent = order.object("metadata");
    if (sent.isPresent() && isWithin(order, sent.get(), MOST_IN_PATCH)) {
      for (String key : sent.get().names()) {
        checkKey(sent.get(), key);
        entries.put(
            key,
            sent.get().isNull(key)
                ? Optional.empty()
                : sent.get().text(key, TextRule.METADATA_VALUE));
      }
    }
    return new FieldPatch.Set<>(new FieldPatch.Entries(entries));
  }

  private static boolean isWithin(FormObject order, FormObject metadata, int most) {
    if (metadata.names().size() > most) {
      order.report("metadata", "too-many", "Must have at most " + most + " entries.");
      return false;
    }
    return true;
  }

  private static void checkKey(FormObject metadata, String key) {
    if (!Text.isToken(key, TextRule.SKU.most())) {
      metadata.report(key, "bad-key", "The key must be 1 to 64 characters of A-Z a-z 0-9 . _ -");
    }
  }
}
