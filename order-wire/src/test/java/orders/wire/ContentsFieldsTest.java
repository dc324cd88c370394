package orders.wire;

import static orders.domain.OrderBuilder.aFullOrder;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import orders.domain.Address;
import orders.domain.OrderBuilder;
import orders.domain.OrderCommand.PlaceOrder;
import orders.domain.OrderContents;
import orders.domain.OrderLine;
import orders.wire.Value.Fields;
import orders.wire.Value.Sequence;
import org.junit.jupiter.api.Test;

/** A field that is added to the domain and forgotten in a written form would be lost silently. */
class ContentsFieldsTest {
  private final PlaceOrder placing = aFullOrder().placing();

  @Test
  void the_sample_order_has_everything() throws ReflectiveOperationException {
    OrderContents contents = placing.contents();

    hasEverything(contents);
    hasEverything(contents.lines().getFirst());
    hasEverything(contents.shippingAddress());
  }

  private static void hasEverything(Object part) throws ReflectiveOperationException {
    for (RecordComponent component : part.getClass().getRecordComponents()) {
      Object value = component.getAccessor().invoke(part);
      assertThat(value).as(component.getName()).isNotNull().isNotEqualTo(Map.of());
    }
  }

  @Test
  void a_placing_has_each_field_of_the_domain() {
    Fields written = (Fields) WireJson.read(QueueMessage.write(placing)).get("order");

    assertThat(QueueMessage.ORDER_FIELDS).isEqualTo(components(OrderContents.class));
    assertThat(written.map().keySet()).isEqualTo(QueueMessage.ORDER_FIELDS);
    partsAreWhole(written);
  }

  @Test
  void an_accepting_answer_and_an_item_have_each_field_of_the_domain() {
    Fields answer = OrderJson.pending(placing);
    Fields item = OrderItem.of(aFullOrder().placed());

    for (Fields written : new Fields[] {answer, item}) {
      assertThat(written.map().keySet()).containsAll(QueueMessage.ORDER_FIELDS);
      partsAreWhole(written);
    }
  }

  @Test
  void what_is_read_is_what_was_written() {
    assertThat(QueueMessage.read(QueueMessage.write(placing))).isEqualTo(placing);
    assertThat(OrderItem.read(OrderItem.of(OrderBuilder.aFullOrder().placed())).order().contents())
        .isEqualTo(placing.contents());
  }

  private static void partsAreWhole(Fields written) {
    Fields line = (Fields) ((Sequence) written.get(ContentsForm.LINES)).items().getFirst();
    Fields address = (Fields) written.get(ContentsForm.SHIPPING_ADDRESS);

    assertThat(line.map().keySet()).isEqualTo(components(OrderLine.class));
    assertThat(address.map().keySet()).isEqualTo(components(Address.class));
  }

  private static Set<String> components(Class<?> type) {
    Set<String> names = new LinkedHashSet<>();
    Stream.of(type.getRecordComponents()).map(RecordComponent::getName).forEach(names::add);
    return names;
  }
}
