package orders.wire;

import static orders.domain.CommandBuilder.on;
import static orders.domain.OrderBuilder.aFullOrder;
import static orders.domain.OrderBuilder.anOrder;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import orders.domain.CommandBuilder;
import orders.domain.FieldPatch;
import orders.domain.Order;
import orders.domain.OrderBuilder;
import orders.domain.OrderCommand;
import orders.domain.OrderId;
import orders.domain.OrderStatus;
import orders.domain.StoredOrder;
import orders.wire.Value.Fields;
import orders.wire.Value.Text;
import orders.wire.Value.Whole;
import orders.wire.dynamodb.AttributeValues;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrderItemTest {

  @ParameterizedTest
  @EnumSource(OrderStatus.class)
  void an_order_survives_its_item(OrderStatus status) {
    for (StoredOrder stored : List.of(aFullOrder().in(status), anOrder().in(status))) {
      Fields item = OrderItem.of(stored);

      assertThat(OrderItem.read(item)).isEqualTo(stored);
      assertThat(OrderItem.read(AttributeValues.read(AttributeValues.of(item)))).isEqualTo(stored);
    }
  }

  @Test
  void the_item_is_written_as_recorded() {
    assertThat(WireJson.text(OrderItem.of(Samples.eventful())))
        .isEqualTo(Samples.recorded("items/eventful.json"));
  }

  /** Written before the time of storing and commands that had nothing to do were kept. */
  @Test
  void an_item_written_before_is_read_and_gives_the_same_events() {
    StoredOrder before =
        OrderItem.read(WireJson.read(Samples.recorded("items/eventful-before.json")));
    StoredOrder now = Samples.eventful();

    assertThat(before.storedAt()).isNull();
    assertThat(before.noOps()).isEmpty();
    assertThat(now.storedAt()).isNotNull();
    assertThat(now.noOps()).hasSize(1);
    for (int version = 1; version <= before.order().version(); version++) {
      String recorded = Samples.recorded("events/eventful-" + version + ".json");
      assertThat(OrderEventJson.of(before, version).json()).isEqualTo(recorded);
      assertThat(OrderEventJson.of(now, version).json()).isEqualTo(recorded);
    }
  }

  @Test
  void commands_that_had_nothing_to_do_are_recorded_up_to_a_bound() {
    StoredOrder stored = anOrder().placed();
    int recorded = 0;
    while (OrderItem.hasRoom(stored) && recorded < 1000) {
      recorded++;
      stored =
          OrderBuilder.apply(
              stored,
              on(stored)
                  .amend(CommandBuilder.patch(new FieldPatch.Keep<>(), new FieldPatch.Keep<>())));
    }

    assertThat(recorded - 1).isEqualTo(100);
    assertThat(ItemSize.of(OrderItem.of(stored))).isLessThan(20 * 1024);
    assertThat(OrderItem.hasRoom(OrderBuilder.apply(anOrder().placed(), on(stored).confirm())))
        .isTrue();
  }

  @Test
  void no_index_entry_and_no_outside_form_shows_commands_that_had_nothing_to_do() {
    StoredOrder placed = aFullOrder().placed();
    StoredOrder recorded =
        OrderBuilder.apply(placed, on(placed).amendNote("leave at the door\nring twice"));

    assertThat(recorded.latestNoOp()).isPresent();
    assertThat(OrderItem.update(recorded).set().map()).containsOnlyKeys(OrderItem.NO_OPS);
    assertThat(OrderJson.history(recorded)).isEqualTo(OrderJson.history(placed));
    assertThat(OrderJson.order(recorded.order())).isEqualTo(OrderJson.order(placed.order()));
  }

  @Test
  void every_amendment_can_be_taken_back_from_what_the_item_keeps() {
    StoredOrder stored = OrderItem.read(OrderItem.of(Samples.eventful()));

    assertThat(stored.orderAt(1)).isEqualTo(aFullOrder().placed().order());
  }

  @Test
  void an_update_brings_the_item_before_to_the_item_after() {
    StoredOrder before = aFullOrder().placed();
    List<OrderCommand> commands =
        List.of(
            on(before).amendLines(OrderBuilder.line("HAT", 2, 100)),
            on(before)
                .amend(CommandBuilder.patch(new FieldPatch.Remove<>(), new FieldPatch.Set<>("n"))),
            on(before).deliver(),
            on(before).confirm(),
            on(before).confirm(),
            on(before).ship(null, null),
            on(before).ship(null, null),
            on(before).ship(null, null),
            on(before).deliver());
    for (OrderCommand command : commands) {
      StoredOrder after = OrderBuilder.apply(before, command);

      OrderItem.Update update = OrderItem.update(after);

      Map<String, Value> item = new LinkedHashMap<>(OrderItem.of(before).map());
      item.putAll(update.set().map());
      update.remove().forEach(item::remove);
      Map<String, Value> history =
          new LinkedHashMap<>(((Fields) item.get(OrderItem.HISTORY)).map());
      if (update.historyEntry() != null) {
        history.put(update.commandId(), update.historyEntry());
      }
      assertThat(update.versionBefore()).isEqualTo(before.order().version());
      assertThat(update.noOpsBefore()).isEqualTo(before.noOps().size());
      item.put(OrderItem.HISTORY, new Fields(history));
      assertThat(item).isEqualTo(OrderItem.of(after).map());
      before = after;
    }
  }

  @Test
  void a_list_entry_is_read_without_address_note_and_history() {
    StoredOrder stored = aFullOrder().in(OrderStatus.SHIPPED);
    Map<String, Value> entry = new LinkedHashMap<>(OrderItem.of(stored).map());
    List.of("shippingAddress", "note", "history", "fingerprint").forEach(entry::remove);

    Order order = OrderItem.readOrder(new Fields(entry));

    assertThat(OrderJson.listed(order)).isEqualTo(OrderJson.listed(stored.order()));
  }

  @Test
  void orders_are_spread_over_all_shards_and_stay_in_theirs() {
    long shards =
        IntStream.range(0, 100)
            .map(i -> OrderItem.shardOf(anOrder().withAnyId().placing().orderId()))
            .distinct()
            .count();
    OrderId id = anOrder().placing().orderId();

    assertThat(shards).isEqualTo(OrderItem.STATUS_SHARDS);
    assertThat(OrderItem.of(anOrder().placed()).get(OrderItem.STATUS_SHARD))
        .isEqualTo(new Text(OrderItem.statusShard(OrderStatus.PLACED, OrderItem.shardOf(id))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "orderId",
        "customerId",
        "status",
        "version",
        "placedAt",
        "updatedAt",
        "currency",
        "lines",
        "fingerprint",
        "history"
      })
  void an_item_that_lacks_a_part_is_unreadable(String attribute) {
    Map<String, Value> item = new LinkedHashMap<>(OrderItem.of(anOrder().placed()).map());
    item.remove(attribute);

    assertThatExceptionOfType(UnreadableException.class)
        .isThrownBy(() -> OrderItem.read(new Fields(item)))
        .withMessage("missing-field: " + attribute);
  }

  @Test
  void an_item_with_a_gap_in_its_history_is_unreadable() {
    Map<String, Value> item = new LinkedHashMap<>(OrderItem.of(anOrder().placed()).map());
    item.put(OrderItem.VERSION, new Whole(2));

    assertThatExceptionOfType(UnreadableException.class)
        .isThrownBy(() -> OrderItem.read(new Fields(item)));
  }
}
