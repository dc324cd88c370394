package orders.api;

import static orders.api.ApiFixture.ALICE;
import static orders.api.ApiFixture.OFFICE;
import static orders.api.ApiFixture.at;
import static orders.api.ApiFixture.type;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import orders.api.http.HttpResponse;
import orders.api.http.ProblemType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutesTest {
  private final ApiFixture api = new ApiFixture();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/order",
        "/orders/",
        "/orders/1",
        "/orders/3F8E3B5A-0D7C-5D0E-9A57-0F4C5A6D1B2E",
        "/orders/3f8e3b5a-0d7c-5d0e-9a57-0f4c5a6d1b2e/",
        "/orders//history",
        "/health/",
        "/orders/3f8e3b5a-0d7c-5d0e-9a57-0f4c5a6d1b2e/refund",
        "/orders/3f8e3b5a-0d7c-5d0e-9a57-0f4c5a6d1b2e/history/1"
      })
  void a_path_that_is_none_is_a_problem(String path) {
    HttpResponse response = api.get(path).by(ALICE).send();

    assertThat(response.status()).isEqualTo(404);
    assertThat(type(response)).isEqualTo("/problems/not-found");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DELETE | /orders | GET, POST",
        "PUT | /orders/3f8e3b5a-0d7c-5d0e-9a57-0f4c5a6d1b2e | GET, PATCH",
        "GET | /orders/3f8e3b5a-0d7c-5d0e-9a57-0f4c5a6d1b2e/cancel | POST",
        "POST | /orders/3f8e3b5a-0d7c-5d0e-9a57-0f4c5a6d1b2e/history | GET",
        "GET | /operations | POST",
        "POST | /health | GET",
        "HEAD | /orders | GET, POST",
        "get | /orders | GET, POST"
      })
  void a_method_that_is_none_is_a_problem_that_names_those_that_are(
      String method, String path, String allowed) {
    HttpResponse response = api.send(method, path).by(ALICE).send();

    assertThat(response.status()).isEqualTo(405);
    assertThat(type(response)).isEqualTo("/problems/method-not-allowed");
    assertThat(response.headers()).containsEntry("allow", allowed);
  }

  @ParameterizedTest
  @CsvSource({"GET,history", "POST,cancel", "POST,confirm", "POST,ship", "POST,deliver"})
  void a_slash_that_was_sent_encoded_is_part_of_the_id(String method, String rest) {
    String order = api.placed(ALICE);

    HttpResponse response = api.send(method, order + "%2F" + rest).by(OFFICE).send();

    assertThat(response.status()).isEqualTo(404);
    assertThat(api.queue.drain()).isEmpty();
    assertThat(api.send(method, order + "/" + rest).by(OFFICE).send().status()).isNotEqualTo(404);
  }

  @Test
  void an_id_may_be_sent_encoded() {
    String order = api.placed(ALICE);
    String encoded =
        order.substring(0, 8) + "%%%02x".formatted((int) order.charAt(8)) + order.substring(9);

    assertThat(api.get(encoded).by(ALICE).send().status()).isEqualTo(200);
    assertThat(api.post(encoded + "/cancel").by(ALICE).key("k").send().status()).isEqualTo(202);
    assertThat(api.post(order + "/cancel").by(ALICE).key("k").send().headers())
        .containsEntry("idempotent-replayed", "true");
  }

  @Test
  void without_a_token_two_routes_answer() {
    assertThat(api.get("/health").send().status()).isEqualTo(200);
    assertThat(api.get("/openapi.json").send().body()).startsWith("{\"openapi\":\"3.1.0\"");
    for (String path : List.of("/orders", "/nothing", "/operations")) {
      HttpResponse response = api.get(path).send();
      assertThat(response.status()).isEqualTo(401);
      assertThat(response.body()).isEqualTo("{\"message\":\"Unauthorized\"}");
    }
    assertThat(api.post("/health").send().status()).isEqualTo(401);
  }

  @Test
  void a_correlation_id_comes_back_unless_it_is_none() {
    for (String id : List.of("checkout-17", "A.b_c-9", "x".repeat(64))) {
      assertThat(api.get("/health").with("x-correlation-id", id).send().headers())
          .containsEntry("x-correlation-id", id);
    }
    for (String id : List.of("", "a b", "x".repeat(65), "a\r\nb", "\u00e9")) {
      assertThat(
              api.get("/health")
                  .with("x-correlation-id", id)
                  .send()
                  .headers()
                  .get("x-correlation-id"))
          .startsWith("request-");
    }
  }

  @Test
  void a_fault_is_told_without_its_words() {
    api.orders.fault = new IllegalArgumentException("secret");

    HttpResponse response = api.get("/orders").by(ALICE).send();

    assertThat(response.status()).isEqualTo(500);
    assertThat(type(response)).isEqualTo("/problems/internal-error");
    assertThat(response.body()).doesNotContain("secret").doesNotContain("Exception");
  }

  @Test
  void problems_are_titled_in_plain_english() {
    assertThat(at(api.get("/nothing").by(ALICE).send(), "title")).isEqualTo("Resource not found");
    assertThat(at(api.post("/orders").by(ALICE).json("{}").send(), "title"))
        .isEqualTo("Invalid order");
    api.post("/orders").by(ALICE).key("k").json(ApiFixture.ORDER).send();
    HttpResponse reused =
        api.post("/orders").by(ALICE).key("k").json(ApiFixture.ORDER.replace("7889", "1")).send();
    assertThat(at(reused, "title")).isEqualTo("Idempotency key reused");
  }

  @Test
  void every_kind_of_problem_has_a_slug_of_its_own() {
    assertThat(ProblemType.values()).extracting(ProblemType::slug).doesNotHaveDuplicates();
  }
}
