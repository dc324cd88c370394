package orders.wire;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import orders.domain.CommandHeader;
import orders.domain.CommandId;
import orders.domain.ContentsPatch;
import orders.domain.CorrelationId;
import orders.domain.CustomerId;
import orders.domain.Fingerprint;
import orders.domain.OrderCommand;
import orders.domain.OrderCommand.AmendOrder;
import orders.domain.OrderCommand.CancelOrder;
import orders.domain.OrderCommand.ConfirmOrder;
import orders.domain.OrderCommand.DeliverOrder;
import orders.domain.OrderCommand.PlaceOrder;
import orders.domain.OrderCommand.ShipOrder;
import orders.domain.OrderId;
import orders.domain.OrderLine;
import orders.wire.Value.FieldsBuilder;
import org.jspecify.annotations.Nullable;

/**
 * An order command as the body of a queue message, schema 1.
 *
 * <p>Fields of all commands: {@code schema}, {@code command}, {@code commandId}, {@code orderId},
 * {@code by}, {@code correlationId}, {@code acceptedAt}, {@code fingerprint}, and where the caller
 * named it {@code expectedVersion}. Of each: {@code customerId} and {@code order} to place; {@code
 * patch} (a JSON merge patch), and {@code currency} if it has lines, to amend; {@code reason} to
 * cancel; {@code carrier} and {@code trackingNumber} to ship. Nothing else is allowed: a field that
 * this reader does not know may be the one that matters.
 */
public final class QueueMessage {
  /** The name of the message attribute that carries the correlation id. */
  public static final String CORRELATION_ID_ATTRIBUTE = "correlationId";

  /** How long a message may lie in the queue, and after that in the dead-letter queue. */
  public static final Duration LONGEST_WAY = Duration.ofDays(14 + 14);

  /**
   * How long the answer that accepted an order is kept: the order is read by it until it is stored,
   * so for as long as its message may be on the way, and a week more for whoever is on leave.
   */
  public static final Duration ANSWER_KEPT = LONGEST_WAY.plusDays(7);

  /**
   * The fields of the order that a placing carries: all that the customer decides. The order of an
   * accepting answer has them too, under the same names.
   */
  public static final Set<String> ORDER_FIELDS = ContentsForm.CONTENTS_FIELDS;

  private static final long SCHEMA = 1;

  private static final Set<String> HEADER =
      Set.of(
          "schema",
          "command",
          "commandId",
          "orderId",
          "by",
          "correlationId",
          "acceptedAt",
          "fingerprint",
          "expectedVersion");

  private QueueMessage() {}

  /** The commands by their written names. */
  private enum Name {
    PLACE_ORDER("place-order", "customerId", "order"),
    AMEND_ORDER("amend-order", "patch", "currency"),
    CANCEL_ORDER("cancel-order", "reason"),
    CONFIRM_ORDER("confirm-order"),
    SHIP_ORDER("ship-order", "carrier", "trackingNumber"),
    DELIVER_ORDER("deliver-order");

    private final String text;

    @SuppressWarnings("ImmutableEnumChecker") // A copy that cannot change.
    private final Set<String> allowed;

    Name(String text, String... fields) {
      this.text = text;
      List<String> names = new ArrayList<>(HEADER);
      names.addAll(List.of(fields));
      this.allowed = Set.copyOf(names);
    }

    static Name of(String text) {
      for (Name name : values()) {
        if (name.text.equals(text)) {
          return name;
        }
      }
      throw new UnreadableException("unknown-command");
    }

    static Name of(OrderCommand command) {
      return switch (command) {
        case PlaceOrder place -> PLACE_ORDER;
        case AmendOrder amend -> AMEND_ORDER;
        case CancelOrder cancel -> CANCEL_ORDER;
        case ConfirmOrder confirm -> CONFIRM_ORDER;
        case ShipOrder ship -> SHIP_ORDER;
        case DeliverOrder deliver -> DELIVER_ORDER;
      };
    }
  }

  /** Returns the written name of a command, such as {@code place-order}. */
  public static String nameOf(OrderCommand command) {
    return Name.of(command).text;
  }

  /** Writes a command. */
  public static String write(OrderCommand command) {
    CommandHeader header = command.header();
    FieldsBuilder fields =
        Value.fields()
            .with("schema", SCHEMA)
            .with("command", nameOf(command))
            .with("commandId", header.commandId().toString())
            .with("orderId", header.orderId().toString())
            .with("by", header.by().value())
            .with("correlationId", header.correlationId().value())
            .with("acceptedAt", WireTime.text(header.acceptedAt()))
            .with("fingerprint", header.fingerprint().value());
    if (header.expectedVersion().isPresent()) {
      fields.with("expectedVersion", header.expectedVersion().getAsLong());
    }
    switch (command) {
      case PlaceOrder place ->
          fields
              .with("customerId", place.customer().value())
              .with("order", ContentsForm.of(place.contents()));
      case AmendOrder amend ->
          fields
              .with("currency", currencyOf(amend.patch()))
              .with("patch", ContentsForm.patch(amend.patch()));
      case CancelOrder cancel -> fields.with("reason", cancel.reason());
      case ShipOrder ship ->
          fields.with("carrier", ship.carrier()).with("trackingNumber", ship.trackingNumber());
      case ConfirmOrder confirm -> {}
      case DeliverOrder deliver -> {}
    }
    return WireJson.text(fields.build());
  }

  /**
   * Reads a command.
   *
   * @throws UnreadableException if the body is not a command of schema 1, with the reason; no later
   *     try will read it
   */
  public static OrderCommand read(String body) {
    FieldReader reader = FieldReader.root(WireJson.read(body));
    if (reader.whole("schema") != SCHEMA) {
      throw new UnreadableException("unknown-schema");
    }
    Name name = Name.of(reader.text("command"));
    reader.allowing(name.allowed);
    CommandHeader header = readHeader(reader);
    return switch (name) {
      case PLACE_ORDER -> {
        if (!header.commandId().value().equals(header.orderId().value())) {
          throw new UnreadableException("wrong-value: commandId");
        }
        yield new PlaceOrder(
            header,
            reader.value("customerId", CustomerId::new),
            ContentsForm.read(reader.object("order")));
      }
      case AMEND_ORDER -> new AmendOrder(header, readPatch(reader));
      case CANCEL_ORDER -> new CancelOrder(header, reader.optionalText("reason"));
      case CONFIRM_ORDER -> new ConfirmOrder(header);
      case SHIP_ORDER ->
          new ShipOrder(
              header, reader.optionalText("carrier"), reader.optionalText("trackingNumber"));
      case DELIVER_ORDER -> new DeliverOrder(header);
    };
  }

  private static CommandHeader readHeader(FieldReader reader) {
    Long expectedVersion = reader.optionalWhole("expectedVersion");
    return new CommandHeader(
        reader.value("commandId", CommandId::of),
        reader.value("orderId", OrderId::of),
        reader.value("by", CustomerId::new),
        reader.value("correlationId", CorrelationId::new),
        reader.value("acceptedAt", WireTime::parse),
        reader.value("fingerprint", Fingerprint::new),
        expectedVersion == null ? OptionalLong.empty() : OptionalLong.of(expectedVersion));
  }

  private static ContentsPatch readPatch(FieldReader reader) {
    FieldReader patch = reader.object("patch");
    return patch.has(ContentsForm.LINES)
        ? ContentsForm.readPatch(patch, reader.value("currency", Currency::getInstance))
        : ContentsForm.readPatch(patch, Currency.getInstance("XXX"));
  }

  private static @Nullable String currencyOf(ContentsPatch patch) {
    List<OrderLine> lines = patch.lines().orElse(List.of());
    return lines.isEmpty() ? null : lines.getFirst().unitPrice().currency().getCurrencyCode();
  }
}
