package orders.proof.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import orders.proof.client.Call;
import orders.proof.client.Caller;
import org.junit.jupiter.api.Test;

/** What the front door costs in requests to DynamoDB: each form of call, as AWS would bill it. */
class RequestCountsIT extends Journey {
  private static final JsonNode JACKET =
      parse(
          "{\"currency\":\"EUR\",\"lines\":[{\"sku\":\"JACKET\",\"quantity\":1,\"unitPrice\":7889}]}");

  /** What order-api alone asks of DynamoDB: the other functions work on at the same time. */
  private static final Set<String> COUNTED =
      Set.of("dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:Query");

  private static final Map<String, Long> ACCEPTED =
      Map.of(
          "dynamodb:PutItem", 1L, // the key is taken
          "dynamodb:GetItem", 1L, // the order as it is, or that there is none
          "dynamodb:UpdateItem", 1L); // the answer is kept

  private String place(Caller customer, String key) throws InterruptedException {
    Call call = client.place(customer, key, JACKET);
    assertThat(call.status()).as(call.line()).isEqualTo(202);
    String orderId = call.answer().path("orderId").asText();
    awaitEvent(orderId, 1);
    return orderId;
  }

  private Map<String, Long> counted() {
    Map<String, Long> calls = new TreeMap<>();
    cloud
        .counts()
        .snapshot()
        .forEach(
            (action, count) -> {
              if (COUNTED.contains(action)) {
                calls.put(action, count.calls());
              }
            });
    cloud.counts().reset();
    return calls;
  }

  private Map<String, Long> move(Caller clerk, String orderId, String move, long version)
      throws InterruptedException {
    counted();
    Call call = client.move(clerk, orderId, move, move);
    assertThat(call.status()).as(call.line()).isEqualTo(202);
    awaitEvent(orderId, version);
    return counted();
  }

  @Test
  void a_new_order_is_accepted_with_three_requests() throws Exception {
    counted();
    place(customer(), "key");

    assertThat(counted()).isEqualTo(ACCEPTED);
  }

  @Test
  void each_change_is_accepted_with_three_requests() throws Exception {
    Caller alice = customer();
    Caller clerk = backOffice();
    String orderId = place(alice, "key");
    counted();
    Call amended =
        client.amend(alice, orderId, "amend", "\"1\"", parse("{\"note\":\"ring twice\"}"));
    assertThat(amended.status()).as(amended.line()).isEqualTo(202);
    awaitEvent(orderId, 2);

    assertThat(counted()).as("amend").isEqualTo(ACCEPTED);
    assertThat(move(clerk, orderId, "confirm", 3)).as("confirm").isEqualTo(ACCEPTED);
    assertThat(move(clerk, orderId, "ship", 4)).as("ship").isEqualTo(ACCEPTED);
    assertThat(move(clerk, orderId, "deliver", 5)).as("deliver").isEqualTo(ACCEPTED);
    assertThat(move(alice, place(alice, "other"), "cancel", 2)).as("cancel").isEqualTo(ACCEPTED);
  }

  @Test
  void a_repeated_request_is_answered_with_a_refused_write_and_two_reads() throws Exception {
    Caller alice = customer();
    place(alice, "key");
    counted();
    Call again = client.place(alice, "key", JACKET);
    assertThat(again.status()).as(again.line()).isEqualTo(202);

    assertThat(counted()).isEqualTo(Map.of("dynamodb:PutItem", 1L, "dynamodb:GetItem", 2L));
  }

  @Test
  void reads_and_lists_take_what_their_form_needs_and_no_more() throws Exception {
    Caller alice = customer();
    Caller clerk = backOffice();
    String orderId = place(alice, "key");

    assertThat(read(alice, "/orders/" + orderId)).isEqualTo(Map.of("dynamodb:GetItem", 1L));
    assertThat(read(alice, "/orders/" + orderId + "/history"))
        .isEqualTo(Map.of("dynamodb:GetItem", 1L));
    assertThat(read(alice, "/orders")).isEqualTo(Map.of("dynamodb:Query", 1L));
    assertThat(read(clerk, "/orders?status=PLACED")).isEqualTo(Map.of("dynamodb:Query", 4L));
    assertThat(read(clerk, "/orders")).isEqualTo(Map.of("dynamodb:Query", 20L));
    assertThat(read(clerk, "/health")).isEmpty();
  }

  private Map<String, Long> read(Caller caller, String path) throws InterruptedException {
    counted();
    Call call = client.get(caller, path);
    assertThat(call.status()).as(call.line()).isEqualTo(200);
    return counted();
  }
}
