package orders.api;

import static orders.api.ApiFixture.ALICE;
import static orders.api.ApiFixture.BOB;
import static orders.api.ApiFixture.ORDER;
import static orders.api.ApiFixture.at;
import static orders.api.ApiFixture.errors;
import static orders.api.ApiFixture.type;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import orders.api.ApiFixture.Request;
import orders.api.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers that come once, sent twice: the gateway joins the lines with commas. */
class RepeatedHeadersTest {
  private final ApiFixture api = new ApiFixture();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "k | k,k",
        "k | k, k,k",
        "k | \"k\",k",
        "\"k\" | \"k\" , \"k\"",
        "\"a,b\" | \"a,b\",\"a,b\"",
        "\"a\\\",b\" | \"a\\\",b\",\"a\\\",b\"",
        "a\"b | a\"b,a\"b"
      })
  void a_key_that_was_sent_twice_is_that_key(String once, String twice) {
    HttpResponse first = api.post("/orders").by(ALICE).key(once).json(ORDER).send();
    HttpResponse again = api.post("/orders").by(ALICE).key(twice).json(ORDER).send();

    assertThat(first.status()).isEqualTo(202);
    assertThat(again.headers())
        .containsEntry("idempotent-replayed", "true")
        .containsEntry("idempotency-key", first.headers().get("idempotency-key"));
    assertThat(at(again, "orderId")).isEqualTo(at(first, "orderId"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"k1,k2", "k,k,l", "\"k\",l", "\"a,b\",\"a\"", "a,\"a,a\"", "a,a,a b"})
  void two_keys_are_none(String sent) {
    HttpResponse response = api.post("/orders").by(ALICE).key(sent).json(ORDER).send();

    assertThat(response.status()).isEqualTo(400);
    assertThat(type(response)).isEqualTo("/problems/invalid-header");
    assertThat(errors(response)).allMatch(error -> error.startsWith("Idempotency-Key "));
    assertThat(api.queue.drain()).isEmpty();
  }

  @Test
  void a_quoted_key_may_hold_commas() {
    HttpResponse response = api.post("/orders").by(ALICE).key("\"a,b, c\"").json(ORDER).send();

    assertThat(response.status()).isEqualTo(400); // a space is not visible
    response = api.post("/orders").by(ALICE).key("\"a,a\"").json(ORDER).send();
    assertThat(response.headers()).containsEntry("idempotency-key", "a,a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "content-type | application/json,application/json",
        "content-type | application/json; x=\"a,b\", application/json; x=\"a,b\"",
        "content-type | application/json,",
        "content-encoding | ''",
        "content-encoding | ' , '",
        "content-encoding | identity,identity"
      })
  void one_value_however_often_is_that_value(String header, String sent) {
    assertThat(api.post("/orders").by(ALICE).with(header, sent).json(ORDER).send().status())
        .isEqualTo(202);
  }

  @Test
  void one_correlation_id_however_often_is_that_id() {
    HttpResponse response =
        api.get("/orders").by(ALICE).with("x-correlation-id", "a-1, a-1").send();

    assertThat(response.headers()).containsEntry("x-correlation-id", "a-1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Content-Type | application/json,text/plain",
        "Content-Encoding | identity,gzip",
        "X-Correlation-Id | a,b"
      })
  void different_values_are_refused_on_every_route(String header, String sent) {
    String order = api.placed(ALICE);
    for (Request request :
        List.of(
            api.post("/orders").json(ORDER),
            api.get("/orders"),
            api.get(order),
            api.get(order + "/history"),
            api.patch(order).with("if-match", "*").json("{}"),
            api.post(order + "/cancel"),
            api.post("/operations").json("{\"operation\":\"ping\"}"))) {
      HttpResponse response = request.by(ALICE).with(header.toLowerCase(Locale.ROOT), sent).send();
      assertThat(response.status()).as("%s", response).isEqualTo(400);
      assertThat(errors(response)).containsExactly(header + " given-twice");
    }
    assertThat(api.get(order).by(BOB).with(header.toLowerCase(Locale.ROOT), sent).send().status())
        .isEqualTo(404);
    assertThat(api.get("/health").with(header.toLowerCase(Locale.ROOT), sent).send().status())
        .isEqualTo(200);
  }

  @Test
  void a_coding_is_still_refused() {
    assertThat(
            api.post("/orders")
                .by(ALICE)
                .with("content-encoding", "gzip")
                .json(ORDER)
                .send()
                .status())
        .isEqualTo(415);
  }
}
