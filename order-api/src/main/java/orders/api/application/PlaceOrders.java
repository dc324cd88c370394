package orders.api.application;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import orders.api.application.Background.Started;
import orders.api.application.Idempotent.Execution;
import orders.api.application.Idempotent.Work;
import orders.domain.CommandHeader;
import orders.domain.Order;
import orders.domain.OrderChange;
import orders.domain.OrderCommand.PlaceOrder;
import orders.domain.StoredOrder;
import orders.wire.OrderJson;
import orders.wire.WireJson;

/**
 * Accepts orders: one queue message, two writes that remember the answer, and one read that finds
 * the order which the same key made at any time before. A key that is new saves a write and the
 * read.
 */
public final class PlaceOrders {
  private final Background background;
  private final Idempotent idempotent;
  private final OrderReader orders;
  private final CommandSender queue;

  public PlaceOrders(
      ExecutorService executor, IdempotencyStore store, OrderReader orders, CommandSender queue) {
    this.background = new Background(executor);
    this.idempotent = new Idempotent(store);
    this.orders = orders;
    this.queue = queue;
  }

  /** What became of a request. */
  public sealed interface Outcome {
    /**
     * The order is accepted.
     *
     * @param replayed whether it was before
     */
    record Accepted(StoredResponse answer, boolean replayed) implements Outcome {}

    /** The same request is still being worked on. */
    record InProgress() implements Outcome {}

    /** The key belongs to another request. */
    record KeyReused() implements Outcome {}
  }

  private record KeyBelongsToAnother() {}

  /**
   * Accepts an order.
   *
   * @param lease how long this may take
   * @throws UnavailableException if it is known not to be accepted; the key is free
   * @throws UnavailableException.OutcomeUnknown if it may be accepted; the key stays its request's
   */
  public Outcome place(PlaceOrder command, Duration lease) {
    CommandHeader header = command.header();
    try (Started<Optional<StoredOrder>> stored =
        background.start(() -> orders.find(header.orderId()))) {
      return outcome(
          idempotent.makeIdempotent(
              header.commandId().value(),
              header.fingerprint(),
              acceptance(header),
              lease,
              first -> accept(acceptedAs(first, command), stored.get())));
    }
  }

  /**
   * Accepts an order whose key was made for this very request, so that there can be no order of it
   * yet: one queue message, and one write that remembers the answer.
   *
   * @throws UnavailableException if it is not known to be accepted
   */
  public Outcome placeUnderNewKey(PlaceOrder command) {
    CommandHeader header = command.header();
    return outcome(
        idempotent.underNewKey(
            header.commandId().value(),
            header.fingerprint(),
            () -> accept(command, Optional.empty())));
  }

  private static Outcome outcome(Execution<KeyBelongsToAnother> execution) {
    return switch (execution) {
      case Execution.Answered<?>(StoredResponse answer, boolean replayed) ->
          new Outcome.Accepted(answer, replayed);
      case Execution.Running<?>() -> new Outcome.InProgress();
      case Execution.Reused<?>() -> new Outcome.KeyReused();
      case Execution.Refused<KeyBelongsToAnother>(var refusal) -> new Outcome.KeyReused();
    };
  }

  private Work<KeyBelongsToAnother> accept(PlaceOrder command, Optional<StoredOrder> stored) {
    if (stored.isEmpty()) {
      Work<KeyBelongsToAnother> accepted = new Work.Keep<>(answer(command), false);
      // Last: once a message may be out, nothing of our own may fail.
      queue.send(command);
      return accepted;
    }
    // The order is there, and the answer is no longer remembered: the key was used long ago, or an
    // earlier try ended after its message was taken.
    return stored.get().fingerprint().equals(command.header().fingerprint())
        ? new Work.Keep<>(answer(placed(stored.get())), true)
        : new Work.Refuse<>(new KeyBelongsToAnother());
  }

  private static Acceptance acceptance(CommandHeader header) {
    return new Acceptance(header.acceptedAt(), header.by(), header.correlationId());
  }

  private static PlaceOrder acceptedAs(Acceptance first, PlaceOrder command) {
    CommandHeader header = command.header();
    return new PlaceOrder(
        new CommandHeader(
            header.commandId(),
            header.orderId(),
            first.by(),
            first.correlationId(),
            first.at(),
            header.fingerprint(),
            header.expectedVersion()),
        command.customer(),
        command.contents());
  }

  /** Returns the command that placed an order. */
  private static PlaceOrder placed(StoredOrder stored) {
    Order first = stored.orderAt(1);
    OrderChange placing = stored.history().getFirst();
    return new PlaceOrder(
        new CommandHeader(
            placing.commandId(),
            first.id(),
            placing.by(),
            placing.correlationId(),
            first.placedAt(),
            stored.fingerprint(),
            OptionalLong.empty()),
        first.customer(),
        first.contents());
  }

  private static StoredResponse answer(PlaceOrder command) {
    return new StoredResponse(
        StoredResponse.Kind.ORDER,
        command.orderId(),
        command.customer(),
        0,
        Optional.of(acceptance(command.header())),
        WireJson.text(OrderJson.pending(command)));
  }
}
