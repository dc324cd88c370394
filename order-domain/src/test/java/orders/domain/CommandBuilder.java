package orders.domain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import orders.domain.FieldPatch.Keep;
import orders.domain.OrderCommand.AmendOrder;
import orders.domain.OrderCommand.CancelOrder;
import orders.domain.OrderCommand.ConfirmOrder;
import orders.domain.OrderCommand.DeliverOrder;
import orders.domain.OrderCommand.ShipOrder;
import org.jspecify.annotations.Nullable;

/** Commands for tests: {@code on(order).expecting(2).confirm()}. Each has an id of its own. */
public final class CommandBuilder {
  private final OrderId order;
  private CustomerId by = new CustomerId("back-office");
  private OptionalLong expectedVersion = OptionalLong.empty();
  private Instant acceptedAt = OrderBuilder.ACCEPTED_AT.plusSeconds(60);
  private Fingerprint fingerprint = new Fingerprint("c".repeat(64));

  private CommandBuilder(OrderId order) {
    this.order = order;
  }

  public static CommandBuilder on(OrderId order) {
    return new CommandBuilder(order);
  }

  public static CommandBuilder on(StoredOrder order) {
    return new CommandBuilder(order.order().id());
  }

  public CommandBuilder by(String caller) {
    by = new CustomerId(caller);
    return this;
  }

  public CommandBuilder expecting(long version) {
    expectedVersion = OptionalLong.of(version);
    return this;
  }

  public CommandBuilder acceptedAt(Instant acceptedAt) {
    this.acceptedAt = acceptedAt;
    return this;
  }

  public CommandBuilder fingerprint(String digit) {
    fingerprint = new Fingerprint(digit.repeat(64));
    return this;
  }

  public AmendOrder amend(ContentsPatch patch) {
    return new AmendOrder(header(), patch);
  }

  /** Amends the note alone. */
  public AmendOrder amendNote(String note) {
    return amend(patch(new Keep<>(), new FieldPatch.Set<>(note)));
  }

  /** Amends the lines alone. */
  public AmendOrder amendLines(OrderLine... lines) {
    return amend(
        new ContentsPatch(
            Optional.of(List.of(lines)), new Keep<>(), new Keep<>(), new Keep<>(), new Keep<>()));
  }

  /** Returns a patch of reference and note. */
  public static ContentsPatch patch(FieldPatch<String> reference, FieldPatch<String> note) {
    return new ContentsPatch(Optional.empty(), new Keep<>(), reference, note, new Keep<>());
  }

  public CancelOrder cancel(@Nullable String reason) {
    return new CancelOrder(header(), reason);
  }

  public ConfirmOrder confirm() {
    return new ConfirmOrder(header());
  }

  public ShipOrder ship(@Nullable String carrier, @Nullable String trackingNumber) {
    return new ShipOrder(header(), carrier, trackingNumber);
  }

  public DeliverOrder deliver() {
    return new DeliverOrder(header());
  }

  private CommandHeader header() {
    return new CommandHeader(
        new CommandId(UUID.randomUUID()),
        order,
        by,
        new CorrelationId("correlation-2"),
        acceptedAt,
        fingerprint,
        expectedVersion);
  }
}
