package orders.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import orders.domain.OrderCommand.PlaceOrder;
import org.jspecify.annotations.Nullable;

/** Orders for tests: {@code anOrder().in(SHIPPED)}; every one of them came about by commands. */
public final class OrderBuilder {
  /** When the orders of tests are accepted. */
  public static final Instant ACCEPTED_AT = Instant.parse("2026-01-31T09:30:00.123Z");

  private OrderId id = OrderId.of("0b0e3f5c-7a58-8b35-9c55-5e6a6f3b7d10");
  private CustomerId customer = new CustomerId("customer-1");
  private Currency currency = Currency.getInstance("EUR");
  private List<OrderLine> lines = List.of();
  private @Nullable Address address;
  private @Nullable String reference;
  private @Nullable String note;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private Instant acceptedAt = ACCEPTED_AT;
  private Fingerprint fingerprint = new Fingerprint("a".repeat(64));

  private OrderBuilder() {}

  /** Starts with one jacket for 78.89 EUR and nothing that is optional. */
  public static OrderBuilder anOrder() {
    return new OrderBuilder().lines(line("JACKET-1", 1, 7889));
  }

  /** Starts with all that an order can have. */
  public static OrderBuilder aFullOrder() {
    return new OrderBuilder()
        .lines(
            new OrderLine(new Sku("JACKET-1"), "Beautiful Jacket", 1, euro(7889)),
            line("SOCKS_2.b", 3, 450))
        .address(new Address("A. Customer", "1 Main Street", "Flat 2", "D01", "Dublin", "IE"))
        .reference("1234ABCG")
        .note("leave at the door\nring twice")
        .metadata("channel", "web")
        .metadata("campaign", "jänner ☃ 🧥");
  }

  /** Returns a line in euro without a name. */
  public static OrderLine line(String sku, int quantity, long cents) {
    return new OrderLine(new Sku(sku), null, quantity, euro(cents));
  }

  private static Money euro(long cents) {
    return new Money(Currency.getInstance("EUR"), cents);
  }

  public OrderBuilder id(OrderId id) {
    this.id = id;
    return this;
  }

  /** Gives it an id of its own. */
  public OrderBuilder withAnyId() {
    return id(new OrderId(UUID.randomUUID()));
  }

  public OrderBuilder customer(String customer) {
    this.customer = new CustomerId(customer);
    return this;
  }

  public OrderBuilder lines(OrderLine... lines) {
    this.lines = Arrays.asList(lines);
    return this;
  }

  /** Reprices all lines in another currency. */
  public OrderBuilder currency(String code) {
    currency = Currency.getInstance(code);
    List<OrderLine> repriced = new ArrayList<>();
    for (OrderLine line : lines) {
      Money price = new Money(currency, line.unitPrice().minorUnits());
      repriced.add(new OrderLine(line.sku(), line.name(), line.quantity(), price));
    }
    lines = repriced;
    return this;
  }

  public OrderBuilder address(@Nullable Address address) {
    this.address = address;
    return this;
  }

  public OrderBuilder reference(@Nullable String reference) {
    this.reference = reference;
    return this;
  }

  public OrderBuilder note(@Nullable String note) {
    this.note = note;
    return this;
  }

  public OrderBuilder metadata(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  public OrderBuilder acceptedAt(Instant acceptedAt) {
    this.acceptedAt = acceptedAt;
    return this;
  }

  public OrderBuilder fingerprint(String digit) {
    fingerprint = new Fingerprint(digit.repeat(64));
    return this;
  }

  public OrderContents contents() {
    return new OrderContents(currency, lines, address, reference, note, metadata);
  }

  /** Returns the command that places it. */
  public PlaceOrder placing() {
    return new PlaceOrder(
        new CommandHeader(
            CommandId.ofPlacing(id),
            id,
            customer,
            new CorrelationId("correlation-1"),
            acceptedAt,
            fingerprint,
            OptionalLong.empty()),
        customer,
        contents());
  }

  /** Returns it as it is stored when new. */
  public StoredOrder placed() {
    return apply(Optional.empty(), placing(), acceptedAt);
  }

  /** Returns it in a status, a minute between each move and the next. */
  public StoredOrder in(OrderStatus status) {
    StoredOrder placed = placed();
    CommandBuilder command = CommandBuilder.on(placed);
    List<OrderCommand> moves =
        switch (status) {
          case PLACED -> List.of();
          case CONFIRMED -> List.of(command.confirm());
          case SHIPPED -> List.of(command.confirm(), command.ship("DHL", "00340434"));
          case DELIVERED ->
              List.of(command.confirm(), command.ship("DHL", "00340434"), command.deliver());
          case CANCELLED -> List.of(command.cancel("changed my mind"));
        };
    StoredOrder stored = placed;
    for (OrderCommand move : moves) {
      Instant at = stored.order().updatedAt().plus(Duration.ofMinutes(1));
      stored = apply(Optional.of(stored), move, at);
    }
    return stored;
  }

  /** Applies a command that has something to write, if only that it had nothing to do. */
  public static StoredOrder apply(Optional<StoredOrder> stored, OrderCommand command, Instant at) {
    return switch (OrderDecider.decide(stored, command, at)) {
      case Decision.Write(StoredOrder after, OrderChange change) -> after;
      case Decision.NothingToDo(StoredOrder after) -> after;
      case Decision other -> throw new IllegalArgumentException("nothing to write: " + other);
    };
  }

  /** Applies a command a minute after the change before it. */
  public static StoredOrder apply(StoredOrder stored, OrderCommand command) {
    Instant at = stored.order().updatedAt().plus(Duration.ofMinutes(1));
    return apply(Optional.of(stored), command, at);
  }
}
