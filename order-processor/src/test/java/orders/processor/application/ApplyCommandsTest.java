package orders.processor.application;

import static orders.domain.CommandBuilder.on;
import static orders.domain.OrderBuilder.aFullOrder;
import static orders.domain.OrderBuilder.anOrder;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import orders.domain.Order;
import orders.domain.OrderBuilder;
import orders.domain.OrderChange;
import orders.domain.OrderChange.Kind;
import orders.domain.OrderCommand;
import orders.domain.OrderStatus;
import orders.domain.StoredOrder;
import orders.processor.application.OrderRepository.Lookup;
import orders.processor.application.OrderRepository.WriteAnswer;
import orders.wire.OrderItem;
import orders.wire.QueueMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApplyCommandsTest {
  private static final Instant NOW = OrderBuilder.ACCEPTED_AT.plus(Duration.ofHours(1));
  private static final int MAX_RECEIVES = 10;

  private final InMemoryOrders orders = new InMemoryOrders();
  private final RecordingQueue queue = new RecordingQueue();
  private final RecordingChronicle instrumentation = new RecordingChronicle();
  private final ApplyCommands useCase =
      new ApplyCommands(
          orders,
          queue,
          instrumentation,
          new RetryBackoff(MAX_RECEIVES),
          Clock.fixed(NOW, ZoneOffset.UTC));
  private int messages;

  @Test
  void ten_new_orders_are_one_write_and_no_read() {
    List<Delivery> deliveries = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      deliveries.add(delivery(anOrder().withAnyId().placing()));
    }

    assertThat(apply(deliveries)).isEmpty();

    assertThat(orders.writes()).singleElement().satisfies(ids -> assertThat(ids).hasSize(10));
    assertThat(orders.reads()).isZero();
    assertThat(instrumentation.told).hasSize(10).allMatch(step -> step.endsWith("applied v1"));
  }

  @Test
  void changes_of_several_orders_are_one_read_and_one_write() {
    StoredOrder one = anOrder().withAnyId().placed();
    StoredOrder two = anOrder().withAnyId().placed();
    orders.holding(one);
    orders.holding(two);

    Set<String> unfinished =
        apply(
            delivery(on(one).confirm()),
            delivery(on(two).cancel(null)),
            delivery(anOrder().placing()));

    assertThat(unfinished).isEmpty();
    assertThat(orders.reads()).isOne();
    assertThat(orders.writes()).singleElement().satisfies(ids -> assertThat(ids).hasSize(3));
    assertThat(orders.get(one.order().id()).order().status()).isEqualTo(OrderStatus.CONFIRMED);
    assertThat(orders.get(two.order().id()).order().status()).isEqualTo(OrderStatus.CANCELLED);
  }

  @Test
  void commands_for_one_order_are_applied_one_version_at_a_time_in_the_order_they_were_accepted() {
    OrderCommand.PlaceOrder place = anOrder().placing();
    OrderCommand confirm =
        on(place.orderId()).acceptedAt(OrderBuilder.ACCEPTED_AT.plusSeconds(1)).confirm();
    OrderCommand ship =
        on(place.orderId()).acceptedAt(OrderBuilder.ACCEPTED_AT.plusSeconds(2)).ship(null, null);

    Set<String> unfinished = apply(delivery(ship), delivery(confirm), delivery(place));

    assertThat(unfinished).isEmpty();
    assertThat(orders.get(place.orderId()).history())
        .extracting(OrderChange::kind)
        .containsExactly(Kind.PLACED, Kind.CONFIRMED, Kind.SHIPPED);
    assertThat(orders.writes()).hasSize(3);
    assertThat(orders.reads()).isZero();
  }

  @Test
  void an_orders_placing_comes_first_even_if_a_clock_says_otherwise() {
    OrderCommand.PlaceOrder place = anOrder().placing();
    OrderCommand confirm =
        on(place.orderId()).acceptedAt(OrderBuilder.ACCEPTED_AT.minusSeconds(1)).confirm();

    assertThat(apply(delivery(confirm), delivery(place))).isEmpty();

    assertThat(orders.get(place.orderId()).order().status()).isEqualTo(OrderStatus.CONFIRMED);
    assertThat(orders.reads()).isZero();
  }

  @Test
  void a_message_delivered_twice_in_one_batch_is_applied_once() {
    OrderCommand place = anOrder().placing();

    assertThat(apply(delivery(place), delivery(place))).isEmpty();

    assertThat(orders.get(place.orderId()).order().version()).isOne();
    assertThat(instrumentation.told).containsExactly("m1 applied v1", "m2 already repeated");
  }

  @Test
  void an_order_placed_before_is_told_by_its_fingerprint() {
    orders.holding(anOrder().fingerprint("a").placed());

    Set<String> unfinished = apply(delivery(anOrder().fingerprint("a").placing()));

    assertThat(unfinished).isEmpty();
    assertThat(instrumentation.told).containsExactly("m1 already repeated");
  }

  @Test
  void another_order_under_a_taken_id_is_dead_lettered() {
    orders.holding(anOrder().fingerprint("a").placed());
    Delivery other = delivery(anOrder().fingerprint("b").placing());

    assertThat(apply(other)).isEmpty();

    assertThat(queue.deadLettered).containsExactly(Map.entry(other, "id-collision"));
  }

  @Test
  void a_move_made_before_by_another_command_changes_nothing() {
    StoredOrder confirmed = anOrder().in(OrderStatus.CONFIRMED);
    orders.holding(confirmed);

    assertThat(apply(delivery(on(confirmed).confirm()))).isEmpty();

    StoredOrder stored = orders.get(confirmed.order().id());
    assertThat(stored.order()).isEqualTo(confirmed.order());
    assertThat(stored.history()).isEqualTo(confirmed.history());
    assertThat(instrumentation.told).containsExactly("m1 already nothing-to-do");
  }

  @Test
  void a_command_that_had_nothing_to_do_does_nothing_after_a_later_one_either() {
    StoredOrder placed = anOrder().note("old").placed();
    orders.holding(placed);
    OrderCommand first = on(placed).amendNote("old");
    OrderCommand later = on(placed).amendNote("new");
    apply(delivery(first));
    apply(delivery(later));

    assertThat(apply(delivery(first))).isEmpty();
    assertThat(apply(delivery(later), delivery(first))).isEmpty();

    StoredOrder stored = orders.get(placed.order().id());
    assertThat(stored.order().contents().note()).isEqualTo("new");
    assertThat(stored.order().version()).isEqualTo(2);
    assertThat(instrumentation.told)
        .containsExactly(
            "m1 already nothing-to-do",
            "m2 applied v2",
            "m3 already repeated",
            "m4 already repeated",
            "m5 already repeated");
  }

  @Test
  void a_batch_decides_again_when_another_worker_recorded_that_there_was_nothing_to_do() {
    StoredOrder placed = anOrder().note("old").placed();
    orders.holding(placed);
    OrderCommand nothing = on(placed).amendNote("old");
    OrderCommand change =
        on(placed).acceptedAt(OrderBuilder.ACCEPTED_AT.plusSeconds(1)).amendNote("new");
    orders.beforeNextWrite(() -> orders.holding(OrderBuilder.apply(placed, nothing)));

    // The change was decided on a state without the record: taken as it is, the batch would then
    // apply the command over it.
    assertThat(apply(delivery(nothing), delivery(change))).isEmpty();

    StoredOrder stored = orders.get(placed.order().id());
    assertThat(stored.order().contents().note()).isEqualTo("new");
    assertThat(stored.noOps()).hasSize(1);
  }

  @Test
  void two_shipments_accepted_together_leave_a_refusal() {
    StoredOrder confirmed = anOrder().in(OrderStatus.CONFIRMED);
    orders.holding(confirmed);

    assertThat(
            apply(
                delivery(on(confirmed).ship("DHL", "1")), delivery(on(confirmed).ship("DHL", "2"))))
        .isEmpty();

    StoredOrder stored = orders.get(confirmed.order().id());
    assertThat(stored.latestChange().kind()).isEqualTo(Kind.REFUSED);
    assertThat(stored.order().shipment()).isNotNull();
    assertThat(stored.order().shipment().trackingNumber()).isEqualTo("1");
  }

  @Test
  void a_command_without_effect_for_which_there_is_no_room_is_refused_and_known_again() {
    StoredOrder placed = anOrder().note("old").placed();
    orders.holding(placed);
    for (int i = 0; i < 100; i++) {
      apply(delivery(on(placed).amendNote("old")));
    }
    OrderCommand oneMore = on(placed).amendNote("old");

    assertThat(apply(delivery(oneMore), delivery(oneMore))).isEmpty();
    assertThat(apply(delivery(on(placed).amendNote("new")))).isEmpty();

    StoredOrder stored = orders.get(placed.order().id());
    assertThat(stored.noOps()).hasSize(100);
    assertThat(stored.history().get(1).kind()).isEqualTo(Kind.REFUSED);
    assertThat(stored.history().get(1).reason()).startsWith("no-room: ");
    assertThat(stored.order().version()).isEqualTo(3);
  }

  @Test
  void an_illegal_move_is_refused_in_the_history() {
    StoredOrder placed = anOrder().placed();
    orders.holding(placed);

    assertThat(apply(delivery(on(placed).deliver()))).isEmpty();

    OrderChange change = orders.get(placed.order().id()).latestChange();
    assertThat(change.kind()).isEqualTo(Kind.REFUSED);
    assertThat(instrumentation.told).containsExactly("m1 refused " + change.reason());
  }

  @Test
  void losing_a_race_means_deciding_again_on_what_the_winner_left() {
    StoredOrder placed = anOrder().placed();
    orders.holding(placed);
    orders.beforeNextWrite(
        () -> orders.holding(OrderBuilder.apply(placed, on(placed).cancel(null))));

    assertThat(apply(delivery(on(placed).confirm()))).isEmpty();

    StoredOrder stored = orders.get(placed.order().id());
    assertThat(stored.history())
        .extracting(OrderChange::kind)
        .containsExactly(Kind.PLACED, Kind.CANCELLED, Kind.REFUSED);
  }

  @Test
  void a_race_lost_again_and_again_is_left_for_later() {
    StoredOrder placed = anOrder().placed();
    orders.holding(placed);
    orders.failWrites(order -> new WriteAnswer.Conflict(Optional.of(placed)));
    Delivery confirm = delivery(on(placed).confirm());

    assertThat(apply(confirm)).containsExactly(confirm.messageId());

    assertThat(orders.writes()).hasSize(4);
    assertThat(instrumentation.told).containsExactly("m1 retried lost-race");
  }

  @Test
  void a_command_before_its_order_comes_again_soon() {
    Delivery cancel = delivery(on(anOrder().placing().orderId()).cancel(null));

    assertThat(apply(cancel)).containsExactly(cancel.messageId());

    assertThat(queue.delays).containsExactly(Map.entry(cancel, Duration.ofSeconds(1)));
    assertThat(queue.deadLettered).isEmpty();
  }

  @Test
  void a_command_whose_order_never_came_is_dead_lettered_on_its_last_delivery() {
    Delivery cancel = delivery(on(anOrder().placing().orderId()).cancel(null), MAX_RECEIVES);

    assertThat(apply(cancel)).isEmpty();

    assertThat(queue.deadLettered).containsExactly(Map.entry(cancel, "order-not-known"));
    assertThat(queue.delays).isEmpty();
  }

  @Test
  void one_that_fails_is_left_and_the_others_are_applied() {
    List<Delivery> deliveries = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      deliveries.add(delivery(anOrder().withAnyId().placing()));
    }
    Delivery unlucky = deliveries.get(4);
    var id = QueueMessage.read(unlucky.body()).orderId();
    orders.failWrites(
        order -> order.order().id().equals(id) ? new WriteAnswer.Failed("throttled") : null);

    assertThat(apply(deliveries)).containsExactly(unlucky.messageId());

    assertThat(instrumentation.told).filteredOn(step -> step.endsWith("applied v1")).hasSize(9);
    assertThat(queue.delays).containsExactly(Map.entry(unlucky, Duration.ofSeconds(2)));
  }

  @Test
  void what_nobody_expected_of_one_order_fails_alone_and_is_told() {
    Delivery unlucky = delivery(anOrder().withAnyId().placing());
    Delivery good = delivery(anOrder().withAnyId().placing());
    Delivery other = delivery(anOrder().withAnyId().placing());
    var id = QueueMessage.read(unlucky.body()).orderId();
    orders.failWrites(
        order -> {
          if (order.order().id().equals(id)) {
            throw new IllegalStateException("a defect");
          }
          return null;
        });

    assertThat(apply(good, unlucky, other)).containsExactly(unlucky.messageId());

    assertThat(orders.get(QueueMessage.read(good.body()).orderId()).order().version()).isOne();
    assertThat(orders.get(QueueMessage.read(other.body()).orderId()).order().version()).isOne();
    assertThat(instrumentation.told)
        .contains("a defect", unlucky.messageId() + " retried unexpected: IllegalStateException");
    assertThat(queue.delays).containsExactly(Map.entry(unlucky, Duration.ofSeconds(2)));
  }

  @Test
  void what_nobody_expected_is_dead_lettered_with_a_reason_on_its_last_delivery() {
    orders.failReads(
        asked -> {
          throw new IllegalStateException("a defect");
        });
    Delivery cancel = delivery(on(anOrder().placing().orderId()).cancel(null), MAX_RECEIVES);

    assertThat(apply(cancel)).isEmpty();

    assertThat(queue.deadLettered)
        .containsExactly(Map.entry(cancel, "unexpected: IllegalStateException"));
  }

  @Test
  void what_still_fails_on_its_last_delivery_is_dead_lettered_with_the_reason() {
    orders.failWrites(order -> new WriteAnswer.Failed("throttled"));
    Delivery place = delivery(anOrder().placing(), MAX_RECEIVES);

    assertThat(apply(place)).isEmpty();

    assertThat(queue.deadLettered).containsExactly(Map.entry(place, "throttled"));
  }

  @Test
  void what_can_never_be_written_is_dead_lettered_at_once() {
    orders.failWrites(order -> new WriteAnswer.Impossible("item-too-large"));
    Delivery place = delivery(aFullOrder().placing());

    assertThat(apply(place)).isEmpty();

    assertThat(queue.deadLettered).containsExactly(Map.entry(place, "item-too-large"));
  }

  @Test
  void an_amendment_for_which_there_is_no_room_is_refused_and_a_move_after_it_is_made() {
    StoredOrder placed = anOrder().placed();
    orders.holding(placed);
    List<Delivery> amendments = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      amendments.add(delivery(on(placed).amendNote(i + "n".repeat(3000))));
    }

    assertThat(apply(amendments)).isEmpty();
    assertThat(apply(delivery(on(placed).cancel("it grew too large")))).isEmpty();

    StoredOrder stored = orders.get(placed.order().id());
    assertThat(queue.deadLettered).isEmpty();
    assertThat(stored.history()).hasSize(122);
    assertThat(stored.history().get(50).kind()).isEqualTo(Kind.AMENDED);
    assertThat(stored.history().get(120).kind()).isEqualTo(Kind.REFUSED);
    assertThat(stored.history().get(120).reason()).startsWith("no-room: ");
    assertThat(stored.order().status()).isEqualTo(OrderStatus.CANCELLED);
    assertThat(OrderItem.hasRoom(stored)).isTrue();
  }

  @Test
  void an_order_that_could_not_be_read_is_not_taken_for_unknown() {
    orders.failReads(id -> new Lookup.NotSeen("throttled"));
    Delivery cancel = delivery(on(anOrder().placing().orderId()).cancel(null));

    assertThat(apply(cancel)).containsExactly(cancel.messageId());

    assertThat(instrumentation.told).containsExactly("m1 retried throttled");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "not json                                    | malformed-json",
        "[1]                                         | not-an-object: root",
        "{} x                                        | malformed-json",
        "{}                                          | missing-field: schema",
        "{'schema':2}                                | unknown-schema",
        "{'schema':'1'}                              | wrong-type: schema",
        "{'schema':1,'command':'explode-order'}      | unknown-command",
        "{'schema':1,'command':'cancel-order','x':1} | unknown-field: in root",
        "{'schema':1,'schema':1}                     | malformed-json",
      })
  void poison_is_dead_lettered_at_once_with_its_reason_among_good_ones(String body, String reason) {
    Delivery poison = new Delivery("poison", "handle", 1, body.replace('\'', '"'), Map.of());
    Delivery good = delivery(anOrder().placing());

    assertThat(apply(poison, good)).isEmpty();

    assertThat(queue.deadLettered)
        .singleElement()
        .satisfies(
            deadLettered -> {
              assertThat(deadLettered.getKey()).isEqualTo(poison);
              assertThat(deadLettered.getValue()).startsWith(reason);
            });
    assertThat(orders.get(anOrder().placing().orderId()).order().version()).isOne();
  }

  @Test
  void a_message_nested_past_all_measure_is_dead_lettered() {
    Delivery deep = new Delivery("deep", "handle", 1, "{\"a\":" + "[".repeat(10_000), Map.of());

    assertThat(apply(deep)).isEmpty();

    assertThat(queue.deadLettered)
        .containsExactly(Map.entry(deep, "beyond-limits: nested too deep or too long"));
  }

  @Test
  void what_could_not_be_dead_lettered_is_unfinished() {
    queue.accepts = false;
    Delivery poison = new Delivery("poison", "handle", 1, "poison", Map.of());

    assertThat(apply(poison)).containsExactly("poison");
  }

  @Test
  void when_time_is_up_the_rest_is_unfinished_and_nothing_is_begun() {
    Delivery place = delivery(anOrder().placing());

    Set<String> unfinished = useCase.applyAll(List.of(place), () -> true);

    assertThat(unfinished).containsExactly(place.messageId());
    assertThat(orders.isEmpty()).isTrue();
    assertThat(instrumentation.told).containsExactly("m1 retried out-of-time");
  }

  @Test
  void what_time_runs_out_for_on_its_last_delivery_is_dead_lettered_with_its_reason() {
    Delivery first = delivery(anOrder().withAnyId().placing(), MAX_RECEIVES);
    Delivery second = delivery(anOrder().withAnyId().placing(), MAX_RECEIVES);
    Delivery other = delivery(anOrder().withAnyId().placing(), MAX_RECEIVES - 1);

    Set<String> unfinished = useCase.applyAll(List.of(first, second, other), () -> true);

    assertThat(unfinished).containsExactly(other.messageId());
    assertThat(queue.deadLettered)
        .containsExactly(Map.entry(first, "out-of-time"), Map.entry(second, "out-of-time"));
    assertThat(queue.requests).as("all in one request").isOne();
    assertThat(queue.asked).as("the limit is asked for once").isOne();
  }

  @Test
  void the_queues_own_receive_limit_counts_before_the_one_a_version_was_published_with() {
    queue.maxReceives = OptionalInt.of(4);
    Delivery last = delivery(on(anOrder().placing().orderId()).confirm(), 4);

    assertThat(apply(last)).isEmpty();

    assertThat(queue.deadLettered).containsExactly(Map.entry(last, "order-not-known"));
  }

  @Test
  void waiting_grows_and_ends() {
    RetryBackoff backoff = new RetryBackoff(10);

    assertThat(backoff.untilOrderComes(1)).isEqualTo(Duration.ofSeconds(1));
    assertThat(backoff.untilOrderComes(2)).isEqualTo(Duration.ofSeconds(2));
    assertThat(backoff.untilOrderComes(9)).isEqualTo(Duration.ofSeconds(256));
    assertThat(backoff.untilOrderComes(1000)).isEqualTo(Duration.ofSeconds(256));
    assertThat(backoff.untilServiceRecovers(1)).isEqualTo(Duration.ofSeconds(2));
    assertThat(backoff.untilServiceRecovers(9)).isEqualTo(Duration.ofMinutes(3));
  }

  @Test
  void all_deliveries_together_span_an_outage_of_minutes() {
    RetryBackoff backoff = new RetryBackoff(MAX_RECEIVES);
    Duration services = Duration.ZERO;
    Duration orders = Duration.ZERO;
    for (int receives = 1; receives < MAX_RECEIVES; receives++) {
      services = services.plus(backoff.untilServiceRecovers(receives));
      orders = orders.plus(backoff.untilOrderComes(receives));
    }

    assertThat(services).isGreaterThan(Duration.ofMinutes(14));
    assertThat(orders).isGreaterThan(Duration.ofMinutes(8));
  }

  private Set<String> apply(Delivery... deliveries) {
    return apply(List.of(deliveries));
  }

  private Set<String> apply(List<Delivery> deliveries) {
    return useCase.applyAll(deliveries, () -> false);
  }

  private Delivery delivery(OrderCommand command) {
    return delivery(command, 1);
  }

  private Delivery delivery(OrderCommand command, int receiveCount) {
    return new Delivery(
        "m" + ++messages, "handle", receiveCount, QueueMessage.write(command), Map.of());
  }

  private static final class RecordingQueue implements RedeliveryControl {
    private final Map<Delivery, Duration> delays = new LinkedHashMap<>();
    private final List<Map.Entry<Delivery, String>> deadLettered = new ArrayList<>();
    private boolean accepts = true;
    private int requests;
    private int asked;
    private OptionalInt maxReceives = OptionalInt.empty();

    @Override
    public void redeliver(Map<Delivery, Duration> later) {
      delays.putAll(later);
    }

    @Override
    public Set<Delivery> deadLetter(Map<Delivery, String> reasons) {
      requests++;
      if (!accepts) {
        return Set.of();
      }
      deadLettered.addAll(reasons.entrySet());
      return reasons.keySet();
    }

    @Override
    public OptionalInt maxReceives() {
      asked++;
      return maxReceives;
    }
  }

  private static final class RecordingChronicle implements Instrumentation {
    private final List<String> told = new ArrayList<>();

    @Override
    public void applied(Delivery delivery, OrderCommand command, Order order, Instant at) {
      told.add(delivery.messageId() + " applied v" + order.version());
    }

    @Override
    public void refused(Delivery delivery, OrderCommand command, OrderChange refusal, Instant at) {
      told.add(delivery.messageId() + " refused " + refusal.reason());
    }

    @Override
    public void alreadyApplied(Delivery delivery, OrderCommand command, String outcome) {
      told.add(delivery.messageId() + " already " + outcome);
    }

    @Override
    public void retried(Delivery delivery, Subject subject, String reason) {
      told.add(delivery.messageId() + " retried " + reason);
    }

    @Override
    public void deadLettered(Delivery delivery, Subject subject, String reason) {
      told.add(delivery.messageId() + " dead-lettered " + reason);
    }

    @Override
    public void failed(RuntimeException defect) {
      told.add(defect.getMessage());
    }
  }
}
