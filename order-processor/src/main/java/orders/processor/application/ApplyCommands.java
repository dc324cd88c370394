package orders.processor.application;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import orders.domain.Decision;
import orders.domain.OrderChange;
import orders.domain.OrderCommand;
import orders.domain.OrderDecider;
import orders.domain.OrderId;
import orders.domain.StoredOrder;
import orders.processor.application.Instrumentation.Subject;
import orders.processor.application.OrderRepository.Lookup;
import orders.processor.application.OrderRepository.WriteAnswer;
import orders.processor.application.PendingCommands.Item;
import orders.wire.OrderItem;
import orders.wire.QueueMessage;
import orders.wire.UnreadableException;

/**
 * Applies a batch of commands with as few requests as there can be: in each round, one write for
 * each order, all in one request. Every message ends in one of three ways: done, dead-lettered with
 * its reason, or unfinished and delivered again.
 */
public final class ApplyCommands {
  /** After so many lost races in a row, the message had better come back later. */
  private static final int MAX_LOST_WRITES = 4;

  private static final String OUT_OF_TIME = "out-of-time";

  private final OrderRepository orders;
  private final RedeliveryControl queue;
  private final Instrumentation instrumentation;
  private final RetryBackoff backoff;
  private final Clock clock;

  public ApplyCommands(
      OrderRepository orders,
      RedeliveryControl queue,
      Instrumentation instrumentation,
      RetryBackoff backoff,
      Clock clock) {
    this.orders = orders;
    this.queue = queue;
    this.instrumentation = instrumentation;
    this.backoff = backoff;
    this.clock = clock;
  }

  /** Tells when to stop beginning anything new. */
  @FunctionalInterface
  public interface TimeLimit {
    /** Returns whether it is too late. */
    boolean isPast();
  }

  /**
   * Applies a batch.
   *
   * @return the message ids of the unfinished, which the queue has to deliver again
   */
  public Set<String> applyAll(List<Delivery> deliveries, TimeLimit limit) {
    Batch batch = new Batch(limit);
    batch.take(deliveries);
    batch.run();
    return batch.unfinished;
  }

  /** One batch on its way. */
  private final class Batch {
    private final TimeLimit limit;
    private final List<PendingCommands> open = new ArrayList<>();
    private final Set<String> unfinished = new LinkedHashSet<>();
    private final Map<Delivery, Duration> delays = new LinkedHashMap<>();
    private final Map<Delivery, DeadLetter> deadLetters = new LinkedHashMap<>();
    private OptionalInt maxReceives = OptionalInt.empty();

    Batch(TimeLimit limit) {
      this.limit = limit;
    }

    void take(List<Delivery> deliveries) {
      Map<OrderId, List<Item>> byOrder = new LinkedHashMap<>();
      for (Delivery delivery : deliveries) {
        try {
          OrderCommand command = QueueMessage.read(delivery.body());
          byOrder
              .computeIfAbsent(command.orderId(), id -> new ArrayList<>())
              .add(new Item(delivery, command));
        } catch (UnreadableException unreadable) {
          deadLetter(delivery, new Subject.Unreadable(), unreadable.reason());
        } catch (RuntimeException defect) {
          retry(
              delivery,
              new Subject.Unreadable(),
              told(defect),
              backoff.untilServiceRecovers(delivery.receiveCount()));
        }
      }
      byOrder.forEach((id, items) -> open.add(new PendingCommands(id, items)));
    }

    void run() {
      while (!open.isEmpty() && !limit.isPast()) {
        round(open);
        open.removeIf(PendingCommands::isEmpty);
      }
      for (PendingCommands order : open) {
        while (!order.isEmpty()) {
          Item item = order.remove();
          Subject subject = new Subject.Known(item.command());
          if (isLast(item.delivery())) {
            deadLetter(item.delivery(), subject, OUT_OF_TIME);
          } else {
            // Not delayed: it has waited already, and nothing is wrong with it.
            leave(item.delivery(), subject, OUT_OF_TIME);
          }
        }
      }
      if (!deadLetters.isEmpty()) {
        sendDeadLetters();
      }
      if (!delays.isEmpty()) {
        queue.redeliver(delays);
      }
    }

    /**
     * Brings each order one write further. What nobody expected fails alone: else its order would
     * take the whole batch along, again and again, until the queue gives all of it up without a
     * reason.
     */
    private void round(List<PendingCommands> orders) {
      try {
        look(orders);
        write(decide(orders));
      } catch (RuntimeException defect) {
        if (orders.size() == 1) {
          retryAll(orders.getFirst(), told(defect));
          return;
        }
        for (PendingCommands order : orders) {
          if (!order.isEmpty() && !limit.isPast()) {
            round(List.of(order));
          }
        }
      }
    }

    private String told(RuntimeException defect) {
      instrumentation.failed(defect);
      return "unexpected: " + defect.getClass().getSimpleName();
    }

    private void look(List<PendingCommands> asked) {
      Set<OrderId> unknown = new LinkedHashSet<>();
      for (PendingCommands order : asked) {
        if (order.needsLookup()) {
          unknown.add(order.order);
        }
      }
      if (unknown.isEmpty()) {
        return;
      }
      Map<OrderId, Lookup> found = orders.find(unknown);
      for (PendingCommands order : asked) {
        if (order.needsLookup()) {
          order.is(found.getOrDefault(order.order, new Lookup.NotSeen("order-not-read")));
        }
      }
    }

    /** Works off each order up to its next write, and returns those writes. */
    private Map<PendingCommands, StoredOrder> decide(List<PendingCommands> asked) {
      Map<PendingCommands, StoredOrder> writes = new LinkedHashMap<>();
      for (PendingCommands order : asked) {
        while (!order.isEmpty() && !writes.containsKey(order)) {
          switch (order.state()) {
            case Lookup.NotSeen(String reason) -> retryAll(order, reason);
            case Lookup.Absent() -> decide(order, Optional.empty(), writes);
            case Lookup.Found(StoredOrder stored) -> decide(order, Optional.of(stored), writes);
          }
        }
      }
      return writes;
    }

    private StoredOrder withoutRoom(Optional<StoredOrder> stored, Item item, String what) {
      return OrderDecider.refuse(
          stored.orElseThrow(),
          item.command(),
          clock.instant(),
          "no-room: the order's history leaves no room for " + what);
    }

    private void decide(
        PendingCommands order,
        Optional<StoredOrder> stored,
        Map<PendingCommands, StoredOrder> writes) {
      Item item = order.head();
      switch (OrderDecider.decide(stored, item.command(), clock.instant())) {
        case Decision.Write(StoredOrder after, OrderChange change) ->
            writes.put(
                order,
                change.kind() == OrderChange.Kind.AMENDED && !OrderItem.hasRoom(after)
                    ? withoutRoom(stored, item, "this amendment")
                    : after);
        case Decision.AlreadyApplied repeated -> {
          order.remove();
          instrumentation.alreadyApplied(item.delivery(), item.command(), "repeated");
        }
        case Decision.NothingToDo(StoredOrder after) ->
            writes.put(
                order,
                OrderItem.hasRoom(after)
                    ? after
                    : withoutRoom(stored, item, "one more command that changes nothing"));
        case Decision.OrderNotYetKnown() -> {
          order.remove();
          retry(
              item.delivery(),
              new Subject.Known(item.command()),
              "order-not-known",
              backoff.untilOrderComes(item.delivery().receiveCount()));
        }
        case Decision.IdCollision() -> {
          order.remove();
          deadLetter(item.delivery(), new Subject.Known(item.command()), "id-collision");
        }
      }
    }

    private void write(Map<PendingCommands, StoredOrder> writes) {
      if (writes.isEmpty()) {
        return;
      }
      List<StoredOrder> states = List.copyOf(writes.values());
      List<WriteAnswer> answers = orders.write(states);
      int i = 0;
      for (PendingCommands order : writes.keySet()) {
        conclude(order, states.get(i), answers.get(i));
        i++;
      }
    }

    private void conclude(PendingCommands order, StoredOrder written, WriteAnswer answer) {
      switch (answer) {
        case WriteAnswer.Written() -> {
          order.wasWritten(written);
          tell(order.remove(), written);
        }
        case WriteAnswer.Conflict(Optional<StoredOrder> stored) -> {
          if (order.lost(stored) >= MAX_LOST_WRITES) {
            retryAll(order, "lost-race");
          }
        }
        case WriteAnswer.Failed(String reason) -> retryAll(order, reason);
        case WriteAnswer.Impossible(String reason) -> {
          Item item = order.remove();
          deadLetter(item.delivery(), new Subject.Known(item.command()), reason);
        }
      }
    }

    private void tell(Item item, StoredOrder written) {
      OrderChange change = written.latestChange();
      if (written.latestNoOp().isPresent()) {
        instrumentation.alreadyApplied(item.delivery(), item.command(), "nothing-to-do");
      } else if (change.kind() == OrderChange.Kind.REFUSED) {
        instrumentation.refused(item.delivery(), item.command(), change, clock.instant());
      } else {
        instrumentation.applied(item.delivery(), item.command(), written.order(), clock.instant());
      }
    }

    /** Those behind the first wait with it: they were accepted after it. */
    private void retryAll(PendingCommands order, String reason) {
      while (!order.isEmpty()) {
        Item item = order.remove();
        retry(
            item.delivery(),
            new Subject.Known(item.command()),
            reason,
            backoff.untilServiceRecovers(item.delivery().receiveCount()));
      }
    }

    private void retry(Delivery delivery, Subject subject, String reason, Duration delay) {
      if (isLast(delivery)) {
        // The queue would redrive it without a word of why.
        deadLetter(delivery, subject, reason);
      } else {
        leave(delivery, subject, reason);
        delays.put(delivery, delay);
      }
    }

    private void leave(Delivery delivery, Subject subject, String reason) {
      unfinished.add(delivery.messageId());
      instrumentation.retried(delivery, subject, reason);
    }

    /** Notes a dead letter; all of a batch are sent together, when its commands are done. */
    private void deadLetter(Delivery delivery, Subject subject, String reason) {
      deadLetters.put(delivery, new DeadLetter(subject, reason));
    }

    private void sendDeadLetters() {
      Map<Delivery, String> reasons = new LinkedHashMap<>();
      deadLetters.forEach((delivery, letter) -> reasons.put(delivery, letter.reason()));
      Set<Delivery> sent = queue.deadLetter(reasons);
      deadLetters.forEach(
          (delivery, letter) -> {
            if (sent.contains(delivery)) {
              instrumentation.deadLettered(delivery, letter.subject(), letter.reason());
            } else {
              leave(delivery, letter.subject(), "not-dead-lettered: " + letter.reason());
            }
          });
    }

    /** Returns whether the queue will not deliver the message once more. */
    private boolean isLast(Delivery delivery) {
      if (maxReceives.isEmpty()) {
        maxReceives = OptionalInt.of(queue.maxReceives().orElse(backoff.maxReceives()));
      }
      return delivery.receiveCount() >= maxReceives.getAsInt();
    }
  }

  /** A message that is given up, and why. */
  private record DeadLetter(Subject subject, String reason) {}
}
