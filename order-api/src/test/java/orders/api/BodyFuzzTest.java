package orders.api;

import static orders.api.ApiFixture.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import orders.api.http.Body;
import orders.api.http.HttpResponse;
import orders.api.json.JsonReader;
import orders.api.json.MalformedJsonException;
import orders.domain.Mutants;
import org.junit.jupiter.api.Test;

/**
 * Bodies that nobody meant to send. Every answer is one that openapi.yaml has for the route, and
 * what is accepted is right by its schema: the fixture sees to both.
 */
class BodyFuzzTest {
  private static final String FULL =
      """
      {"currency":"EUR","lines":[{"sku":"JACKET-1","name":"Beautiful Jacket","quantity":1,"unitPrice":7889},\
      {"sku":"HAT","quantity":20,"unitPrice":1}],"total":7909,"shippingAddress":{"name":"A. Customer",\
      "line1":"1 Main Street","line2":"Flat 2","postalCode":"D01","city":"Dublin","country":"IE"},\
      "reference":"1234ABCG","note":"leave at\\nthe door","metadata":{"channel":"web"}}\
      """;
  private static final String ENVELOPE =
      """
      {"operation":"create","tableName":"lambda-apigateway","payload":{"Item":{"id":"1234ABCG",\
      "price":78.89,"product":"Beautiful Jacket","order_date":"2024-11-04T10:30:00Z"}}}\
      """;

  private final ApiFixture api = new ApiFixture();

  @Test
  void a_text_is_read_as_json_or_said_to_be_none() throws Exception {
    Mutants.check("the JSON parser, from text", 10_000, FULL, text -> read(text));
    Mutants.check(
        "the JSON parser, from bytes",
        10_000,
        FULL,
        text -> read(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  private static void read(String text) {
    try {
      assertThat(JsonReader.read(text)).isNotNull();
      assertThat(JsonReader.read(text.getBytes(StandardCharsets.UTF_8))).isNotNull();
    } catch (MalformedJsonException malformed) {
      assertThat(malformed.getMessage()).isNotBlank().hasSizeLessThan(200).doesNotContain("\n");
    }
  }

  private static void read(byte[] bytes) {
    try {
      assertThat(JsonReader.read(bytes)).isNotNull();
    } catch (MalformedJsonException malformed) {
      assertThat(malformed.getMessage()).isNotBlank().hasSizeLessThan(200).doesNotContain("\n");
    }
  }

  @Test
  void an_order_is_accepted_or_refused_as_documented() throws Exception {
    Mutants.check(
        "POST /orders",
        3_000,
        FULL,
        text -> {
          HttpResponse answer = api.post("/orders").by(ALICE).body(new Body(text, false)).send();
          assertThat(answer.status()).isIn(202, 400, 422);
          api.queue.drain();
        });
  }

  @Test
  void an_amendment_is_accepted_or_refused_as_documented() throws Exception {
    String order = api.placed(ALICE);
    Mutants.check(
        "PATCH /orders/{orderId}",
        3_000,
        FULL.replace("\"currency\":\"EUR\",", "").replace("\"total\":7909,", ""),
        text -> {
          HttpResponse answer =
              api.patch(order).by(ALICE).with("if-match", "*").body(new Body(text, false)).send();
          assertThat(answer.status()).isIn(202, 400, 422);
          api.queue.drain();
        });
  }

  @Test
  void an_envelope_is_carried_out_or_refused_as_documented() throws Exception {
    Mutants.check(
        "POST /operations",
        3_000,
        ENVELOPE,
        text -> {
          HttpResponse answer =
              api.post("/operations")
                  .by(ALICE)
                  .body(
                      new Body(
                          Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)),
                          true))
                  .send();
          assertThat(answer.status()).isIn(200, 202, 400, 404, 422);
          api.queue.drain();
        });
  }
}
