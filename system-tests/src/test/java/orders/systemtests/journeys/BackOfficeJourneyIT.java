package orders.systemtests.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import orders.systemtests.client.Call;
import orders.systemtests.client.Caller;
import org.junit.jupiter.api.Test;

class BackOfficeJourneyIT extends Journey {
  private static final JsonNode SOCKS =
      parse(
          "{\"currency\":\"JPY\",\"lines\":[{\"sku\":\"SOCKS\",\"quantity\":3,\"unitPrice\":499}]}");

  @Test
  void an_order_goes_all_the_way_and_every_step_is_announced_once_in_order() throws Exception {
    Caller alice = customer();
    Caller clerk = backOffice();
    String orderId = placed(alice);

    assertThat(client.move(clerk, orderId, "confirm", "c").status()).isEqualTo(202);
    awaitStatus(clerk, orderId, "CONFIRMED");
    Call shipped =
        client.send(
            clerk,
            "POST",
            "/orders/" + orderId + "/ship",
            Optional.of("s"),
            parse("{\"carrier\":\"An Post\",\"trackingNumber\":\"CE123\"}"),
            Map.of("If-Match", "\"2\""));
    assertThat(shipped.status()).as(shipped.line()).isEqualTo(202);
    assertThat(awaitStatus(alice, orderId, "SHIPPED").path("shipment").path("carrier").asText())
        .isEqualTo("An Post");
    assertThat(client.move(clerk, orderId, "deliver", "d").status()).isEqualTo(202);
    awaitStatus(alice, orderId, "DELIVERED");

    awaitEvent(orderId, 4);
    assertThat(
            subscriber.received().stream()
                .filter(event -> event.orderId().equals(orderId))
                .map(event -> event.sequence() + " " + event.event().path("type").asText())
                .distinct())
        .containsExactlyInAnyOrder(
            "1 order.placed.v1",
            "2 order.confirmed.v1",
            "3 order.shipped.v1",
            "4 order.delivered.v1");
    Call history = client.get(alice, "/orders/" + orderId + "/history");
    assertThat(
            StreamSupport.stream(history.answer().path("history").spliterator(), false)
                .map(entry -> entry.path("by").asText()))
        .containsExactly(alice.subject(), clerk.subject(), clerk.subject(), clerk.subject());
  }

  @Test
  void what_cannot_be_done_is_refused_with_the_moves_that_can() throws Exception {
    Caller alice = customer();
    Caller clerk = backOffice();
    String orderId = placed(alice);

    Call deliver = client.move(clerk, orderId, "deliver", "too-soon");
    assertThat(deliver.status()).isEqualTo(409);
    assertThat(deliver.answer().path("type").asText()).isEqualTo("/problems/illegal-transition");
    Call stale = client.amend(alice, orderId, "stale", "\"7\"", parse("{\"note\":\"ring twice\"}"));
    assertThat(stale.status()).isEqualTo(412);
    Call blind =
        client.send(
            alice,
            "PATCH",
            "/orders/" + orderId,
            Optional.of("blind"),
            parse("{\"note\":\"ring twice\"}"),
            Map.of());
    assertThat(blind.status()).isEqualTo(428);
    assertThat(client.move(alice, orderId, "confirm", "not-mine").status()).isEqualTo(403);
  }

  @Test
  void an_amendment_changes_what_it_names_and_nothing_else() throws Exception {
    Caller alice = customer();
    String orderId = placed(alice);

    Call amended =
        client.amend(
            alice,
            orderId,
            "amend",
            "\"1\"",
            parse("{\"note\":\"ring twice\",\"metadata\":{\"a\":\"1\"}}"));
    assertThat(amended.status()).as(amended.line()).isEqualTo(202);
    awaitEvent(orderId, 2);

    JsonNode order = client.get(alice, "/orders/" + orderId).answer();
    assertThat(order.path("version").asLong()).isEqualTo(2);
    assertThat(order.path("note").asText()).isEqualTo("ring twice");
    assertThat(order.path("metadata").path("a").asText()).isEqualTo("1");
    assertThat(order.path("total").asLong()).isEqualTo(1497);
  }

  @Test
  void walking_the_pages_gives_every_order_of_a_customer_once_newest_first() throws Exception {
    Caller alice = customer();
    List<String> placed = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      placed.addFirst(placed(alice));
    }

    List<String> walked = new ArrayList<>();
    String path = "/orders?limit=3&customerId=" + alice.subject();
    Caller clerk = backOffice();
    while (!path.isEmpty()) {
      JsonNode page = client.get(clerk, path).answer();
      page.path("orders").forEach(order -> walked.add(order.path("orderId").asText()));
      path =
          page.path("next").isNull() || page.path("next").isMissingNode()
              ? ""
              : "/orders?limit=3&customerId="
                  + alice.subject()
                  + "&cursor="
                  + page.path("next").asText();
    }
    assertThat(walked).isEqualTo(placed);
  }

  private String placed(Caller customer) throws InterruptedException {
    Call call = client.place(customer, "order-" + System.nanoTime(), SOCKS);
    assertThat(call.status()).as(call.line()).isEqualTo(202);
    String orderId = call.answer().path("orderId").asText();
    awaitStatus(customer, orderId, "PLACED");
    return orderId;
  }
}
