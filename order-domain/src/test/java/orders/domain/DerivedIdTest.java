package orders.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DerivedIdTest {
  private static final CustomerId CALLER = new CustomerId("customer-1");

  @Test
  void the_id_of_a_key_is_the_same_for_ever() {
    OrderId id = OrderId.derive(CALLER, "POST /orders", "key-1");

    assertThat(id).hasToString("2d641843-068f-8c03-8eab-62b2de95d794");
  }

  @Test
  void caller_route_and_key_each_make_another_id() {
    assertThat(OrderId.derive(CALLER, "POST /orders", "key-1"))
        .isNotEqualTo(OrderId.derive(new CustomerId("customer-2"), "POST /orders", "key-1"))
        .isNotEqualTo(OrderId.derive(CALLER, "POST /operations", "key-1"))
        .isNotEqualTo(OrderId.derive(CALLER, "POST /orders", "key-2"));
  }

  @Test
  void what_ends_one_part_cannot_begin_the_next() {
    OrderId one = OrderId.derive(new CustomerId("ab"), "c", "d");
    OrderId other = OrderId.derive(new CustomerId("a"), "bc", "d");

    assertThat(one).isNotEqualTo(other);
  }

  @Test
  void an_order_and_a_command_of_the_same_parts_differ() {
    assertThat(OrderId.derive(CALLER, "POST /orders", "k").value())
        .isNotEqualTo(CommandId.derive(CALLER, "POST /orders", "k").value());
  }

  @Test
  void derived_ids_say_that_they_are_derived() {
    for (int i = 0; i < 100; i++) {
      OrderId id = OrderId.derive(CALLER, "POST /orders", "key-" + i);

      assertThat(id.value().version()).isEqualTo(8);
      assertThat(id.value().variant()).isEqualTo(2);
    }
  }

  @Test
  void placing_has_the_orders_own_id() {
    OrderId id = OrderId.derive(CALLER, "POST /orders", "key-1");

    assertThat(CommandId.ofPlacing(id).value()).isEqualTo(id.value());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1-1-1-1-1",
        "D93DB47E-4ABC-8AF1-8E83-66A6DBF0E8A7",
        "d93db47e-4abc-8af1-8e83-66a6dbf0e8a7 ",
        "d93db47e4abc8af18e8366a6dbf0e8a7",
        "g93db47e-4abc-8af1-8e83-66a6dbf0e8a7"
      })
  void an_id_has_one_spelling(String text) {
    assertThatThrownBy(() -> OrderId.of(text)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CommandId.of(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
