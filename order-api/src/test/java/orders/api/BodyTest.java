package orders.api;

import static orders.api.ApiFixture.ALICE;
import static orders.api.ApiFixture.OFFICE;
import static orders.api.ApiFixture.ORDER;
import static orders.api.ApiFixture.errors;
import static orders.api.ApiFixture.type;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import orders.api.http.Body;
import orders.api.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not the JSON that is read here, and what is too much of it. */
class BodyTest {
  private static final int MOST = 256 * 1024;

  private final ApiFixture api = new ApiFixture();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "null",
        "[]",
        "7",
        "\"{}\"",
        "{}{}",
        "{} x",
        "{'currency':'EUR'}",
        "{\"a\":01}",
        "{\"a\":+1}",
        "{\"a\":.5}",
        "{\"a\":NaN}",
        "{\"a\":1,}",
        "{\"a\":1,\"a\":1}",
        "{\"b\":{\"a\":1,\"\\u0061\":1}}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\udc00\\ud800\"}",
        "{\"\\ud800\":1}",
        "{\"a\":\"\u0001\"}",
        "\uFEFF{}",
        "/**/{}",
        "{\"a\":tru}"
      })
  void what_is_no_json_object_is_malformed(String body) {
    HttpResponse response = api.post("/orders").by(ALICE).json(body).send();

    assertThat(response.status()).isEqualTo(400);
    assertThat(type(response)).isEqualTo("/problems/malformed-json");
  }

  @Test
  void half_a_surrogate_pair_in_the_event_itself_is_malformed() {
    assertThat(type(api.post("/orders").by(ALICE).json("{\"a\":\"\uD800\"}").send()))
        .isEqualTo("/problems/malformed-json");
  }

  @Test
  void bytes_that_are_not_utf_8_are_malformed() {
    byte[] bytes = ORDER.replace("Beautiful", "B\u00e9").getBytes(StandardCharsets.ISO_8859_1);

    HttpResponse response = api.post("/orders").by(ALICE).body(base64(bytes)).send();

    assertThat(type(response)).isEqualTo("/problems/malformed-json");
    assertThat(type(api.post("/orders").by(ALICE).body(new Body("%%%%", true)).send()))
        .isEqualTo("/problems/malformed-json");
  }

  @Test
  void thirty_two_levels_are_read_and_one_more_is_not() {
    // The object is one level itself.
    HttpResponse deep = nested(31);
    HttpResponse tooDeep = nested(32);

    assertThat(errors(deep)).contains("/x unknown-field");
    assertThat(type(tooDeep)).isEqualTo("/problems/malformed-json");
    assertThat(type(nested(10_000))).isEqualTo("/problems/malformed-json");
  }

  @Test
  void a_body_has_at_most_256_kib_however_it_is_written() {
    for (Body body : List.of(new Body(padded(MOST), false), base64(padded(MOST)))) {
      assertThat(api.post("/orders").by(ALICE).body(body).send().status()).isEqualTo(202);
    }
    String wide = ORDER + "\u20ac".repeat(MOST / 3);
    for (Body body :
        List.of(
            new Body(padded(MOST + 1), false),
            base64(padded(MOST + 1)),
            base64(padded(MOST + 2)),
            new Body("x".repeat(50 << 20), false),
            new Body("A".repeat(50 << 20), true),
            new Body(wide, false))) {
      HttpResponse response = api.post("/orders").by(ALICE).body(body).send();
      assertThat(response.status()).isEqualTo(413);
      assertThat(type(response)).isEqualTo("/problems/too-large");
    }
  }

  @Test
  void numbers_may_be_of_any_length_and_a_million_mistakes_do_not_make_an_answer() {
    String digits = "9".repeat(200_000);
    HttpResponse number = api.post("/orders").by(ALICE).json(ORDER.replace("7889", digits)).send();
    HttpResponse echo =
        api.post("/operations")
            .by(ALICE)
            .json("{\"operation\":\"echo\",\"payload\":" + digits + "}")
            .send();
    StringBuilder many = new StringBuilder("{\"a\":0");
    for (int i = 0; many.length() < 250_000; i++) {
      many.append(",\"").append(i).append("\":0");
    }

    assertThat(errors(number)).containsExactly("/lines/0/unitPrice out-of-range");
    assertThat(echo.body()).isEqualTo(digits);
    assertThat(errors(api.post("/orders").by(ALICE).json(many + "}").send())).hasSize(200);
  }

  @Test
  void mistakes_beyond_those_that_are_told_are_mistakes_all_the_same() {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      many.append("\"").append(i).append("\":0,");
    }
    String order =
        "{"
            + many
            + """
            "currency":"EUR","lines":[{"sku":"no sku","quantity":1,"unitPrice":1}],"total":2,
            "customerId":"\u20ac","shippingAddress":{"name":""},"metadata":{"":""}}\
            """;
    String item = "{" + many + "\"product\":\"\",\"price\":1}";

    for (HttpResponse response :
        List.of(
            api.post("/orders").by(OFFICE).json(order).send(),
            api.post("/operations").by(OFFICE).json(create("{}", order)).send(),
            api.post("/operations").by(OFFICE).json(create("{}", item)).send(),
            api.post("/operations").by(OFFICE).json(create("{" + many, order)).send(),
            api.post("/operations").by(OFFICE).json(create("{" + many, item)).send())) {
      assertThat(response.status()).isEqualTo(422);
      assertThat(errors(response)).hasSize(200);
    }
    assertThat(api.observed.lines).doesNotContain("failed");
  }

  private static String create(String around, String item) {
    return around.replace("}", "")
        + "\"operation\":\"create\",\"tableName\":\"orders\",\"payload\":{\"Item\":"
        + item
        + "}}";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/json; charset=latin1",
        "application/merge-patch+json",
        "application/jsonp",
        ""
      })
  void another_media_type_is_refused(String contentType) {
    HttpResponse response =
        api.post("/orders").by(ALICE).with("content-type", contentType).json(ORDER).send();

    assertThat(response.status()).isEqualTo(415);
    assertThat(type(response)).isEqualTo("/problems/unsupported-media-type");
    assertThat(response.headers()).containsEntry("accept-post", "application/json");
  }

  @Test
  void a_compressed_body_is_refused_unread() {
    HttpResponse response =
        api.post("/orders").by(ALICE).with("content-encoding", "gzip").json(ORDER).send();

    assertThat(response.status()).isEqualTo(415);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "Application/JSON; charset=UTF-8",
        "application/json;charset=\"utf-8\""
      })
  void json_in_utf_8_is_taken(String contentType) {
    assertThat(
            api.post("/orders")
                .by(ALICE)
                .with("content-type", contentType)
                .json(ORDER)
                .send()
                .status())
        .isEqualTo(202);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "\"a", "a\u00e9", "\"a\"b", "\"\\a\"", "\"\"", "\"a\tb\"", " "})
  void a_key_that_is_none_is_refused(String key) {
    HttpResponse response = api.post("/orders").by(ALICE).key(key).json(ORDER).send();

    assertThat(response.status()).isEqualTo(400);
    assertThat(errors(response)).containsExactly("Idempotency-Key bad-format");
  }

  @Test
  void a_key_has_at_most_255_characters() {
    assertThat(api.post("/orders").by(ALICE).key("k".repeat(255)).json(ORDER).send().status())
        .isEqualTo(202);
    assertThat(api.post("/orders").by(ALICE).key("k".repeat(256)).json(ORDER).send().status())
        .isEqualTo(400);
    assertThat(api.post("/orders").by(ALICE).key("k".repeat(10_000)).json(ORDER).send().status())
        .isEqualTo(400);
  }

  @Test
  void text_is_composed_once_and_measured_in_code_points() {
    String decomposed = "e\u0301".repeat(200);
    HttpResponse accepted =
        api.post("/orders").by(ALICE).json(ORDER.replace("Beautiful Jacket", decomposed)).send();

    assertThat(accepted.status()).isEqualTo(202);
    assertThat(ApiFixture.at(accepted, "lines/0/name")).isEqualTo("\u00e9".repeat(200));
    assertThat(
            api.post("/orders")
                .by(ALICE)
                .json(ORDER.replace("Beautiful Jacket", "\uD83D\uDE00".repeat(200)))
                .send()
                .status())
        .isEqualTo(202);
    assertThat(
            errors(
                api.post("/orders")
                    .by(ALICE)
                    .json(ORDER.replace("Beautiful Jacket", "\uD83D\uDE00".repeat(201)))
                    .send()))
        .containsExactly("/lines/0/name too-long");
  }

  @Test
  void what_the_schema_cannot_say_is_checked_all_the_same() {
    String two =
        "{\"currency\":\"JPY\",\"lines\":[{\"sku\":\"A\",\"quantity\":1,\"unitPrice\":1},"
            + "{\"sku\":\"A\",\"quantity\":1,\"unitPrice\":1}]}";
    String big =
        "{\"currency\":\"JPY\",\"lines\":[{\"sku\":\"A\",\"quantity\":10000,\"unitPrice\":1000000000000}]}";

    assertThat(errors(api.post("/orders").by(ALICE).json(two).send()))
        .containsExactly("/lines/1/sku duplicate-sku");
    assertThat(errors(api.post("/orders").by(ALICE).json(big).send()))
        .containsExactly("/lines total-too-large");
    assertThat(
            errors(
                api.post("/orders")
                    .by(ALICE)
                    .json(ORDER.replace("{\"currency\"", "{\"total\":7888,\"currency\""))
                    .send()))
        .containsExactly("/total total-mismatch");
    for (String literal : List.of("1.0", "1e0", "1E2")) {
      assertThat(
              errors(
                  api.post("/orders")
                      .by(ALICE)
                      .json(ORDER.replace("\"quantity\":1", "\"quantity\":" + literal))
                      .send()))
          .containsExactly("/lines/0/quantity not-an-integer");
    }
  }

  private HttpResponse nested(int levels) {
    return api.post("/orders")
        .by(ALICE)
        .json("{\"x\":" + "[".repeat(levels) + "]".repeat(levels) + "}")
        .send();
  }

  private static String padded(int length) {
    return ORDER + " ".repeat(length - ORDER.length());
  }

  private static Body base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Body base64(byte[] bytes) {
    return new Body(Base64.getEncoder().encodeToString(bytes), true);
  }
}
