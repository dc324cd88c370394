package orders.processor.application;

import static orders.domain.CommandBuilder.on;
import static orders.domain.OrderBuilder.aFullOrder;
import static orders.domain.OrderBuilder.anOrder;
import static orders.domain.OrderBuilder.line;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import orders.domain.CommandBuilder;
import orders.domain.FieldPatch;
import orders.domain.OrderBuilder;
import orders.domain.OrderCommand;
import orders.domain.OrderId;
import orders.domain.OrderStatus;
import orders.domain.StoredOrder;
import orders.processor.application.OrderRepository.Lookup;
import orders.processor.application.OrderRepository.WriteAnswer;
import org.junit.jupiter.api.Test;

/** What every order repository keeps to; passed by the fake and by DynamoDB. */
public abstract class OrderRepositoryContract {
  protected abstract OrderRepository emptyRepository();

  @Test
  void what_was_written_is_found_whole() {
    OrderRepository orders = emptyRepository();
    StoredOrder order = aFullOrder().placed();

    assertThat(orders.write(List.of(order))).containsExactly(new WriteAnswer.Written());

    assertThat(found(orders, order)).isEqualTo(order);
  }

  @Test
  void what_was_never_written_is_absent() {
    OrderId id = anOrder().placed().order().id();

    assertThat(emptyRepository().find(Set.of(id))).containsEntry(id, new Lookup.Absent());
  }

  @Test
  void inserting_an_id_twice_keeps_the_first_order() {
    OrderRepository orders = emptyRepository();
    StoredOrder first = anOrder().fingerprint("a").placed();
    StoredOrder second = anOrder().fingerprint("b").note("the second").placed();
    orders.write(List.of(first));

    List<WriteAnswer> answers = orders.write(List.of(second));

    assertThat(answers).singleElement().isInstanceOf(WriteAnswer.Conflict.class);
    assertThat(found(orders, first)).isEqualTo(first);
  }

  @Test
  void each_order_of_a_request_is_judged_alone() {
    OrderRepository orders = emptyRepository();
    StoredOrder taken = anOrder().withAnyId().placed();
    orders.write(List.of(taken));
    StoredOrder one = anOrder().withAnyId().placed();
    StoredOrder two = anOrder().withAnyId().placed();

    List<WriteAnswer> answers = orders.write(List.of(one, taken, two));

    assertThat(answers.get(0)).isInstanceOf(WriteAnswer.Written.class);
    assertThat(answers.get(1)).isInstanceOf(WriteAnswer.Conflict.class);
    assertThat(answers.get(2)).isInstanceOf(WriteAnswer.Written.class);
    assertThat(found(orders, one)).isEqualTo(one);
    assertThat(found(orders, two)).isEqualTo(two);
  }

  @Test
  void many_orders_are_written_and_found() {
    OrderRepository orders = emptyRepository();
    List<StoredOrder> many = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      many.add(anOrder().withAnyId().note("n" + i).placed());
    }

    assertThat(orders.write(many)).hasSize(60).containsOnly(new WriteAnswer.Written());

    for (StoredOrder order : many) {
      assertThat(found(orders, order)).isEqualTo(order);
    }
  }

  @Test
  void every_kind_of_change_is_written_over_the_version_before() {
    OrderRepository orders = emptyRepository();
    StoredOrder stored = aFullOrder().placed();
    orders.write(List.of(stored));
    List<OrderCommand> commands =
        List.of(
            on(stored).amendLines(line("HAT", 2, 100)),
            on(stored)
                .amend(CommandBuilder.patch(new FieldPatch.Remove<>(), new FieldPatch.Remove<>())),
            on(stored).deliver(),
            on(stored).confirm(),
            on(stored).confirm(),
            on(stored).confirm(),
            on(stored).ship("DHL", null),
            on(stored).ship("DHL", null),
            on(stored).deliver());

    for (OrderCommand command : commands) {
      stored = OrderBuilder.apply(stored, command);

      assertThat(orders.write(List.of(stored))).containsExactly(new WriteAnswer.Written());
      assertThat(found(orders, stored)).isEqualTo(stored);
    }
    assertThat(stored.order().status()).isEqualTo(OrderStatus.DELIVERED);
  }

  @Test
  void a_change_of_an_order_that_is_not_there_is_not_written() {
    OrderRepository orders = emptyRepository();
    StoredOrder confirmed = anOrder().in(OrderStatus.CONFIRMED);

    assertThat(orders.write(List.of(confirmed)))
        .containsExactly(new WriteAnswer.Conflict(Optional.empty()));
    assertThat(orders.find(Set.of(confirmed.order().id()))).containsValue(new Lookup.Absent());
  }

  @Test
  void a_change_of_a_version_gone_by_is_not_written_and_tells_what_is_stored() {
    OrderRepository orders = emptyRepository();
    StoredOrder placed = anOrder().placed();
    StoredOrder confirmed = OrderBuilder.apply(placed, on(placed).confirm());
    orders.write(List.of(placed));
    orders.write(List.of(confirmed));
    StoredOrder cancelled = OrderBuilder.apply(placed, on(placed).cancel(null));

    List<WriteAnswer> answers = orders.write(List.of(cancelled));

    assertThat(answers).containsExactly(new WriteAnswer.Conflict(Optional.of(confirmed)));
    assertThat(found(orders, placed)).isEqualTo(confirmed);
  }

  @Test
  void the_same_change_is_written_once() {
    OrderRepository orders = emptyRepository();
    StoredOrder placed = anOrder().placed();
    StoredOrder confirmed = OrderBuilder.apply(placed, on(placed).confirm());
    orders.write(List.of(placed));
    orders.write(List.of(confirmed));

    assertThat(orders.write(List.of(confirmed)))
        .singleElement()
        .isInstanceOf(WriteAnswer.Conflict.class);
  }

  @Test
  void a_command_in_the_history_is_not_written_again_whatever_the_version() {
    OrderRepository orders = emptyRepository();
    StoredOrder placed = anOrder().placed();
    OrderCommand amend = on(placed).amendNote("once");
    StoredOrder amended = OrderBuilder.apply(placed, amend);
    orders.write(List.of(placed));
    orders.write(List.of(amended));
    // Decided on a state that lacks the command but has the version: as after a bad restore.
    StoredOrder other = OrderBuilder.apply(placed, on(placed).amendNote("other"));
    StoredOrder again = OrderBuilder.apply(other, amend);

    assertThat(orders.write(List.of(again)))
        .singleElement()
        .isInstanceOf(WriteAnswer.Conflict.class);
    assertThat(found(orders, placed)).isEqualTo(amended);
  }

  @Test
  void a_command_that_had_nothing_to_do_is_stored_once_and_leaves_the_version() {
    OrderRepository orders = emptyRepository();
    StoredOrder placed = anOrder().note("old").placed();
    StoredOrder once = OrderBuilder.apply(placed, on(placed).amendNote("old"));
    StoredOrder other = OrderBuilder.apply(placed, on(placed).amendNote("old"));
    orders.write(List.of(placed));

    assertThat(orders.write(List.of(once))).containsExactly(new WriteAnswer.Written());

    assertThat(found(orders, placed)).isEqualTo(once);
    for (StoredOrder late : List.of(once, other)) {
      assertThat(orders.write(List.of(late)))
          .containsExactly(new WriteAnswer.Conflict(Optional.of(once)));
    }
    assertThat(found(orders, placed)).isEqualTo(once);
  }

  @Test
  void a_change_decided_without_a_command_that_had_nothing_to_do_is_not_written() {
    OrderRepository orders = emptyRepository();
    StoredOrder placed = anOrder().note("old").placed();
    StoredOrder once = OrderBuilder.apply(placed, on(placed).amendNote("old"));
    StoredOrder twice = OrderBuilder.apply(once, on(placed).amendNote("old"));
    StoredOrder stale = OrderBuilder.apply(placed, on(placed).confirm());
    StoredOrder staler = OrderBuilder.apply(once, on(placed).confirm());
    orders.write(List.of(placed));
    orders.write(List.of(once));
    assertThat(orders.write(List.of(stale)))
        .singleElement()
        .isInstanceOf(WriteAnswer.Conflict.class);
    orders.write(List.of(twice));

    assertThat(orders.write(List.of(staler)))
        .containsExactly(new WriteAnswer.Conflict(Optional.of(twice)));
    assertThat(found(orders, placed)).isEqualTo(twice);
  }

  @Test
  void a_command_that_had_nothing_to_do_is_not_stored_over_a_later_version() {
    OrderRepository orders = emptyRepository();
    StoredOrder placed = anOrder().note("old").placed();
    StoredOrder confirmed = OrderBuilder.apply(placed, on(placed).confirm());
    orders.write(List.of(placed));
    orders.write(List.of(confirmed));

    assertThat(orders.write(List.of(OrderBuilder.apply(placed, on(placed).amendNote("old")))))
        .containsExactly(new WriteAnswer.Conflict(Optional.of(confirmed)));
    assertThat(found(orders, placed)).isEqualTo(confirmed);
  }

  @Test
  void of_two_updates_from_the_same_version_exactly_one_wins() throws Exception {
    OrderRepository orders = emptyRepository();
    for (int round = 0; round < 10; round++) {
      StoredOrder placed = anOrder().withAnyId().placed();
      orders.write(List.of(placed));

      List<WriteAnswer> answers =
          race(
              () -> write(orders, OrderBuilder.apply(placed, on(placed).confirm())),
              () -> write(orders, OrderBuilder.apply(placed, on(placed).cancel(null))));

      assertThat(answers).containsOnlyOnce(new WriteAnswer.Written());
      assertThat(found(orders, placed).order().version()).isEqualTo(2);
    }
  }

  @Test
  void of_two_inserts_of_one_id_exactly_one_wins() throws Exception {
    OrderRepository orders = emptyRepository();
    for (int round = 0; round < 10; round++) {
      StoredOrder placed = anOrder().withAnyId().placed();

      List<WriteAnswer> answers = race(() -> write(orders, placed), () -> write(orders, placed));

      assertThat(answers).containsOnlyOnce(new WriteAnswer.Written());
      assertThat(found(orders, placed)).isEqualTo(placed);
    }
  }

  private static WriteAnswer write(OrderRepository orders, StoredOrder order) {
    return orders.write(List.of(order)).getFirst();
  }

  private static StoredOrder found(OrderRepository orders, StoredOrder order) {
    OrderId id = order.order().id();
    Lookup lookup = orders.find(Set.of(id)).get(id);
    if (lookup instanceof Lookup.Found(StoredOrder stored)) {
      return stored;
    }
    throw new AssertionError("not found: " + lookup);
  }

  private static List<WriteAnswer> race(Callable<WriteAnswer> one, Callable<WriteAnswer> other)
      throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    try (var threads = Executors.newFixedThreadPool(2)) {
      List<Future<WriteAnswer>> runners = new ArrayList<>();
      for (Callable<WriteAnswer> runner : List.of(one, other)) {
        runners.add(
            threads.submit(
                () -> {
                  start.await();
                  return runner.call();
                }));
      }
      start.countDown();
      List<WriteAnswer> answers = new ArrayList<>();
      for (Future<WriteAnswer> runner : runners) {
        answers.add(runner.get());
      }
      return answers;
    }
  }
}
