package orders.api;

import static orders.api.ApiFixture.ALICE;
import static orders.api.ApiFixture.BOB;
import static orders.api.ApiFixture.OFFICE;
import static orders.api.ApiFixture.at;
import static orders.api.ApiFixture.errors;
import static orders.api.ApiFixture.json;
import static orders.api.ApiFixture.type;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import orders.api.application.ListPosition;
import orders.api.form.ListQueryParser;
import orders.api.form.Parsed;
import orders.api.http.Caller;
import orders.api.http.HttpApiEvents;
import orders.api.http.HttpResponse;
import orders.api.json.JsonValue;
import orders.api.json.JsonValue.JsonArray;
import orders.api.json.JsonValue.JsonNull;
import orders.api.json.JsonValue.JsonObject;
import orders.api.json.JsonValue.JsonString;
import orders.domain.OrderBuilder;
import orders.domain.OrderId;
import orders.domain.OrderLine;
import orders.domain.StoredOrder;
import orders.lambda.events.LambdaEventSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListingTest {
  private final ApiFixture api = new ApiFixture();

  @Test
  void the_pages_of_a_list_hold_every_order_once_newest_first() {
    List<String> placed = place(ALICE, 7);
    place(BOB, 2);
    Collections.reverse(placed);

    assertThat(walk("/orders?limit=3", ALICE)).isEqualTo(placed);
    Collections.reverse(placed);
    assertThat(walk("/orders?limit=2&sort=placedAt", ALICE)).isEqualTo(placed);
  }

  @Test
  void every_page_is_full_but_the_last_and_links_to_the_next() {
    place(ALICE, 3);

    HttpResponse first = api.get("/orders?limit=2").by(ALICE).send();
    String next = at(first, "next");

    assertThat(ids(first)).hasSize(2);
    assertThat(first.headers())
        .containsEntry("link", "</orders?limit=2&cursor=" + next + ">; rel=\"next\"");
    HttpResponse last = api.get("/orders?limit=2&cursor=" + next).by(ALICE).send();
    assertThat(ids(last)).hasSize(1);
    assertThat(json(last).members().get("next")).isEqualTo(new JsonNull());
    assertThat(last.headers()).doesNotContainKey("link");
    assertThat(at(last, "asOf")).isEqualTo("2026-01-31T09:30:03.000Z");
  }

  @Test
  void a_page_that_ends_where_the_list_ends_is_the_last() {
    place(ALICE, 2);

    assertThat(json(api.get("/orders?limit=2").by(ALICE).send()).members().get("next"))
        .isEqualTo(new JsonNull());
  }

  @ParameterizedTest
  @ValueSource(strings = {"🧥", "\"", "\\"})
  void a_page_of_large_orders_is_shorter_and_says_what_follows(String character)
      throws IOException {
    List<String> placed = new ArrayList<>();
    List<StoredOrder> stored = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      StoredOrder order = large(character);
      stored.add(order);
      placed.add(order.order().id().toString());
    }
    api.orders.replaceAll(stored);

    List<String> walked = new ArrayList<>();
    for (String path = "/orders?limit=100"; path != null; ) {
      HttpResponse page = api.get(path).by(ALICE).send();
      assertThat(page.body().getBytes(StandardCharsets.UTF_8).length)
          .isLessThanOrEqualTo(4 * 1024 * 1024);
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      new LambdaEventSerializer()
          .toJson(HttpApiEvents.write(page), answer, APIGatewayV2HTTPResponse.class);
      assertThat(answer.size()).as("what Lambda takes").isLessThanOrEqualTo(6_291_556);
      walked.addAll(ids(page));
      String link = page.headers().get("link");
      assertThat(link == null).isEqualTo(json(page).members().get("next").equals(new JsonNull()));
      path = link == null ? null : link.substring(1, link.indexOf('>'));
    }

    assertThat(walked).containsExactlyInAnyOrderElementsOf(placed).doesNotHaveDuplicates();
    HttpResponse operated =
        api.post("/operations")
            .by(ALICE)
            .json("{\"operation\":\"list\",\"payload\":{\"limit\":100}}")
            .send();
    assertThat(ids(operated)).hasSizeLessThan(60);
    assertThat(at(operated, "next")).isNotEmpty();
  }

  /** Returns a legal order of more than 110 KB of JSON. */
  private static StoredOrder large(String character) {
    OrderLine[] lines = new OrderLine[100];
    for (int i = 0; i < lines.length; i++) {
      OrderLine line = OrderBuilder.line("SKU-" + i, 1, 1);
      lines[i] =
          new OrderLine(line.sku(), character.repeat(200), line.quantity(), line.unitPrice());
    }
    OrderBuilder order = OrderBuilder.anOrder().withAnyId().customer("alice").lines(lines);
    for (int i = 0; i < 20; i++) {
      order.metadata("key-" + i, character.repeat(500));
    }
    return order.placed();
  }

  @Test
  void the_back_office_sees_everyone_or_one_customer() {
    List<String> all = place(ALICE, 2);
    List<String> bobs = place(BOB, 1);
    all.addAll(bobs);

    assertThat(walk("/orders?limit=1&sort=placedAt", OFFICE)).isEqualTo(all);
    assertThat(walk("/orders?customerId=bob", OFFICE)).isEqualTo(bobs);
  }

  @Test
  void a_list_is_filtered_by_status_and_time() {
    List<String> placed = place(ALICE, 4);
    api.post("/orders/" + placed.get(1) + "/cancel").by(ALICE).send();
    api.deliver();

    assertThat(walk("/orders?status=CANCELLED", ALICE)).containsExactly(placed.get(1));
    assertThat(walk("/orders?status=PLACED,CANCELLED", ALICE)).hasSize(4);
    // Orders are placed at :00, :01, :02 and :03.
    assertThat(
            walk(
                "/orders?sort=placedAt&placedFrom=2026-01-31T09:30:01Z"
                    + "&placedTo=2026-01-31T10:30:03%2B01:00",
                ALICE))
        .containsExactly(placed.get(1), placed.get(2));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-31T09:30:00.000000000001Z, 3",
    "2026-01-31T09:30:00.000000000000Z, 4",
    "2026-01-31t09:30:01.000z, 3",
    "2026-01-31T10:30:01%2B01:00, 3",
    "2026-02-01T09:29:01%2B23:59, 3",
    "2026-01-31T09:30:01-00:00, 3",
    "2016-12-31T23:59:60Z, 4",
    "2016-12-31T23:59:60.999999999999Z, 4",
    "2017-01-01T00:59:60%2B01:00, 4"
  })
  void a_bound_is_any_time_of_rfc_3339(String from, int found) {
    place(ALICE, 4);

    assertThat(walk("/orders?placedFrom=" + from, ALICE)).hasSize(found);
  }

  @Test
  void an_empty_span_is_empty_and_one_that_is_turned_round_is_refused() {
    place(ALICE, 1);
    String at = "2026-01-31T09:30:00Z";

    assertThat(walk("/orders?placedFrom=" + at + "&placedTo=" + at, ALICE)).isEmpty();
    assertThat(
            errors(
                api.get("/orders?placedFrom=2026-01-31T09:30:01Z&placedTo=" + at).by(ALICE).send()))
        .containsExactly("placedFrom out-of-range");
    HttpResponse envelope =
        api.post("/operations")
            .by(ALICE)
            .json(
                "{\"operation\":\"list\",\"tableName\":\"orders\",\"payload\":{\"placedFrom\":"
                    + "\"2026-01-31T09:30:01Z\",\"placedTo\":\"2026-01-31T09:30:00Z\"}}")
            .send();
    assertThat(errors(envelope)).containsExactly("/payload/placedFrom out-of-range");
  }

  @Test
  void a_list_is_filtered_by_exact_reference_among_the_orders_one_may_see() {
    List<String> alices = place(ALICE, 1);
    String hers = placeWithReference(ALICE, "PO 1");
    String his = placeWithReference(BOB, "PO 1");
    placeWithReference(BOB, "PO 12");

    assertThat(walk("/orders?reference=PO%201", ALICE)).containsExactly(hers).isNotEqualTo(alices);
    assertThat(walk("/orders?reference=PO%201&sort=placedAt&limit=1", OFFICE))
        .containsExactly(hers, his);
    assertThat(walk("/orders?reference=PO%201&customerId=bob", OFFICE)).containsExactly(his);
    assertThat(walk("/orders?reference=PO%201&status=SHIPPED", OFFICE)).isEmpty();
    assertThat(walk("/orders?reference=po%201", OFFICE)).isEmpty();
    String next = at(api.get("/orders?reference=PO%201&limit=1").by(OFFICE).send(), "next");
    assertThat(api.get("/orders?limit=1&cursor=" + next).by(OFFICE).send().status()).isEqualTo(400);
  }

  private String placeWithReference(Caller caller, String reference) {
    String order =
        ApiFixture.ORDER.replace(
            "{\"currency\"", "{\"reference\":\"" + reference + "\",\"currency\"");
    HttpResponse answer = api.post("/orders").by(caller).json(order).send();
    assertThat(answer.status()).isEqualTo(202);
    api.deliver();
    return at(answer, "orderId");
  }

  @Test
  void entries_have_neither_address_nor_note() {
    api.post("/orders")
        .by(ALICE)
        .json(ApiFixture.ORDER.replace("{\"currency\"", "{\"note\":\"n\",\"currency\""))
        .send();
    api.deliver();

    assertThat(api.get("/orders").by(ALICE).send().body()).doesNotContain("note");
  }

  @Test
  void a_cursor_serves_its_own_caller_and_query_alone() {
    place(ALICE, 3);
    String next = at(api.get("/orders?limit=1").by(ALICE).send(), "next");
    String office = at(api.get("/orders?limit=1&customerId=alice").by(OFFICE).send(), "next");

    assertThat(api.get("/orders?limit=2&cursor=" + next).by(ALICE).send().status()).isEqualTo(200);
    for (HttpResponse response :
        List.of(
            api.get("/orders?cursor=" + next).by(BOB).send(),
            api.get("/orders?cursor=" + office).by(ALICE).send(),
            api.get("/orders?sort=placedAt&cursor=" + next).by(ALICE).send(),
            api.get("/orders?status=PLACED&cursor=" + next).by(ALICE).send(),
            api.get("/orders?placedFrom=2026-01-01T00:00:00Z&cursor=" + next).by(ALICE).send())) {
      assertThat(response.status()).isEqualTo(400);
      assertThat(type(response)).isEqualTo("/problems/invalid-cursor");
    }
  }

  @Test
  void no_edited_cursor_is_taken() {
    place(ALICE, 2);
    String next = at(api.get("/orders?limit=1").by(ALICE).send(), "next");

    for (int i = 0; i < next.length(); i++) {
      char edited = next.charAt(i) == 'A' ? 'B' : 'A';
      String cursor = next.substring(0, i) + edited + next.substring(i + 1);
      assertThat(api.get("/orders?cursor=" + cursor).by(ALICE).send().status())
          .as(cursor)
          .isEqualTo(400);
    }
    // The last character has bits to spare: another spelling of the same bytes is edited all the
    // same.
    for (String cursor : List.of("", "!", "x".repeat(10_000), next + "A", next + "=")) {
      assertThat(api.get("/orders?cursor=" + cursor).by(ALICE).send().status())
          .as(cursor)
          .isEqualTo(400);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 253_402_300_800_000L, Long.MAX_VALUE})
  void no_made_up_cursor_leads_out_of_time(long placedAt) {
    ListPosition position =
        new ListPosition(Instant.ofEpochMilli(placedAt), new OrderId(new UUID(1, 2)));
    if (!(ListQueryParser.read("", ALICE)
        instanceof Parsed.Valid<ListQueryParser>(ListQueryParser form))) {
      throw new AssertionError("the empty query is a right one");
    }

    HttpResponse response =
        api.get("/orders?cursor=" + form.cursor(position, ALICE)).by(ALICE).send();

    assertThat(response.status()).isEqualTo(400);
    assertThat(type(response)).isEqualTo("/problems/invalid-cursor");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "limit=0 | limit out-of-range",
        "limit=101 | limit out-of-range",
        "limit=1.0 | limit out-of-range",
        "limit=%2B5 | limit out-of-range",
        "limit= | limit out-of-range",
        "sort=total | sort unknown-sort",
        "status=PENDING | status unknown-status",
        "status=PLACED, | status unknown-status",
        "status=placed | status unknown-status",
        "placedFrom=yesterday | placedFrom bad-format",
        "placedTo=2026-01-31 | placedTo bad-format",
        "placedTo=2026-02-30T00:00:00Z | placedTo bad-format",
        "placedFrom=%2B999999999-12-31T00:00:00Z | placedFrom bad-format",
        "placedFrom=2026-01-01T00:00Z | placedFrom bad-format",
        "placedFrom=2026-01-01T00:00:00%2B02 | placedFrom bad-format",
        "placedFrom=2026-01-01T00:00:00%2B02:00:00 | placedFrom bad-format",
        "placedFrom=2026-01-01T00:00:00%2B24:00 | placedFrom bad-format",
        "placedFrom=2026-01-01T00:00:00.Z | placedFrom bad-format",
        "placedFrom=2026-01-01T24:00:00Z | placedFrom bad-format",
        "placedFrom=2026-01-01T00:00:61Z | placedFrom bad-format",
        "placedFrom=2026-06-30T12:59:60Z | placedFrom bad-format",
        "placedFrom=2026-06-29T23:59:60Z | placedFrom bad-format",
        "placedFrom=2026-01-01T00:00:00 | placedFrom bad-format",
        "customerId=bob | customerId admin-only",
        "page=2 | page unknown-parameter",
        "reference= | reference bad-format",
        "reference=%C3%A9 | reference bad-format",
        "limit=1&limit=1 | limit repeated-parameter",
        "limit=1&limit=2&limit=3 | limit repeated-parameter",
        "x=%zz | ' bad-format'"
      })
  void a_wrong_parameter_is_named(String query, String error) {
    HttpResponse response = api.get("/orders?" + query).by(ALICE).send();

    assertThat(response.status()).isEqualTo(400);
    assertThat(type(response)).isEqualTo("/problems/invalid-parameter");
    assertThat(errors(response)).containsExactly(error);
    assertThat(api.orders.reads).hasValue(0);
  }

  @Test
  void all_that_is_wrong_is_told_at_once() {
    HttpResponse response =
        api.get("/orders?limit=x&sort=x&status=x&placedFrom=x&placedTo=x&customerId=x&x=x")
            .by(ALICE)
            .send();

    assertThat(errors(response)).hasSize(7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "%00", "%E2%82%AC"})
  void a_customer_id_that_is_none_is_refused(String id) {
    HttpResponse response = api.get("/orders?customerId=" + id).by(OFFICE).send();

    assertThat(errors(response)).containsExactly("customerId bad-format");
  }

  private List<String> place(Caller caller, int count) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(api.placed(caller).substring("/orders/".length()));
      api.clock.advance(Duration.ofSeconds(1));
    }
    return ids;
  }

  private List<String> walk(String path, Caller caller) {
    List<String> walked = new ArrayList<>();
    String next = path;
    while (true) {
      HttpResponse page = api.get(next).by(caller).send();
      assertThat(page.status()).as(page.body()).isEqualTo(200);
      walked.addAll(ids(page));
      if (!(json(page).members().get("next") instanceof JsonString(String cursor))) {
        return walked;
      }
      next = path + "&cursor=" + cursor;
    }
  }

  private static List<String> ids(HttpResponse page) {
    List<String> ids = new ArrayList<>();
    if (json(page).members().get("orders") instanceof JsonArray(List<JsonValue> orders)) {
      for (JsonValue order : orders) {
        if (((JsonObject) order).members().get("orderId") instanceof JsonString(String id)) {
          ids.add(id);
        }
      }
    }
    return ids;
  }
}
