package orders.wire;

import static orders.domain.OrderBuilder.aFullOrder;
import static orders.domain.OrderBuilder.anOrder;
import static org.assertj.core.api.Assertions.assertThat;

import orders.domain.OrderStatus;
import org.junit.jupiter.api.Test;

class OrderJsonTest {
  @Test
  void a_whole_order_is_written_as_recorded() {
    assertThat(WireJson.text(OrderJson.order(aFullOrder().in(OrderStatus.SHIPPED).order())))
        .isEqualTo(Samples.recorded("items/order.json"));
  }

  @Test
  void an_accepted_order_is_pending_at_version_0() {
    assertThat(WireJson.text(OrderJson.pending(anOrder().placing())))
        .isEqualTo(
            "{\"orderId\":\"0b0e3f5c-7a58-8b35-9c55-5e6a6f3b7d10\",\"customerId\":\"customer-1\","
                + "\"status\":\"PENDING\",\"version\":0,\"currency\":\"EUR\",\"lines\":"
                + "[{\"sku\":\"JACKET-1\",\"quantity\":1,\"unitPrice\":7889}],\"total\":7889,"
                + "\"placedAt\":\"2026-01-31T09:30:00.123Z\","
                + "\"updatedAt\":\"2026-01-31T09:30:00.123Z\"}");
  }

  @Test
  void the_history_is_written_as_recorded() {
    assertThat(WireJson.text(OrderJson.history(Samples.eventful())))
        .isEqualTo(Samples.recorded("items/history.json"));
  }

  @Test
  void the_history_of_a_pending_order_is_empty() {
    assertThat(WireJson.text(OrderJson.pendingHistory(anOrder().placing().orderId())))
        .isEqualTo("{\"orderId\":\"0b0e3f5c-7a58-8b35-9c55-5e6a6f3b7d10\",\"history\":[]}");
  }
}
