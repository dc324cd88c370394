package orders.systemtests.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import localcloud.journal.Journal;
import orders.systemtests.checker.ReceivedEvent;
import orders.systemtests.client.Call;
import orders.systemtests.client.Caller;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class CustomerJourneyIT extends Journey {
  private static final JsonNode JACKET =
      parse(
          """
          {"currency":"EUR","lines":[{"sku":"JACKET-1","name":"Beautiful Jacket","quantity":1,"unitPrice":7889}],
           "shippingAddress":{"name":"A. Customer","line1":"1 Main Street","city":"Dublin","country":"IE"},
           "reference":"1234ABCG","note":"leave at the door","metadata":{"channel":"web"}}
          """);

  @Test
  void a_placed_order_is_readable_at_once_then_stored_then_announced() throws Exception {
    Caller alice = customer();
    Call placed = client.place(alice, "first", JACKET);
    String orderId = placed.answer().path("orderId").asText();

    assertThat(placed.status()).as(placed.line()).isEqualTo(202);
    assertThat(header(placed, "location")).isEqualTo("/orders/" + orderId);
    assertThat(placed.answer().path("status").asText()).isEqualTo("PENDING");
    assertThat(placed.answer().path("version").asLong()).isZero();
    assertThat(client.get(alice, "/orders/" + orderId).status()).isEqualTo(200);

    JsonNode stored = awaitStatus(alice, orderId, "PLACED");
    assertThat(stored.path("total").asLong()).isEqualTo(7889);
    assertThat(stored.path("note").asText()).isEqualTo("leave at the door");
    assertThat(
            pipeline
                .dynamoDb()
                .getItem(
                    get ->
                        get.tableName(pipeline.output("OrdersTableName"))
                            .key(Map.of("orderId", AttributeValue.fromS(orderId)))
                            .consistentRead(true))
                .hasItem())
        .isTrue();

    ReceivedEvent event = awaitEvent(orderId, 1);
    assertThat(event.raw())
        .isEqualTo(
            """
            {"specversion":"1.0","id":"%1$s:1","source":"/orders","type":"order.placed.v1","subject":"%1$s",\
            "time":"%2$s","datacontenttype":"application/json","dataschema":"/schemas/order-event-1.json",\
            "sequence":"1","correlationid":"%3$s","data":{"order":{"orderId":"%1$s","customerId":"%4$s",\
            "status":"PLACED","version":1,"currency":"EUR","lines":[{"sku":"JACKET-1","name":"Beautiful Jacket",\
            "quantity":1,"unitPrice":7889}],"total":7889,"reference":"1234ABCG","metadata":{"channel":"web"},\
            "placedAt":"%2$s","updatedAt":"%2$s"},"changed":["status"]}}\
            """
                .formatted(
                    orderId,
                    stored.path("placedAt").asText(),
                    header(placed, "x-correlation-id"),
                    alice.subject()));
  }

  @Test
  void one_correlation_id_ties_request_message_history_event_and_log_lines() throws Exception {
    Caller alice = customer();
    String correlation = "trace-me." + System.nanoTime();
    Call placed =
        client.send(
            alice,
            "POST",
            "/orders",
            Optional.of("correlated"),
            JACKET,
            Map.of("X-Correlation-Id", correlation));
    String orderId = placed.answer().path("orderId").asText();
    ReceivedEvent event = awaitEvent(orderId, 1);

    assertThat(header(placed, "x-correlation-id")).isEqualTo(correlation);
    assertThat(event.event().path("correlationid").asText()).isEqualTo(correlation);
    Call history = client.get(alice, "/orders/" + orderId + "/history");
    assertThat(history.answer().path("history").path(0).path("correlationId").asText())
        .isEqualTo(correlation);
    await(
        "a line of each step",
        () ->
            logLines(correlation)
                .containsAll(List.of("order accepted", "command applied", "event published")));
    assertThat(cloud.journal().about(correlation))
        .extracting(Journal.Entry::room)
        .contains("sqs", "sns", "log");
  }

  @Test
  void a_retry_gets_the_first_answer_and_makes_no_second_order() throws Exception {
    Caller alice = customer();
    Call first = client.place(alice, "again", JACKET);
    Call second = client.place(alice, "again", JACKET);
    Call other = client.place(alice, "again", parse(JACKET.toString().replace("7889", "7890")));

    assertThat(second.status()).isEqualTo(202);
    assertThat(second.answer()).isEqualTo(first.answer());
    assertThat(header(second, "location")).isEqualTo(header(first, "location"));
    assertThat(header(second, "idempotent-replayed")).isEqualTo("true");
    assertThat(other.status()).isEqualTo(422);
    assertThat(other.answer().path("type").asText()).isEqualTo("/problems/idempotency-key-reused");

    awaitStatus(alice, first.answer().path("orderId").asText(), "PLACED");
    assertThat(orderIds(client.get(alice, "/orders"))).hasSize(1);
  }

  @Test
  void another_customers_order_looks_like_none() throws Exception {
    String orderId = client.place(customer(), "mine", JACKET).answer().path("orderId").asText();
    Caller mallory = customer();

    assertThat(client.get(mallory, "/orders/" + orderId).status()).isEqualTo(404);
    assertThat(client.get(mallory, "/orders/" + orderId + "/history").status()).isEqualTo(404);
    assertThat(client.move(mallory, orderId, "cancel", "steal").status()).isEqualTo(404);
    assertThat(orderIds(client.get(mallory, "/orders"))).isEmpty();
  }

  @Test
  void everything_wrong_with_an_order_is_told_at_once() throws Exception {
    Call refused =
        client.place(
            customer(),
            "wrong",
            parse(
                """
                {"currency":"EURO","lines":[{"sku":"","quantity":0,"unitPrice":1.5}],"status":"PLACED"}
                """));

    assertThat(refused.status()).isEqualTo(422);
    assertThat(
            StreamSupport.stream(refused.answer().path("errors").spliterator(), false)
                .map(error -> error.path("pointer").asText()))
        .contains(
            "/currency", "/lines/0/sku", "/lines/0/quantity", "/lines/0/unitPrice", "/status");
  }

  @Test
  void the_tutorials_own_request_places_and_reads_an_order() throws Exception {
    Caller alice = customer();
    Call created =
        operation(
            alice,
            """
            {"operation":"create","tableName":"lambda-apigateway","payload":{"Item":
              {"id":"1234ABCG","price":78.89,"product":"Beautiful Jacket","order_date":"2024-11-04T10:30:00Z"}}}
            """);
    String orderId = created.answer().path("orderId").asText();

    assertThat(created.status()).as(created.line()).isEqualTo(202);
    awaitStatus(alice, orderId, "PLACED");
    Call read =
        operation(
            alice,
            """
            {"operation":"read","tableName":"lambda-apigateway","payload":{"Key":{"id":"1234ABCG"}}}
            """);
    assertThat(read.status()).isEqualTo(200);
    assertThat(read.answer().path("orderId").asText()).isEqualTo(orderId);
    assertThat(read.answer().path("total").asLong()).isEqualTo(7889);
  }

  @Test
  void one_key_serves_one_operation_of_the_envelope() throws Exception {
    Caller alice = customer();
    String create =
        """
        {"operation":"create","tableName":"orders","payload":{"Item":%s}}
        """
            .formatted(JACKET);
    Call created = keyed(alice, create, Map.of());
    String orderId = created.answer().path("orderId").asText();
    awaitStatus(alice, orderId, "PLACED");
    String delete =
        "{\"operation\":\"delete\",\"tableName\":\"orders\",\"payload\":{\"Key\":{\"id\":\"%s\"}}}"
            .formatted(orderId);

    Call deleted = keyed(alice, delete, Map.of());
    Call again = keyed(alice, create, Map.of());

    assertThat(deleted.status()).as(deleted.line()).isEqualTo(422);
    assertThat(deleted.answer().path("type").asText())
        .isEqualTo("/problems/idempotency-key-reused");
    assertThat(again.answer()).isEqualTo(created.answer());
    assertThat(header(again, "idempotent-replayed")).isEqualTo("true");
    assertThat(client.get(alice, "/orders/" + orderId).answer().path("status").asText())
        .isEqualTo("PLACED");
  }

  @Test
  void a_version_said_twice_in_the_envelope_must_be_said_the_same() throws Exception {
    Caller alice = customer();
    String orderId = client.place(alice, "twice", JACKET).answer().path("orderId").asText();
    awaitStatus(alice, orderId, "PLACED");
    String update =
        """
        {"operation":"update","tableName":"orders","payload":
          {"Key":{"id":"%s"},"Changes":{"note":"ring twice"},"version":1}}
        """
            .formatted(orderId);

    Call contradicted = keyed(alice, update, Map.of("If-Match", "\"2\""));
    Call agreed = keyed(alice, update, Map.of("If-Match", "\"1\""));

    assertThat(contradicted.status()).as(contradicted.line()).isEqualTo(400);
    assertThat(contradicted.answer().path("errors").path(0).path("header").asText())
        .isEqualTo("If-Match");
    assertThat(agreed.status()).as(agreed.line()).isEqualTo(202);
  }

  @Test
  void without_a_token_only_the_open_routes_answer() throws Exception {
    Caller nobody = new Caller("nobody", "", false);

    assertThat(client.get(nobody, "/health").status()).isEqualTo(200);
    assertThat(client.get(nobody, "/openapi.json").status()).isEqualTo(200);
    for (String path : List.of("/orders", "/orders/x", "/nowhere")) {
      Call refused = client.get(nobody, path);
      assertThat(refused.status()).as(path).isEqualTo(401);
      assertThat(refused.answer()).isEqualTo(parse("{\"message\":\"Unauthorized\"}"));
    }
  }

  private Call keyed(Caller caller, String envelope, Map<String, String> headers)
      throws InterruptedException {
    return client.send(
        caller, "POST", "/operations", Optional.of("one-key"), parse(envelope), headers);
  }

  private Call operation(Caller caller, String envelope) throws InterruptedException {
    return client.send(caller, "POST", "/operations", Optional.empty(), parse(envelope), Map.of());
  }

  private List<String> logLines(String correlation) {
    return cloud.journal().about(correlation).stream()
        .filter(entry -> entry.room().equals("log"))
        .map(entry -> parse(entry.summary()).path("message").asText())
        .toList();
  }

  private static List<String> orderIds(Call list) {
    return StreamSupport.stream(list.answer().path("orders").spliterator(), false)
        .map(order -> order.path("orderId").asText())
        .toList();
  }

  private static String header(Call call, String name) {
    return ((Call.Answered) call.result()).headers().getOrDefault(name, "");
  }
}
