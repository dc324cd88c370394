package orders.systemtests.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import orders.domain.Address;
import orders.domain.CommandId;
import orders.domain.CorrelationId;
import orders.domain.CustomerId;
import orders.domain.Fingerprint;
import orders.domain.Money;
import orders.domain.Order;
import orders.domain.OrderChange;
import orders.domain.OrderContents;
import orders.domain.OrderId;
import orders.domain.OrderLine;
import orders.domain.OrderStatus;
import orders.domain.Shipment;
import orders.domain.Sku;
import orders.domain.StoredOrder;
import orders.wire.OrderItem;
import orders.wire.OrderJson;
import orders.wire.Value;
import orders.wire.Value.Fields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table and its indexes, and the item that orders.wire writes. */
class TableTest {
  private static final Instant PLACED = Instant.parse("2026-01-02T03:04:05.006Z");

  private final SamTemplate template = SamTemplate.ofProject();
  private final JsonNode table = template.properties("OrdersTable");

  @Test
  void the_keys_are_the_attributes_that_items_have() {
    assertThat(table.path("KeySchema").findValuesAsText("AttributeName"))
        .containsExactly(OrderItem.ORDER_ID);
    assertThat(keysOf(OrderItem.CUSTOMER_ORDERS))
        .containsExactly(OrderItem.CUSTOMER_ID, OrderItem.PLACED_AT_ORDER_ID);
    assertThat(keysOf(OrderItem.STATUS_ORDERS))
        .containsExactly(OrderItem.STATUS_SHARD, OrderItem.PLACED_AT_ORDER_ID);
    assertThat(keysOf(OrderItem.REFERENCE_ORDERS))
        .containsExactly(OrderItem.REFERENCE, OrderItem.PLACED_AT_ORDER_ID);
    assertThat(index(OrderItem.REFERENCE_ORDERS).at("/Projection/ProjectionType").asText())
        .isEqualTo("KEYS_ONLY");
    assertThat(table.path("GlobalSecondaryIndexes")).hasSize(3);
  }

  @Test
  void what_is_read_for_a_list_is_all_that_a_list_shows_and_nothing_else() {
    StoredOrder stored = anOrderWithEverything();

    Fields read = only(OrderItem.of(stored), new TreeSet<>(OrderItem.LISTED));

    assertThat(OrderJson.listed(OrderItem.readOrder(read)))
        .isEqualTo(OrderJson.listed(stored.order()));
    assertThat(OrderJson.listed(stored.order()).map().keySet())
        .containsExactlyInAnyOrderElementsOf(OrderItem.LISTED);
  }

  @Test
  void the_stream_shows_an_order_before_and_after() {
    assertThat(table.at("/StreamSpecification/StreamViewType").asText())
        .isEqualTo("NEW_AND_OLD_IMAGES");
  }

  @ParameterizedTest
  @ValueSource(strings = {OrderItem.CUSTOMER_ORDERS, OrderItem.STATUS_ORDERS})
  void an_index_holds_all_that_a_list_shows(String index) {
    StoredOrder stored = anOrderWithEverything();

    Fields projected = only(OrderItem.of(stored), attributesOf(index));

    assertThat(OrderJson.listed(OrderItem.readOrder(projected)))
        .isEqualTo(OrderJson.listed(stored.order()));
  }

  @ParameterizedTest
  @ValueSource(strings = {OrderItem.CUSTOMER_ORDERS, OrderItem.STATUS_ORDERS})
  void an_index_holds_nothing_that_a_list_does_not_show(String index) {
    Fields shown = OrderJson.listed(anOrderWithEverything().order());

    assertThat(shown.map().keySet()).containsAll(projectionOf(index));
  }

  @Test
  void the_answers_to_retries_expire_by_the_attribute_that_says_when() {
    JsonNode answers = template.properties("IdempotencyTable");

    assertThat(answers.path("KeySchema").findValuesAsText("AttributeName")).containsExactly("id");
    assertThat(answers.at("/TimeToLiveSpecification/AttributeName").asText())
        .isEqualTo("expiration");
    assertThat(
            SamTemplate.text("order-api/src/main/java/orders/api/aws/LeasedPersistenceStore.java"))
        .contains("EXPIRATION = \"expiration\"");
  }

  private List<String> keysOf(String index) {
    return index(index).path("KeySchema").findValuesAsText("AttributeName");
  }

  private List<String> projectionOf(String index) {
    return SamTemplate.texts(index(index).at("/Projection/NonKeyAttributes"));
  }

  private Set<String> attributesOf(String index) {
    Set<String> attributes = new TreeSet<>(projectionOf(index));
    attributes.addAll(keysOf(index));
    attributes.add(OrderItem.ORDER_ID); // the table's key is in every index
    return attributes;
  }

  private JsonNode index(String name) {
    for (JsonNode index : table.path("GlobalSecondaryIndexes")) {
      if (index.path("IndexName").asText().equals(name)) {
        return index;
      }
    }
    throw new AssertionError("the table has no index " + name);
  }

  private static Fields only(Fields item, Set<String> attributes) {
    Map<String, Value> kept = new LinkedHashMap<>(item.map());
    kept.keySet().retainAll(attributes);
    return new Fields(kept);
  }

  private static StoredOrder anOrderWithEverything() {
    Currency euro = Currency.getInstance("EUR");
    OrderId id = new OrderId(UUID.fromString("00000000-0000-8000-8000-000000000001"));
    CustomerId customer = new CustomerId("alice");
    Fingerprint fingerprint = new Fingerprint("a".repeat(64));
    CorrelationId correlationId = new CorrelationId("c-1");
    OrderContents contents =
        new OrderContents(
            euro,
            List.of(
                new OrderLine(new Sku("JACKET-1"), "Beautiful Jacket", 2, new Money(euro, 7889))),
            new Address("A. Customer", "1 Main Street", "Flat 2", "D01", "Dublin", "IE"),
            "1234ABCG",
            "leave at the door",
            Map.of("channel", "web"));
    Shipment shipment = new Shipment(PLACED.plusSeconds(60), "Post", "TRACK-1");
    Order order =
        new Order(
            id,
            customer,
            contents,
            OrderStatus.SHIPPED,
            2,
            PLACED,
            PLACED.plusSeconds(60),
            shipment);
    OrderChange placed =
        new OrderChange(
            CommandId.ofPlacing(id),
            fingerprint,
            1,
            OrderChange.Kind.PLACED,
            PLACED,
            customer,
            correlationId,
            null,
            OrderStatus.PLACED,
            List.of(),
            null,
            Optional.empty());
    OrderChange shipped =
        new OrderChange(
            CommandId.derive(customer, "POST /orders/1/ship", "key"),
            fingerprint,
            2,
            OrderChange.Kind.SHIPPED,
            PLACED.plusSeconds(60),
            customer,
            correlationId,
            OrderStatus.CONFIRMED,
            OrderStatus.SHIPPED,
            List.of("status", "shipment"),
            null,
            Optional.empty());
    return new StoredOrder(order, fingerprint, List.of(placed, shipped));
  }
}
