package orders.domain;

import static orders.domain.CommandBuilder.on;
import static orders.domain.OrderBuilder.aFullOrder;
import static orders.domain.OrderBuilder.anOrder;
import static orders.domain.OrderBuilder.line;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import orders.domain.Decision.AlreadyApplied;
import orders.domain.Decision.IdCollision;
import orders.domain.Decision.NothingToDo;
import orders.domain.Decision.OrderNotYetKnown;
import orders.domain.Decision.Write;
import orders.domain.OrderChange.Kind;
import orders.domain.OrderCommand.PlaceOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OrderDeciderTest {
  private static final Instant NOW = OrderBuilder.ACCEPTED_AT.plus(Duration.ofHours(1));

  @Test
  void a_new_order_is_written_as_it_was_accepted() {
    PlaceOrder place = aFullOrder().placing();

    Write write = written(OrderDecider.decide(Optional.empty(), place, NOW));

    assertThat(write.after().order())
        .isEqualTo(
            new Order(
                place.orderId(),
                place.customer(),
                place.contents(),
                OrderStatus.PLACED,
                1,
                OrderBuilder.ACCEPTED_AT,
                OrderBuilder.ACCEPTED_AT,
                null));
    assertThat(write.change().kind()).isEqualTo(Kind.PLACED);
    assertThat(write.change().changed()).containsExactly("status");
    assertThat(write.after().fingerprint()).isEqualTo(place.header().fingerprint());
  }

  @Test
  void the_same_placing_again_changes_nothing() {
    StoredOrder stored = anOrder().placed();

    Decision decision = OrderDecider.decide(Optional.of(stored), anOrder().placing(), NOW);

    assertThat(decision)
        .isEqualTo(
            new AlreadyApplied(
                new AppliedCommand(anOrder().placing().commandId(), stored.fingerprint(), 0)));
  }

  @Test
  void another_order_under_the_same_id_is_a_collision() {
    StoredOrder stored = anOrder().fingerprint("a").placed();

    Decision decision =
        OrderDecider.decide(Optional.of(stored), anOrder().fingerprint("b").placing(), NOW);

    assertThat(decision).isInstanceOf(IdCollision.class);
  }

  @Test
  void another_command_under_an_applied_commands_id_is_a_collision() {
    OrderCommand.CancelOrder applied = on(anOrder().placed()).cancel(null);
    StoredOrder stored = OrderBuilder.apply(anOrder().placed(), applied);
    CommandHeader header = applied.header();
    CommandHeader forged =
        new CommandHeader(
            header.commandId(),
            header.orderId(),
            header.by(),
            header.correlationId(),
            header.acceptedAt(),
            new Fingerprint("d".repeat(64)),
            header.expectedVersion());

    Decision decision =
        OrderDecider.decide(
            Optional.of(stored), new OrderCommand.CancelOrder(forged, "other"), NOW);

    assertThat(decision).isInstanceOf(IdCollision.class);
  }

  @Test
  void a_command_may_come_before_its_order() {
    OrderCommand cancel = on(anOrder().placed()).cancel(null);

    Decision decision = OrderDecider.decide(Optional.empty(), cancel, NOW);

    assertThat(decision).isInstanceOf(OrderNotYetKnown.class);
  }

  @ParameterizedTest(name = "{1} of a {0} order: {2}")
  @CsvSource({
    "PLACED,    confirm, CONFIRMED",
    "PLACED,    ship,    refused",
    "PLACED,    deliver, refused",
    "PLACED,    cancel,  CANCELLED",
    "CONFIRMED, confirm, nothing",
    "CONFIRMED, ship,    SHIPPED",
    "CONFIRMED, deliver, refused",
    "CONFIRMED, cancel,  CANCELLED",
    "SHIPPED,   confirm, refused",
    "SHIPPED,   ship,    nothing",
    "SHIPPED,   deliver, DELIVERED",
    "SHIPPED,   cancel,  refused",
    "DELIVERED, confirm, refused",
    "DELIVERED, ship,    refused",
    "DELIVERED, deliver, nothing",
    "DELIVERED, cancel,  refused",
    "CANCELLED, confirm, refused",
    "CANCELLED, ship,    refused",
    "CANCELLED, deliver, refused",
    "CANCELLED, cancel,  nothing",
  })
  void every_move_from_every_status(OrderStatus from, String move, String outcome) {
    StoredOrder stored = anOrder().in(from);

    Decision decision = OrderDecider.decide(Optional.of(stored), move(stored, move), NOW);

    switch (outcome) {
      case "nothing" -> assertThat(decision).isInstanceOf(NothingToDo.class);
      case "refused" -> {
        OrderChange change = written(decision).change();
        assertThat(change.kind()).isEqualTo(Kind.REFUSED);
        assertThat(change.from()).isEqualTo(from);
        assertThat(change.to()).isNull();
        assertThat(change.reason()).startsWith("illegal-transition: ");
        assertThat(written(decision).after().order().status()).isEqualTo(from);
      }
      default -> {
        OrderChange change = written(decision).change();
        assertThat(change.from()).isEqualTo(from);
        assertThat(change.to()).isEqualTo(OrderStatus.valueOf(outcome));
        assertThat(written(decision).after().order().status().name()).isEqualTo(outcome);
      }
    }
  }

  private static OrderCommand move(StoredOrder stored, String move) {
    return switch (move) {
      case "confirm" -> on(stored).confirm();
      case "ship" -> on(stored).ship(null, null);
      case "deliver" -> on(stored).deliver();
      default -> on(stored).cancel(null);
    };
  }

  @ParameterizedTest
  @EnumSource(
      value = OrderStatus.class,
      names = {"CONFIRMED", "SHIPPED", "DELIVERED", "CANCELLED"})
  void only_a_placed_order_can_be_amended(OrderStatus status) {
    StoredOrder stored = anOrder().in(status);

    Write write = written(OrderDecider.decide(Optional.of(stored), on(stored).amendNote("x"), NOW));

    assertThat(write.change().kind()).isEqualTo(Kind.REFUSED);
    assertThat(write.after().order().contents()).isEqualTo(stored.order().contents());
  }

  @Test
  void an_amendment_names_what_it_changed_and_keeps_what_leads_back() {
    StoredOrder stored = aFullOrder().placed();
    OrderCommand amend = on(stored).amendLines(line("HAT", 2, 100));

    Write write = written(OrderDecider.decide(Optional.of(stored), amend, NOW));

    assertThat(write.change().changed()).containsExactly("lines", "total");
    assertThat(write.after().order().contents().total().minorUnits()).isEqualTo(200);
    assertThat(write.change().undo())
        .get()
        .extracting(undo -> undo.applyTo(write.after().order().contents()))
        .isEqualTo(stored.order().contents());
  }

  @Test
  void an_amendment_that_changes_nothing_makes_no_version() {
    StoredOrder stored = aFullOrder().placed();
    String note = String.valueOf(stored.order().contents().note());

    Decision decision = OrderDecider.decide(Optional.of(stored), on(stored).amendNote(note), NOW);

    assertThat(decision).isInstanceOf(NothingToDo.class);
  }

  @Test
  void a_command_that_had_nothing_to_do_is_known_after_a_later_change() {
    StoredOrder placed = anOrder().note("old").placed();
    OrderCommand takeBack = on(placed).amendNote("old");
    StoredOrder recorded = withNothingToDo(placed, takeBack);
    StoredOrder amended = OrderBuilder.apply(recorded, on(placed).amendNote("new"));

    Decision again = OrderDecider.decide(Optional.of(amended), takeBack, NOW);

    assertThat(again)
        .isEqualTo(
            new AlreadyApplied(
                new AppliedCommand(takeBack.commandId(), takeBack.header().fingerprint(), 1)));
    assertThat(recorded.order()).isEqualTo(placed.order());
    assertThat(recorded.history()).isEqualTo(placed.history());
    assertThat(recorded.latestCommand()).isEqualTo(takeBack.commandId());
    assertThat(amended.latestNoOp()).isEmpty();
  }

  @Test
  void a_repeated_confirm_that_comes_again_after_the_shipping_is_not_refused() {
    StoredOrder confirmed = anOrder().in(OrderStatus.CONFIRMED);
    OrderCommand repeat = on(confirmed).confirm();
    StoredOrder recorded = withNothingToDo(confirmed, repeat);
    StoredOrder shipped = OrderBuilder.apply(recorded, on(confirmed).ship(null, null));

    Decision again = OrderDecider.decide(Optional.of(shipped), repeat, NOW);

    assertThat(again).isInstanceOf(AlreadyApplied.class);
  }

  private static StoredOrder withNothingToDo(StoredOrder stored, OrderCommand command) {
    Decision decision = OrderDecider.decide(Optional.of(stored), command, NOW);
    return assertThat(decision).asInstanceOf(type(NothingToDo.class)).actual().after();
  }

  @ParameterizedTest(name = "shipped with {0} {1}, again with {2} {3}: {4}")
  @CsvSource({
    "DHL, 1, DHL, 1, nothing",
    "DHL, 1,    ,  , nothing",
    "DHL, 1, DHL,  , nothing",
    "DHL, 1,    , 1, nothing",
    "DHL, 1, DHL, 2, refused",
    "DHL, 1, UPS, 1, refused",
    "DHL,  , DHL, 2, refused",
    "   ,  , DHL,  , refused",
  })
  void a_shipping_is_repeated_only_with_the_same_shipment(
      String carrier, String number, String otherCarrier, String otherNumber, String outcome) {
    StoredOrder confirmed = anOrder().in(OrderStatus.CONFIRMED);
    StoredOrder shipped = OrderBuilder.apply(confirmed, on(confirmed).ship(carrier, number));

    Decision decision =
        OrderDecider.decide(Optional.of(shipped), on(shipped).ship(otherCarrier, otherNumber), NOW);

    if (outcome.equals("nothing")) {
      assertThat(decision).isInstanceOf(NothingToDo.class);
    } else {
      Write write = written(decision);
      assertThat(write.change().kind()).isEqualTo(Kind.REFUSED);
      assertThat(write.change().reason())
          .isEqualTo("illegal-transition: the order is SHIPPED with another shipment");
      assertThat(write.after().order().shipment()).isEqualTo(shipped.order().shipment());
    }
  }

  @ParameterizedTest(name = "cancelled for {0}, again for {1}: {2}")
  @CsvSource({
    "lost, lost, nothing",
    "lost, , nothing",
    ", , nothing",
    "lost, late, refused",
    ", late, refused"
  })
  void a_cancelling_is_repeated_only_for_the_same_reason(
      String reason, String other, String outcome) {
    StoredOrder placed = anOrder().placed();
    StoredOrder cancelled = OrderBuilder.apply(placed, on(placed).cancel(reason));
    // A refusal has a reason too, and comes after the cancelling's.
    StoredOrder refused = OrderBuilder.apply(cancelled, on(cancelled).confirm());

    Decision decision = OrderDecider.decide(Optional.of(refused), on(refused).cancel(other), NOW);

    if (outcome.equals("nothing")) {
      assertThat(decision).isInstanceOf(NothingToDo.class);
    } else {
      assertThat(written(decision).change().kind()).isEqualTo(Kind.REFUSED);
      assertThat(written(decision).change().reason())
          .isEqualTo("illegal-transition: the order is CANCELLED for another reason");
    }
  }

  @Test
  void an_order_keeps_when_it_was_stored_beside_when_it_was_accepted() {
    PlaceOrder place = anOrder().placing();

    Write late = written(OrderDecider.decide(Optional.empty(), place, NOW.plusNanos(1_234_567)));
    Write early =
        written(OrderDecider.decide(Optional.empty(), place, NOW.minus(Duration.ofHours(2))));
    StoredOrder moved = OrderBuilder.apply(late.after(), on(late.after()).confirm());

    assertThat(late.after().storedAt()).isEqualTo(NOW.plusMillis(1));
    assertThat(early.after().storedAt()).isEqualTo(OrderBuilder.ACCEPTED_AT);
    assertThat(moved.storedAt()).isEqualTo(NOW.plusMillis(1));
  }

  @Test
  void an_amendment_that_another_made_invalid_is_refused() {
    StoredOrder stored = anOrder().placed();
    var entries = new FieldPatch.Entries(java.util.Map.of("line2", Optional.of("Flat 2")));
    ContentsPatch patch =
        new ContentsPatch(
            Optional.empty(),
            new FieldPatch.Set<>(entries),
            new FieldPatch.Keep<>(),
            new FieldPatch.Keep<>(),
            new FieldPatch.Keep<>());

    Write write = written(OrderDecider.decide(Optional.of(stored), on(stored).amend(patch), NOW));

    assertThat(write.change().kind()).isEqualTo(Kind.REFUSED);
    assertThat(write.change().reason()).startsWith("invalid-order: ");
  }

  @Test
  void a_stale_version_is_refused_before_anything_else() {
    StoredOrder stored = anOrder().in(OrderStatus.CONFIRMED);

    Write write =
        written(OrderDecider.decide(Optional.of(stored), on(stored).expecting(1).confirm(), NOW));

    assertThat(write.change().kind()).isEqualTo(Kind.REFUSED);
    assertThat(write.change().reason())
        .isEqualTo("version-mismatch: expected version 1 but the order was at version 2");
  }

  @Test
  void the_expected_version_lets_the_move_through() {
    StoredOrder stored = anOrder().placed();

    Write write =
        written(OrderDecider.decide(Optional.of(stored), on(stored).expecting(1).confirm(), NOW));

    assertThat(write.change().kind()).isEqualTo(Kind.CONFIRMED);
  }

  @Test
  void a_refusal_repeated_is_still_one_refusal() {
    StoredOrder stored = anOrder().placed();
    OrderCommand deliver = on(stored).deliver();
    StoredOrder refused = OrderBuilder.apply(stored, deliver);

    Decision decision = OrderDecider.decide(Optional.of(refused), deliver, NOW);

    assertThat(decision)
        .isEqualTo(
            new AlreadyApplied(
                new AppliedCommand(deliver.commandId(), deliver.header().fingerprint(), 1)));
  }

  @Test
  void shipping_keeps_when_and_how() {
    StoredOrder stored = anOrder().in(OrderStatus.CONFIRMED);

    Write write =
        written(OrderDecider.decide(Optional.of(stored), on(stored).ship("DHL", "123"), NOW));

    assertThat(write.after().order().shipment()).isEqualTo(new Shipment(NOW, "DHL", "123"));
    assertThat(write.change().changed()).containsExactly("status", "shipment");
  }

  @Test
  void a_change_is_never_dated_before_the_one_that_precedes_it() {
    StoredOrder stored = anOrder().placed();
    Instant slowClock = OrderBuilder.ACCEPTED_AT.minus(Duration.ofHours(1));

    Write write =
        written(OrderDecider.decide(Optional.of(stored), on(stored).confirm(), slowClock));

    assertThat(write.change().at()).isEqualTo(OrderBuilder.ACCEPTED_AT);
  }

  @Test
  void times_are_kept_to_the_millisecond() {
    StoredOrder stored = anOrder().placed();

    Write write =
        written(
            OrderDecider.decide(
                Optional.of(stored), on(stored).confirm(), NOW.plusNanos(1_234_567)));

    assertThat(write.change().at()).isEqualTo(NOW.plusMillis(1));
  }

  @Test
  void every_earlier_version_can_be_told_again() {
    StoredOrder stored = aFullOrder().placed();
    List<OrderCommand> commands =
        List.of(
            on(stored).amendNote("another note"),
            on(stored).amendLines(line("HAT", 2, 100)),
            on(stored).deliver(),
            on(stored).confirm(),
            on(stored).ship("DHL", null),
            on(stored).deliver());
    List<Order> told = new java.util.ArrayList<>(List.of(stored.order()));
    for (OrderCommand command : commands) {
      stored = OrderBuilder.apply(stored, command);
      told.add(stored.order());
    }

    for (Order order : told) {
      assertThat(stored.orderAt(order.version())).isEqualTo(order);
    }
  }

  private static Write written(Decision decision) {
    return assertThat(decision).asInstanceOf(type(Write.class)).actual();
  }
}
