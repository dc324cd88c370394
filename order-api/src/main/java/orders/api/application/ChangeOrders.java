package orders.api.application;

import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Currency;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import java.util.function.Predicate;
import orders.api.application.Background.Started;
import orders.api.application.Idempotent.Execution;
import orders.api.application.Idempotent.Work;
import orders.domain.AppliedCommand;
import orders.domain.CommandHeader;
import orders.domain.CommandId;
import orders.domain.ContentsPatch;
import orders.domain.CorrelationId;
import orders.domain.CustomerId;
import orders.domain.Decision;
import orders.domain.Fingerprint;
import orders.domain.Order;
import orders.domain.OrderChange;
import orders.domain.OrderCommand;
import orders.domain.OrderCommand.AmendOrder;
import orders.domain.OrderCommand.CancelOrder;
import orders.domain.OrderCommand.ConfirmOrder;
import orders.domain.OrderCommand.DeliverOrder;
import orders.domain.OrderCommand.ShipOrder;
import orders.domain.OrderContents;
import orders.domain.OrderDecider;
import orders.domain.OrderId;
import orders.domain.OrderStatus;
import orders.domain.StoredOrder;
import orders.wire.OrderItem;
import orders.wire.OrderJson;
import orders.wire.WireJson;
import org.jspecify.annotations.Nullable;

/**
 * Accepts changes of orders. What is decided here is decided for a prompt answer, by the same rules
 * as the processor's, which decides in the end.
 */
public final class ChangeOrders {
  private final Background background;
  private final Idempotent idempotent;
  private final OrderReader orders;
  private final ReadOrders reading;
  private final CommandSender queue;
  private final InstantSource clock;

  public ChangeOrders(
      ExecutorService executor,
      IdempotencyStore store,
      OrderReader orders,
      ReadOrders reading,
      CommandSender queue,
      InstantSource clock) {
    this.background = new Background(executor);
    this.idempotent = new Idempotent(store);
    this.orders = orders;
    this.reading = reading;
    this.queue = queue;
    this.clock = clock;
  }

  /** What is asked of an order. */
  public sealed interface Change {
    /**
     * Returns the command that asks for it.
     *
     * @param currency of the order
     */
    default OrderCommand command(CommandHeader header, Currency currency) {
      return switch (this) {
        case Amend(var patch) -> new AmendOrder(header, patch.apply(currency));
        case Cancel(String reason) -> new CancelOrder(header, reason);
        case Confirm() -> new ConfirmOrder(header);
        case Ship(String carrier, String number) -> new ShipOrder(header, carrier, number);
        case Deliver() -> new DeliverOrder(header);
      };
    }

    /** Change the contents; the patch is made for the order's currency. */
    record Amend(Function<Currency, ContentsPatch> patch) implements Change {}

    /** Cancel, perhaps with a reason. */
    record Cancel(@Nullable String reason) implements Change {}

    /** Confirm. */
    record Confirm() implements Change {}

    /** Ship. */
    record Ship(@Nullable String carrier, @Nullable String trackingNumber) implements Change {}

    /** Deliver. */
    record Deliver() implements Change {}
  }

  /**
   * A change with all that belongs to it.
   *
   * @param keyIsNew whether the idempotency key was made for this very request
   * @param placedByKey the order that the same key may have placed, at any time; empty if it cannot
   * @param mayTouch whose orders the caller can see
   * @param condition for which version it is meant
   * @param lease how long this may take
   */
  public record Request(
      CommandId commandId,
      boolean keyIsNew,
      Optional<OrderId> placedByKey,
      OrderId orderId,
      CustomerId by,
      Predicate<CustomerId> mayTouch,
      CorrelationId correlationId,
      Fingerprint fingerprint,
      VersionCondition condition,
      Change change,
      Duration lease) {}

  /** What became of a request. */
  public sealed interface Outcome {
    /**
     * It is accepted.
     *
     * @param replayed whether it was before
     */
    record Accepted(StoredResponse answer, boolean replayed) implements Outcome {}

    /** There is no such order for this caller. */
    record NotFound() implements Outcome {}

    /** The order is not stored yet. */
    record StillPending() implements Outcome {}

    /** The order is at another version than the change is meant for. */
    record VersionMismatch(long version) implements Outcome {}

    /** The order's status does not allow it. */
    record Illegal(OrderStatus status, Set<OrderStatus> successors) implements Outcome {}

    /**
     * The changed order would not be a right one.
     *
     * @param before what the order has
     * @param patch what was to be done to it
     */
    record NotAnOrder(OrderContents before, ContentsPatch patch) implements Outcome {}

    /** The order's history leaves no room for this change. */
    record NoRoom(OrderStatus status, Set<OrderStatus> successors) implements Outcome {}

    /** The same request is still being worked on. */
    record InProgress() implements Outcome {}

    /** The key belongs to another request. */
    record KeyReused() implements Outcome {}
  }

  /**
   * Accepts a change.
   *
   * @throws UnavailableException if it is known not to be accepted; the key is free
   * @throws UnavailableException.OutcomeUnknown if it may be accepted; the key stays its request's
   */
  public Outcome change(Request request) {
    return switch (execute(request)) {
      case Execution.Answered<Outcome>(StoredResponse answer, boolean replayed) ->
          new Outcome.Accepted(answer, replayed);
      case Execution.Running<Outcome>() -> new Outcome.InProgress();
      case Execution.Reused<Outcome>() -> new Outcome.KeyReused();
      case Execution.Refused<Outcome>(Outcome refusal) -> refusal;
    };
  }

  private Execution<Outcome> execute(Request request) {
    Acceptance now =
        new Acceptance(
            clock.instant().truncatedTo(ChronoUnit.MILLIS), request.by(), request.correlationId());
    if (request.keyIsNew()) {
      return idempotent.underNewKey(
          request.commandId().value(),
          request.fingerprint(),
          () -> decide(request, now, orders.find(request.orderId())));
    }
    try (Started<Optional<StoredOrder>> stored =
        background.start(() -> orders.find(request.orderId()))) {
      return idempotent.makeIdempotent(
          request.commandId().value(),
          request.fingerprint(),
          now,
          request.lease(),
          first -> decide(request, first, stored.get()));
    }
  }

  private Work<Outcome> decide(
      Request request, Acceptance acceptance, Optional<StoredOrder> found) {
    if (request
        .placedByKey()
        .filter(order -> !order.equals(request.orderId()))
        .flatMap(orders::find)
        .isPresent()) {
      return new Work.Refuse<>(new Outcome.KeyReused());
    }
    Optional<OrderView> view = reading.view(request.orderId(), found, request.mayTouch());
    if (view.isEmpty()) {
      return new Work.Refuse<>(new Outcome.NotFound());
    }
    return switch (view.get()) {
      case OrderView.Pending pending -> new Work.Refuse<>(new Outcome.StillPending());
      case OrderView.Stored(StoredOrder stored) -> decide(request, acceptance, stored);
    };
  }

  private Work<Outcome> decide(Request request, Acceptance acceptance, StoredOrder stored) {
    Optional<AppliedCommand> earlier = stored.applied(request.commandId());
    if (earlier.isPresent()) {
      // The key was used long ago, or an earlier try ended after its message was taken. The first
      // answer told of the order that the command met.
      return earlier.get().fingerprint().equals(request.fingerprint())
          ? new Work.Keep<>(answer(stored.orderAt(earlier.get().versionMet())), true)
          : new Work.Refuse<>(new Outcome.KeyReused());
    }
    Order order = stored.order();
    if (!request.condition().allows(order.version())) {
      return new Work.Refuse<>(new Outcome.VersionMismatch(order.version()));
    }
    OrderCommand command = command(request, acceptance, order);
    return switch (OrderDecider.decide(Optional.of(stored), command, clock.instant())) {
      case Decision.NothingToDo(StoredOrder after) when order.status().successors().isEmpty() ->
          // No command on its way can change this: what the order has, it keeps.
          new Work.Keep<>(answer(order), false);
      case Decision.NothingToDo(StoredOrder after) when !OrderItem.hasRoom(after) ->
          new Work.Refuse<>(new Outcome.NoRoom(order.status(), order.status().successors()));
      case Decision.Write(var after, OrderChange change)
          when change.kind() == OrderChange.Kind.REFUSED ->
          new Work.Refuse<>(refusal(command, order));
      case Decision.Write(var after, OrderChange change) when !OrderItem.hasRoom(after) ->
          new Work.Refuse<>(new Outcome.NoRoom(order.status(), order.status().successors()));
      // A change may be on its way that is not in what was read, and this command be meant to take
      // it back: so the processor decides whether there is nothing to do.
      case Decision.NothingToDo nothing -> send(command, order);
      case Decision.Write written -> send(command, order);
      case Decision.AlreadyApplied applied -> throw unexpected(applied);
      case Decision.IdCollision collision -> throw unexpected(collision);
      case Decision.OrderNotYetKnown unknown -> throw unexpected(unknown);
    };
  }

  private Work<Outcome> send(OrderCommand command, Order order) {
    Work<Outcome> accepted = new Work.Keep<>(answer(order), false);
    // Last: once a message may be out, nothing of our own may fail.
    queue.send(command);
    return accepted;
  }

  private static Outcome refusal(OrderCommand command, Order order) {
    return command instanceof AmendOrder amend && order.status() == OrderStatus.PLACED
        ? new Outcome.NotAnOrder(order.contents(), amend.patch())
        : new Outcome.Illegal(order.status(), order.status().successors());
  }

  private static OrderCommand command(Request request, Acceptance acceptance, Order order) {
    // A change meant for any version stays so on its way; one of several versions was just met.
    OptionalLong expected =
        switch (request.condition()) {
          case VersionCondition.Any any -> OptionalLong.empty();
          case VersionCondition.OneOf some -> OptionalLong.of(order.version());
        };
    CommandHeader header =
        new CommandHeader(
            request.commandId(),
            request.orderId(),
            acceptance.by(),
            acceptance.correlationId(),
            acceptance.at(),
            request.fingerprint(),
            expected);
    return request.change().command(header, order.contents().currency());
  }

  private static StoredResponse answer(Order order) {
    return new StoredResponse(
        StoredResponse.Kind.CHANGE,
        order.id(),
        order.customer(),
        order.version(),
        Optional.empty(),
        WireJson.text(OrderJson.order(order)));
  }

  private static IllegalStateException unexpected(Decision decision) {
    return new IllegalStateException("ruled out before the decision: " + decision);
  }
}
