package orders.wire;

import static orders.domain.CommandBuilder.on;
import static orders.domain.OrderBuilder.aFullOrder;
import static orders.domain.OrderBuilder.anOrder;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.util.List;
import orders.domain.OrderBuilder;
import orders.domain.OrderChange.Kind;
import orders.domain.OrderCommand;
import orders.domain.OrderStatus;
import orders.domain.StoredOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrderEventJsonTest {
  private static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
          .getSchema(Samples.recorded("schemas/order-event-1.json"));

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
  void each_event_is_written_as_recorded(int version) {
    OrderEventJson event = OrderEventJson.of(Samples.eventful(), version);

    assertThat(event.json()).isEqualTo(Samples.recorded("events/eventful-" + version + ".json"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
  void each_event_keeps_to_its_schema(int version) {
    String event = OrderEventJson.of(Samples.eventful(), version).json();

    assertThat(SCHEMA.validate(event, InputFormat.JSON)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(OrderStatus.class)
  void an_event_of_a_bare_order_keeps_to_its_schema(OrderStatus status) {
    StoredOrder stored = anOrder().currency("JPY").in(status);

    assertThat(
            SCHEMA.validate(
                OrderEventJson.of(stored, stored.order().version()).json(), InputFormat.JSON))
        .isEmpty();
  }

  @Test
  void the_schema_refuses_what_no_event_may_hold() {
    String event = OrderEventJson.of(Samples.eventful(), 1).json();

    for (String more : List.of("\"note\":\"x\"", "\"shippingAddress\":{}", "\"price\":78.89")) {
      String wrong = event.replace("\"order\":{", "\"order\":{" + more + ",");
      assertThat(SCHEMA.validate(wrong, InputFormat.JSON)).as(more).isNotEmpty();
    }
  }

  @Test
  void any_event_can_be_made_again_from_the_item_byte_for_byte() {
    StoredOrder stored = aFullOrder().placed();
    List<String> published = new java.util.ArrayList<>();
    published.add(OrderEventJson.of(stored.order(), stored.latestChange()).json());
    for (OrderCommand command :
        List.of(
            on(stored).amendNote("another"),
            on(stored).amendLines(OrderBuilder.line("HAT", 1, 5)),
            on(stored).cancel("why"))) {
      stored = OrderBuilder.apply(stored, command);
      published.add(OrderEventJson.of(stored.order(), stored.latestChange()).json());
    }

    StoredOrder read = OrderItem.read(OrderItem.of(stored));

    for (int version = 1; version <= published.size(); version++) {
      assertThat(OrderEventJson.of(read, version).json()).isEqualTo(published.get(version - 1));
    }
  }

  @Test
  void what_subscribers_filter_by_stands_beside_the_event() {
    OrderEventJson event = OrderEventJson.of(anOrder().in(OrderStatus.CANCELLED), 2);

    assertThat(event)
        .returns("order.cancelled.v1", OrderEventJson::type)
        .returns("CANCELLED", OrderEventJson::status)
        .returns("customer-1", OrderEventJson::customerId)
        .returns("EUR", OrderEventJson::currency)
        .returns("0b0e3f5c-7a58-8b35-9c55-5e6a6f3b7d10:2", OrderEventJson::id);
  }

  @Test
  void no_event_tells_address_note_or_a_customers_own_words() {
    StoredOrder cancelled = aFullOrder().in(OrderStatus.CANCELLED);

    for (int version = 1; version <= 2; version++) {
      assertThat(OrderEventJson.of(cancelled, version).json())
          .doesNotContain("Main Street", "leave at the door", "changed my mind");
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void every_kind_of_change_has_a_type_of_its_own(Kind kind) {
    assertThat(OrderEventJson.kindOf(OrderEventJson.typeOf(kind))).isEqualTo(kind);
  }
}
