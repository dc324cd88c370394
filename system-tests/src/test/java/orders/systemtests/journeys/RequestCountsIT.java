package orders.systemtests.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import orders.systemtests.client.Call;
import orders.systemtests.client.Caller;
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

  private static final Map<String, Long> WHOLE_WAY =
      Map.of(
          "sqs:SendMessage", 2L, // the command's, and the topic's to the queue of this test
          "sqs:DeleteMessageBatch", 2L, // the runner's for the processor, and this test's
          "dynamodb:BatchExecuteStatement", 1L,
          "sns:PublishBatch", 1L);

  /** The tries of a count that is disturbed: each form of call costs what it costs every time. */
  private static final int TRIES = 5;

  /** One form of call, asked for once. */
  @FunctionalInterface
  private interface Form {
    void ask() throws Exception;
  }

  /**
   * Asks and counts. On a slow machine a count may be disturbed: an SDK's call that took too long
   * is made again, a process that starts reads an order that cannot be, a call of the test before
   * is only now answered. Then it is asked again.
   */
  private void costs(Map<String, Long> expected, Set<String> counted, Form form) throws Exception {
    Map<String, Long> calls = Map.of();
    for (int tried = 0; tried < TRIES && !calls.equals(expected); tried++) {
      cloud.counts().reset();
      form.ask();
      // A call is counted when it was answered, and its effect may be seen before.
      await("every call", () -> covers(calls(counted), expected));
      calls = calls(counted);
    }
    assertThat(calls).isEqualTo(expected);
  }

  private void costs(Map<String, Long> expected, Form form) throws Exception {
    costs(expected, COUNTED, form);
  }

  private static boolean covers(Map<String, Long> calls, Map<String, Long> expected) {
    return expected.entrySet().stream()
        .allMatch(call -> calls.getOrDefault(call.getKey(), 0L) >= call.getValue());
  }

  private Map<String, Long> calls(Set<String> actions) {
    Map<String, Long> calls = new TreeMap<>();
    cloud.counts().snapshot().forEach((action, count) -> calls.put(action, count.calls()));
    calls.keySet().retainAll(actions);
    return calls;
  }

  private String place(Caller customer, String key) throws InterruptedException {
    Call call = client.place(customer, key, JACKET);
    assertThat(call.status()).as(call.line()).isEqualTo(202);
    String orderId = call.answer().path("orderId").asText();
    awaitEvent(orderId, 1);
    return orderId;
  }

  private void move(Caller clerk, String orderId, String move) throws InterruptedException {
    Call call = client.move(clerk, orderId, move, "key-" + UUID.randomUUID());
    assertThat(call.status()).as(call.line()).isEqualTo(202);
  }

  private void read(int status, Caller caller, String path) throws InterruptedException {
    Call call = client.get(caller, path);
    assertThat(call.status()).as(call.line()).isEqualTo(status);
  }

  @Test
  void a_new_order_is_accepted_with_three_requests() throws Exception {
    costs(ACCEPTED, () -> place(customer(), "key"));
  }

  @Test
  void a_new_order_is_one_message_one_write_and_one_publish_on_its_way() throws Exception {
    costs(WHOLE_WAY, WHOLE_WAY.keySet(), () -> place(customer(), "key"));
  }

  @Test
  void a_new_order_without_a_key_of_its_own_is_accepted_with_one_request() throws Exception {
    Caller alice = customer();

    costs(
        Map.of("dynamodb:UpdateItem", 1L),
        () -> {
          Call call = client.send(alice, "POST", "/orders", Optional.empty(), JACKET, Map.of());
          assertThat(call.status()).as(call.line()).isEqualTo(202);
          awaitEvent(call.answer().path("orderId").asText(), 1);
        });
  }

  @Test
  void each_change_is_accepted_with_three_requests() throws Exception {
    Caller alice = customer();
    Caller clerk = backOffice();
    String orderId = place(alice, "key");

    costs(
        ACCEPTED,
        () -> {
          JsonNode note = parse("{\"note\":\"" + UUID.randomUUID() + "\"}");
          Call call = client.amend(alice, orderId, "amend-" + UUID.randomUUID(), "*", note);
          assertThat(call.status()).as(call.line()).isEqualTo(202);
        });
    // A move that was made is asked for with the same calls again.
    costs(ACCEPTED, () -> move(clerk, orderId, "confirm"));
    awaitStatus(clerk, orderId, "CONFIRMED");
    costs(ACCEPTED, () -> move(clerk, orderId, "ship"));
    awaitStatus(clerk, orderId, "SHIPPED");
    costs(ACCEPTED, () -> move(clerk, orderId, "deliver"));
    String other = place(alice, "other");
    costs(ACCEPTED, () -> move(alice, other, "cancel"));
  }

  @Test
  void a_repeated_request_is_answered_with_a_refused_write_and_two_reads() throws Exception {
    Caller alice = customer();
    place(alice, "key");

    costs(
        Map.of("dynamodb:PutItem", 1L, "dynamodb:GetItem", 2L),
        () -> {
          Call again = client.place(alice, "key", JACKET);
          assertThat(again.status()).as(again.line()).isEqualTo(202);
        });
  }

  @Test
  void reads_and_lists_take_what_their_form_needs_and_no_more() throws Exception {
    Caller alice = customer();
    Caller clerk = backOffice();
    String orderId = place(alice, "key");
    Map<String, Long> oneRead = Map.of("dynamodb:GetItem", 1L);

    costs(oneRead, () -> read(200, alice, "/orders/" + orderId));
    costs(oneRead, () -> read(200, alice, "/orders/" + orderId + "/history"));
    costs(Map.of("dynamodb:Query", 1L), () -> read(200, alice, "/orders"));
    costs(Map.of("dynamodb:Query", 4L), () -> read(200, clerk, "/orders?status=PLACED"));
    costs(Map.of("dynamodb:Query", 20L), () -> read(200, clerk, "/orders"));
    costs(Map.of("dynamodb:Query", 1L), () -> read(200, clerk, "/orders?reference=NONE"));
    costs(Map.of(), () -> read(200, clerk, "/health"));
  }

  @Test
  void anothers_order_costs_what_one_costs_that_is_not_there() throws Exception {
    String orderId = place(customer(), "key");
    Caller mallory = customer();
    Map<String, Long> twoReads = Map.of("dynamodb:GetItem", 2L);

    for (String what : List.of("", "/history")) {
      costs(twoReads, () -> read(404, mallory, "/orders/" + orderId + what));
      costs(twoReads, () -> read(404, mallory, "/orders/" + UUID.randomUUID() + what));
    }
  }
}
