package orders.domain;

import static orders.domain.CommandBuilder.on;
import static orders.domain.OrderBuilder.anOrder;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import orders.domain.OrderChange.Kind;
import orders.domain.OrderCommand.AmendOrder;
import orders.domain.OrderCommand.CancelOrder;
import orders.domain.OrderCommand.ConfirmOrder;
import orders.domain.OrderCommand.DeliverOrder;
import orders.domain.OrderCommand.PlaceOrder;
import orders.domain.OrderCommand.ShipOrder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random commands, doubled and shuffled as a standard queue may deliver them, against a model that
 * knows no more than the picture of the lifecycle.
 */
class CommandSequencesTest {
  private static final int SEQUENCES = 2_000;
  private static final long SEED = Long.getLong("fuzz.seed", 20260131L);

  @Test
  void any_delivery_of_any_commands_ends_in_a_legal_history_without_gaps() {
    for (long seed = SEED; seed < SEED + SEQUENCES; seed++) {
      Random random = new Random(seed);
      try {
        oneSequence(random);
      } catch (RuntimeException | AssertionError broken) {
        throw new AssertionError("-Dfuzz.seed=" + seed, broken);
      }
    }
  }

  private static void oneSequence(Random random) {
    int commands = random.nextInt(26);
    List<OrderCommand> deliveries = deliveries(random, commands);
    Model model = new Model();
    Optional<StoredOrder> stored = Optional.empty();

    for (OrderCommand command : deliveries) {
      Instant now = OrderBuilder.ACCEPTED_AT.plusMillis(random.nextInt(100_000));
      Decision decision = OrderDecider.decide(stored, command, now);
      model.deliver(command, decision);
      switch (decision) {
        case Decision.Write(StoredOrder after, OrderChange change) -> stored = Optional.of(after);
        case Decision.OrderNotYetKnown() -> assertThat(stored).isEmpty();
        case Decision.AlreadyApplied(AppliedCommand earlier) ->
            assertThat(earlier.commandId()).isEqualTo(command.commandId());
        case Decision.NothingToDo(StoredOrder after) -> stored = Optional.of(after);
        case Decision.IdCollision() -> throw new AssertionError("no id is given twice");
      }
    }

    if (stored.isPresent()) {
      model.agreesWith(stored.get());
      isLegal(stored.get());
      canBeToldAgain(stored.get());
    } else {
      assertThat(model.status).isNull();
    }
  }

  /** Every command once or more, in any order; an order's placing among them. */
  private static List<OrderCommand> deliveries(Random random, int count) {
    List<OrderCommand> commands = new ArrayList<>(List.of(anOrder().placing()));
    for (int i = 0; i < count; i++) {
      commands.add(command(random));
    }
    List<OrderCommand> deliveries = new ArrayList<>();
    for (OrderCommand command : commands) {
      for (int copies = 1 + random.nextInt(3); copies > 0; copies--) {
        deliveries.add(random.nextInt(deliveries.size() + 1), command);
      }
    }
    return deliveries;
  }

  private static OrderCommand command(Random random) {
    CommandBuilder command = on(anOrder().placing().orderId());
    if (random.nextInt(4) == 0) {
      command.expecting(1 + random.nextInt(6));
    }
    return switch (random.nextInt(8)) {
      case 0, 1 -> command.confirm();
      case 2, 3 -> command.ship(random.nextInt(4) == 0 ? "UPS" : "DHL", null);
      case 4 -> command.deliver();
      case 5 ->
          random.nextInt(3) == 0
              ? command.cancel(random.nextBoolean() ? "why" : null)
              : command.deliver();
      case 6 -> command.amendNote("note " + random.nextInt(3));
      default -> command.amendLines(OrderBuilder.line("HAT", 1 + random.nextInt(3), 100));
    };
  }

  private static void isLegal(StoredOrder stored) {
    OrderStatus status = null;
    Instant at = Instant.MIN;
    Set<CommandId> commands = new HashSet<>();
    for (int i = 0; i < stored.history().size(); i++) {
      OrderChange change = stored.history().get(i);
      assertThat(change.version()).isEqualTo(i + 1L);
      assertThat(change.at()).isAfterOrEqualTo(at);
      assertThat(commands.add(change.commandId())).isTrue();
      if (change.kind() == Kind.PLACED) {
        assertThat(status).isNull();
      } else if (change.to() != null && status != null) {
        assertThat(status.successors()).contains(change.to());
      }
      status = change.to() == null ? status : change.to();
      at = change.at();
    }
    assertThat(stored.order().status()).isEqualTo(status);
    assertThat(stored.order().updatedAt()).isEqualTo(at);
  }

  private static void canBeToldAgain(StoredOrder stored) {
    StoredOrder rebuilt = anOrder().placed();
    for (OrderChange change : stored.history()) {
      Order then = stored.orderAt(change.version());
      assertThat(then.version()).isEqualTo(change.version());
      assertThat(then.updatedAt()).isEqualTo(change.at());
    }
    assertThat(stored.orderAt(1)).isEqualTo(rebuilt.order());
  }

  /** The lifecycle once more, in a table, without history or versions of its own making. */
  private static final class Model {
    private @Nullable OrderStatus status;
    private long version;
    private @Nullable String note;
    private int hats;
    private @Nullable String carrier;
    private @Nullable String reason;
    private final Set<CommandId> decided = new HashSet<>();

    void deliver(OrderCommand command, Decision decision) {
      if (status == null) {
        if (command instanceof PlaceOrder) {
          status = OrderStatus.PLACED;
          expectWrite(command, decision, true);
        } else {
          assertThat(decision).isInstanceOf(Decision.OrderNotYetKnown.class);
        }
        return;
      }
      if (decided.contains(command.commandId())) {
        assertThat(decision).isInstanceOf(Decision.AlreadyApplied.class);
        return;
      }
      if (command.header().expectedVersion().isPresent()
          && command.header().expectedVersion().getAsLong() != version) {
        expectWrite(command, decision, false);
        return;
      }
      switch (command) {
        case PlaceOrder place -> throw new AssertionError("placed before");
        case AmendOrder amend -> amend(amend, decision);
        case CancelOrder cancel ->
            move(
                command,
                decision,
                OrderStatus.CANCELLED,
                OrderStatus.PLACED,
                OrderStatus.CONFIRMED);
        case ConfirmOrder confirm ->
            move(command, decision, OrderStatus.CONFIRMED, OrderStatus.PLACED);
        case ShipOrder ship -> move(command, decision, OrderStatus.SHIPPED, OrderStatus.CONFIRMED);
        case DeliverOrder deliver ->
            move(command, decision, OrderStatus.DELIVERED, OrderStatus.SHIPPED);
      }
    }

    private void amend(AmendOrder amend, Decision decision) {
      String wantedNote =
          amend.patch().note() instanceof FieldPatch.Set<String>(String text) ? text : note;
      int wantedHats =
          amend.patch().lines().isPresent()
              ? amend.patch().lines().get().getFirst().quantity()
              : hats;
      if (status != OrderStatus.PLACED) {
        expectWrite(amend, decision, false);
      } else if (Objects.equals(wantedNote, note) && wantedHats == hats) {
        expectNothing(amend, decision);
      } else {
        note = wantedNote;
        hats = wantedHats;
        expectWrite(amend, decision, true);
      }
    }

    private void move(
        OrderCommand command, Decision decision, OrderStatus to, OrderStatus... from) {
      if (status == to && carriesTheSame(command)) {
        expectNothing(command, decision);
        return;
      }
      boolean legal = status != null && List.of(from).contains(status);
      if (legal && command instanceof ShipOrder ship) {
        carrier = ship.carrier();
      }
      if (legal && command instanceof CancelOrder cancel) {
        reason = cancel.reason();
      }
      status = legal ? to : status;
      expectWrite(command, decision, legal);
    }

    private boolean carriesTheSame(OrderCommand command) {
      return switch (command) {
        case ShipOrder ship -> Objects.equals(ship.carrier(), carrier);
        case CancelOrder cancel ->
            cancel.reason() == null || Objects.equals(cancel.reason(), reason);
        default -> true;
      };
    }

    private void expectNothing(OrderCommand command, Decision decision) {
      decided.add(command.commandId());
      assertThat(decision).isInstanceOf(Decision.NothingToDo.class);
    }

    private void expectWrite(OrderCommand command, Decision decision, boolean applied) {
      version++;
      decided.add(command.commandId());
      assertThat(decision).isInstanceOf(Decision.Write.class);
      OrderChange change = ((Decision.Write) decision).change();
      assertThat(change.version()).isEqualTo(version);
      assertThat(change.kind() != Kind.REFUSED).isEqualTo(applied);
    }

    void agreesWith(StoredOrder stored) {
      assertThat(stored.order().status()).isEqualTo(status);
      assertThat(stored.order().version()).isEqualTo(version);
      assertThat(stored.order().contents().note()).isEqualTo(note);
      assertThat(Duration.between(stored.order().placedAt(), stored.order().updatedAt()))
          .isGreaterThanOrEqualTo(Duration.ZERO);
    }
  }
}
