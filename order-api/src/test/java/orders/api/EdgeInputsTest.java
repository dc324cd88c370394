package orders.api;

import static orders.api.ApiFixture.ALICE;
import static orders.api.ApiFixture.OFFICE;
import static orders.api.ApiFixture.ORDER;
import static orders.api.ApiFixture.at;
import static orders.api.ApiFixture.errors;
import static orders.api.ApiFixture.type;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import orders.api.http.Body;
import orders.api.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Inputs that public bug reports of other APIs tell of. */
class EdgeInputsTest {
  private final ApiFixture api = new ApiFixture();

  @Test
  void a_plus_sign_that_was_not_encoded_is_named_as_the_cause() {
    HttpResponse response =
        api.get("/orders?placedFrom=2026-01-01T00:00:00+02:00").by(ALICE).send();

    assertThat(errors(response)).containsExactly("placedFrom bad-format");
    assertThat(at(response, "errors/0/detail")).endsWith("In a URL, write + as %2B.");
    assertThat(at(api.get("/orders?placedFrom=yesterday").by(ALICE).send(), "errors/0/detail"))
        .doesNotContain("%2B");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "placedFrom=0001-01-01T00:00:00Z | 1",
        "placedFrom=0000-01-01T00:00:00%2B01:00 | 1",
        "placedTo=1969-12-31T23:59:59.999Z | 0",
        "placedTo=9999-12-31T23:59:59.9999999Z | 1",
        "placedTo=9999-12-31T23:59:60Z | 1",
        "placedFrom=9999-12-31T23:59:59.9999999-23:59 | 0",
        "placedFrom=0001-01-01T00:00:00Z&placedTo=9999-12-31T23:59:59.9999999Z | 1"
      })
  void an_open_end_may_be_the_first_or_the_last_time_that_a_client_knows(String query, int found) {
    api.placed(ALICE);

    HttpResponse response = api.get("/orders?" + query).by(ALICE).send();

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body().split("\"orderId\"", -1)).hasSize(found + 1);
  }

  @Test
  void a_cursor_goes_on_between_the_first_and_the_last_time() {
    api.placed(ALICE);
    api.placed(ALICE);
    String query =
        "/orders?limit=1&placedFrom=0001-01-01T00:00:00Z&placedTo=9999-12-31T23:59:59.9999999Z";

    String next = at(api.get(query).by(ALICE).send(), "next");

    assertThat(api.get(query + "&cursor=" + next).by(ALICE).send().status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "placedFrom=2026-01-01T00:00:00.0002Z&placedTo=2026-01-01T00:00:00.0001Z",
        "placedFrom=1950-01-01T00:00:00Z&placedTo=1949-01-01T00:00:00Z"
      })
  void bounds_that_are_turned_round_are_refused_although_they_stand_for_the_same_bound(
      String query) {
    assertThat(errors(api.get("/orders?" + query).by(ALICE).send()))
        .containsExactly("placedFrom out-of-range");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "application/json; x=\"a; charset=latin1\" | 202",
        "application/json; x=\"\\\"; charset=latin1\" | 202",
        "application/json; charset=\"utf\\-8\" | 202",
        "application/json; | 202",
        "application/json; charset=\"utf-8\"; x=1 | 202",
        "application/json; x=\"a\"; charset=latin1 | 415",
        "application/json; charset=\"latin1\" | 415",
        "application/json; charset=utf-8; charset=latin1 | 415",
        "application/json; charset='utf-8' | 415",
        "application/json; charset=\" | 415",
        "application/json; charset= | 415"
      })
  void a_semicolon_in_quotes_starts_no_parameter(String contentType, int status) {
    HttpResponse response =
        api.post("/orders").by(ALICE).with("content-type", contentType).json(ORDER).send();

    assertThat(response.status()).isEqualTo(status);
  }

  @Test
  void a_byte_order_mark_is_not_json_however_the_body_arrives() {
    String marked = "\uFEFF" + ORDER;
    byte[] bytes = marked.getBytes(StandardCharsets.UTF_8);
    for (Body body :
        List.of(
            new Body(marked, false),
            new Body(Base64.getEncoder().encodeToString(bytes), true),
            new Body(
                Base64.getEncoder().encodeToString(ORDER.getBytes(StandardCharsets.UTF_16)),
                true))) {
      HttpResponse response = api.post("/orders").by(ALICE).body(body).send();

      assertThat(response.status()).isEqualTo(400);
      assertThat(type(response)).isEqualTo("/problems/malformed-json");
    }
  }

  @Test
  void an_order_id_has_one_spelling() {
    String path = api.placed(ALICE);
    String id = path.substring("/orders/".length());
    for (String other :
        List.of(
            id.toUpperCase(Locale.ROOT),
            id + "0",
            id.replace("-", ""),
            "%7B" + id + "%7D",
            "1-1-1-1-1",
            id + "%3Fx=1",
            id + "%23",
            id + "%00",
            id + "%20",
            id + "%252Fhistory",
            id + ";v=1",
            id + "/",
            "%2e%2e/orders")) {
      HttpResponse response = api.get("/orders/" + other).by(ALICE).send();

      assertThat(response.status()).as(other).isEqualTo(404);
      assertThat(type(response)).isEqualTo("/problems/not-found");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"!", "=", "==", "%20", "%0A", "+"})
  void a_cursor_with_something_behind_it_is_none(String behind) {
    api.placed(ALICE);
    api.placed(ALICE);
    String next = at(api.get("/orders?limit=1").by(ALICE).send(), "next");

    HttpResponse response = api.get("/orders?limit=1&cursor=" + next + behind).by(ALICE).send();

    assertThat(response.status()).isEqualTo(400);
    assertThat(type(response)).isEqualTo("/problems/invalid-cursor");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"lines\":[null]} | /lines/0 wrong-type",
        "{\"lines\":null} | /lines wrong-type",
        "{\"lines\":[{\"sku\":\"A\",\"name\":null,\"quantity\":1,\"unitPrice\":1}]} | "
            + "/lines/0/name wrong-type",
        "{\"metadata\":[]} | /metadata wrong-type",
        "{\"shippingAddress\":[]} | /shippingAddress wrong-type",
        "{\"shippingAddress\":{\"name\":{}}} | /shippingAddress/name wrong-type"
      })
  void a_merge_patch_does_not_merge_what_is_in_a_list(String patch, String error) {
    HttpResponse response =
        api.patch(api.placed(ALICE)).by(ALICE).with("if-match", "*").json(patch).send();

    assertThat(response.status()).isEqualTo(422);
    assertThat(errors(response)).containsExactly(error);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"metadata\":{\"k\":null}}", "{\"metadata\":{}}", "{\"note\":null}"})
  void taking_away_what_is_not_there_changes_nothing(String patch) {
    String path = api.placed(ALICE);

    HttpResponse response = api.patch(path).by(ALICE).with("if-match", "*").json(patch).send();
    api.deliver();

    assertThat(response.status()).isEqualTo(202);
    assertThat(at(api.get(path).by(ALICE).send(), "version")).isEqualTo("1");
  }

  @Test
  void names_and_characters_that_mean_something_elsewhere_come_back_as_they_were_sent() {
    String metadata =
        "{\"__proto__\":\"p\",\"constructor\":\"\u2028\u2029\u202E\",\"toString\":\"\u200B\uFEFF\"}";
    HttpResponse placed =
        api.post("/orders")
            .by(ALICE)
            .json(ORDER.replace("{\"currency\"", "{\"metadata\":" + metadata + ",\"currency\""))
            .send();

    assertThat(placed.status()).isEqualTo(202);
    api.deliver();
    assertThat(api.get(ApiFixture.location(placed)).by(ALICE).send().body())
        .contains("\"metadata\":" + metadata);
  }

  @Test
  void minus_nothing_is_nothing() {
    String zero = ORDER.replace("7889", "0");
    HttpResponse first =
        api.post("/orders").by(ALICE).key("k").json(ORDER.replace("7889", "-0")).send();
    HttpResponse again = api.post("/orders").by(ALICE).key("k").json(zero).send();

    assertThat(at(first, "total")).isEqualTo("0");
    assertThat(again.headers()).containsEntry("idempotent-replayed", "true");
    assertThat(
            errors(
                api.post("/orders")
                    .by(ALICE)
                    .json(ORDER.replace("\"quantity\":1", "\"quantity\":-0"))
                    .send()))
        .containsExactly("/lines/0/quantity out-of-range");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "limit=%D9%A1%D9%A0 | limit out-of-range",
        "limit=0x10 | limit out-of-range",
        "limit=1e1 | limit out-of-range",
        "limit=010 | limit out-of-range",
        "limit=99999999999999999999 | limit out-of-range",
        "placedFrom=%D9%A2026-01-01T00:00:00Z | placedFrom bad-format",
        "reference=a%80 | reference bad-format",
        "customerId=%C0%AF | customerId bad-format",
        "status[]=PLACED | status[] unknown-parameter",
        "Limit=5 | Limit unknown-parameter",
        "limit=5;sort=placedAt | limit out-of-range"
      })
  void a_parameter_is_read_in_one_way_only(String query, String error) {
    HttpResponse response = api.get("/orders?" + query).by(OFFICE).send();

    assertThat(response.status()).isEqualTo(400);
    assertThat(errors(response)).containsExactly(error);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "application/json", "application/x-www-form-urlencoded"})
  void a_request_without_a_body_is_taken_whatever_type_it_names(String contentType) {
    String path = api.placed(ALICE);

    assertThat(
            api.post(path + "/cancel").by(ALICE).with("content-type", contentType).send().status())
        .isEqualTo(202);
  }

  @Test
  void a_tag_that_a_proxy_has_changed_is_another_tag() {
    String path = api.placed(ALICE);

    assertThat(api.get(path).by(ALICE).with("if-none-match", "\"1-gzip\"").send().status())
        .isEqualTo(200);
    assertThat(api.get(path).by(ALICE).with("if-none-match", "W/\"1\"").send().status())
        .isEqualTo(304);
    assertThat(
            api.patch(path)
                .by(ALICE)
                .with("if-match", "\"1-gzip\"")
                .json("{\"note\":\"n\"}")
                .send()
                .status())
        .isEqualTo(412);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HEAD", "OPTIONS", "PUT", "DELETE", "get"})
  void another_method_is_told_the_methods_there_are(String method) {
    HttpResponse response = api.send(method, "/orders").by(ALICE).send();

    assertThat(response.status()).isEqualTo(405);
    assertThat(response.headers()).containsEntry("allow", "GET, POST");
  }
}
