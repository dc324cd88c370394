package orders.api;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Currency;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import orders.api.application.ChangeOrders.Change;
import orders.api.application.VersionCondition;
import orders.api.form.PlaceOrderParser;
import orders.api.form.Sha256;
import orders.api.json.CanonicalJson;
import orders.api.json.JsonReader;
import orders.api.json.JsonValue;
import orders.api.json.JsonValue.JsonObject;
import orders.api.json.MalformedJsonException;
import orders.domain.CommandHeader;
import orders.domain.CommandId;
import orders.domain.CorrelationId;
import orders.domain.CustomerId;
import orders.domain.Fingerprint;
import orders.domain.OrderCommand;
import orders.domain.OrderCommand.PlaceOrder;
import orders.domain.OrderId;
import orders.wire.QueueMessage;

/**
 * What makes two requests under one key the same request: the hash of the command that they make,
 * in canonical JSON. So texts count as they are stored, and defaults as if they were sent. Caller
 * and route are not in it: they are part of the key.
 */
final class RequestFingerprint {
  private static final UUID NONE = new UUID(0, 0);

  /** An amendment names no currency. */
  private static final Currency NO_CURRENCY = Currency.getInstance("XXX");

  private RequestFingerprint() {}

  /** Returns the fingerprint of placing an order. */
  static Fingerprint of(PlaceOrderParser form) {
    return of(
        new PlaceOrder(header(new OrderId(NONE)), form.customer(), form.contents()),
        Optional.empty());
  }

  /** Returns the fingerprint of a change of an order, with the version it was meant for. */
  static Fingerprint of(OrderId order, Change change, Optional<VersionCondition> condition) {
    return of(change.command(header(order), NO_CURRENCY), condition);
  }

  private static Fingerprint of(OrderCommand command, Optional<VersionCondition> condition) {
    String text = canonical(command) + condition.map(RequestFingerprint::text).orElse("");
    return new Fingerprint(
        HexFormat.of().formatHex(Sha256.of(text.getBytes(StandardCharsets.UTF_8))));
  }

  /** A header of which only the order is of the request. */
  private static CommandHeader header(OrderId order) {
    return new CommandHeader(
        new CommandId(NONE),
        order,
        new CustomerId("-"),
        new CorrelationId("-"),
        Instant.EPOCH,
        new Fingerprint("0".repeat(64)),
        OptionalLong.empty());
  }

  private static String canonical(OrderCommand command) {
    try {
      Map<String, JsonValue> members =
          new LinkedHashMap<>(
              ((JsonObject) JsonReader.read(QueueMessage.write(command))).members());
      // A retry may come after a release that writes another schema.
      members.remove("schema");
      return CanonicalJson.of(new JsonObject(members));
    } catch (MalformedJsonException impossible) {
      throw new IllegalStateException("a command is written as JSON", impossible);
    }
  }

  private static String text(VersionCondition condition) {
    return switch (condition) {
      case VersionCondition.Any any -> "\nIf-Match: *";
      case VersionCondition.OneOf(var versions) ->
          "\nIf-Match: " + String.join(",", versions.stream().sorted().toList());
    };
  }
}
