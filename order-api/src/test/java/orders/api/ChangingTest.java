package orders.api;

import static orders.api.ApiFixture.ALICE;
import static orders.api.ApiFixture.BOB;
import static orders.api.ApiFixture.OFFICE;
import static orders.api.ApiFixture.ORDER;
import static orders.api.ApiFixture.at;
import static orders.api.ApiFixture.errors;
import static orders.api.ApiFixture.location;
import static orders.api.ApiFixture.type;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import orders.api.http.HttpResponse;
import orders.domain.OrderCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChangingTest {
  private static final String MISSING = "/orders/00000000-0000-5000-8000-000000000000";

  private final ApiFixture api = new ApiFixture();

  @Test
  void an_order_goes_its_way() {
    String order = api.placed(ALICE);

    for (String move : List.of("confirm", "ship", "deliver")) {
      assertThat(api.post(order + "/" + move).by(OFFICE).send().status()).isEqualTo(202);
      api.deliver();
    }

    HttpResponse delivered = api.get(order).by(ALICE).send();
    assertThat(at(delivered, "status")).isEqualTo("DELIVERED");
    assertThat(at(delivered, "version")).isEqualTo("4");
    HttpResponse history = api.get(order + "/history").by(ALICE).send();
    assertThat(at(history, "history/0/type")).isEqualTo("order.placed.v1");
    assertThat(at(history, "history/3/to")).isEqualTo("DELIVERED");
    assertThat(at(history, "history/3/by")).isEqualTo("office");
  }

  @Test
  void shipping_keeps_who_carries_it() {
    String order = api.placed(ALICE);
    api.post(order + "/confirm").by(OFFICE).send();
    api.deliver();

    api.post(order + "/ship")
        .by(OFFICE)
        .json("{\"carrier\":\"An Post\",\"trackingNumber\":\"CE1\"}")
        .send();
    api.deliver();

    HttpResponse shipped = api.get(order).by(ALICE).send();
    assertThat(at(shipped, "shipment/carrier")).isEqualTo("An Post");
    assertThat(at(shipped, "shipment/trackingNumber")).isEqualTo("CE1");
  }

  @Test
  void an_amendment_is_a_merge_patch_on_the_version_that_was_read() {
    String order = api.placed(ALICE);

    HttpResponse accepted =
        api.patch(order)
            .by(ALICE)
            .with("if-match", "\"1\"")
            .with("content-type", "application/merge-patch+json")
            .json("{\"note\":\"ring twice\",\"metadata\":{\"channel\":\"web\"}}")
            .send();
    api.deliver();

    assertThat(accepted.status()).isEqualTo(202);
    assertThat(accepted.headers()).containsEntry("etag", "\"1\"");
    assertThat(at(accepted, "version")).isEqualTo("1");
    HttpResponse amended = api.get(order).by(ALICE).send();
    assertThat(at(amended, "note")).isEqualTo("ring twice");
    assertThat(at(amended, "metadata/channel")).isEqualTo("web");
    assertThat(amended.headers()).containsEntry("etag", "\"2\"");
  }

  @Test
  void the_version_travels_with_the_command() {
    String order = api.placed(ALICE);

    api.post(order + "/cancel").by(ALICE).with("if-match", "\"7\", \"1\"").send();
    api.post(order + "/cancel").by(ALICE).with("if-match", "*").send();

    assertThat(api.queue.drain())
        .extracting(command -> command.header().expectedVersion().orElse(-1))
        .containsExactly(1L, -1L);
  }

  @Test
  void an_order_without_room_for_another_amendment_says_so_and_can_be_cancelled() {
    String order = api.placed(ALICE);
    HttpResponse last;
    int amended = 0;
    do {
      last = amend(order, "{\"metadata\":" + metadata("v" + amended) + "}");
      api.deliver();
      amended++;
    } while (last.status() == 202 && amended < 100);

    assertThat(amended).isBetween(10, 50);
    assertThat(last.status()).isEqualTo(409);
    assertThat(type(last)).isEqualTo("/problems/illegal-transition");
    assertThat(at(last, "detail")).contains("no room");
    assertThat(at(last, "orderStatus")).isEqualTo("PLACED");
    HttpResponse cancelled = api.post(order + "/cancel").by(ALICE).send();
    assertThat(cancelled.status()).isEqualTo(202);
    api.deliver();
    assertThat(at(api.get(order).by(ALICE).send(), "status")).isEqualTo("CANCELLED");
  }

  /** Returns twenty entries of some ten kilobytes. */
  private static String metadata(String start) {
    return IntStream.range(0, 20)
        .mapToObj(i -> "\"k" + i + "\":\"" + start + "x".repeat(490) + "\"")
        .collect(Collectors.joining(",", "{", "}"));
  }

  @Test
  void a_stale_version_is_told_with_the_current_one() {
    String order = api.placed(ALICE);

    HttpResponse response =
        api.post(order + "/cancel").by(ALICE).with("if-match", "\"0\", \"x\"").send();

    assertThat(response.status()).isEqualTo(412);
    assertThat(type(response)).isEqualTo("/problems/version-mismatch");
    assertThat(response.headers()).containsEntry("etag", "\"1\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "W/\"1\"", "\"1", "", "\"1\" \"2\"", "*, \"1\"", ","})
  void a_malformed_or_weak_version_is_refused(String sent) {
    String order = api.placed(ALICE);

    HttpResponse response = api.post(order + "/cancel").by(ALICE).with("if-match", sent).send();

    assertThat(response.status()).isEqualTo(400);
    assertThat(errors(response)).containsExactly("If-Match bad-format");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"a,b\", \"1\"",
        "\"1\", , \"2\"",
        "\"1\",",
        " ,\"1\"",
        "\"1\",\"1\"",
        "\"a\\\", \"1\"",
        "\"\", \"\u00e9\",\t\"1\"",
        "*,*"
      })
  void a_list_of_versions_is_read_as_http_writes_it(String sent) {
    String order = api.placed(ALICE);

    HttpResponse response = api.post(order + "/cancel").by(ALICE).with("if-match", sent).send();

    assertThat(response.status()).isEqualTo(202);
    assertThat(api.get(order).by(ALICE).with("if-none-match", sent).send().status()).isEqualTo(304);
  }

  @Test
  void a_comma_in_a_tag_parts_nothing() {
    String order = api.placed(ALICE);

    assertThat(api.post(order + "/cancel").by(ALICE).with("if-match", "\"0,1,2\"").send().status())
        .isEqualTo(412);
    assertThat(api.get(order).by(ALICE).with("if-none-match", "\"0, W/\"1\"").send().status())
        .isEqualTo(200);
  }

  @Test
  void an_amendment_must_say_its_version() {
    String order = api.placed(ALICE);

    HttpResponse response = api.patch(order).by(ALICE).json("{}").send();

    assertThat(response.status()).isEqualTo(428);
    assertThat(type(response)).isEqualTo("/problems/version-required");
  }

  @Test
  void a_change_costs_one_message_two_idempotency_writes_and_one_read() {
    String order = api.placed(ALICE);
    api.resetCounts();

    api.post(order + "/cancel").by(ALICE).key("k").send();

    assertThat(api.counts()).isEqualTo(List.of(1, 2, 0, 1));
  }

  @Test
  void a_change_under_a_key_made_for_it_costs_one_message_one_write_and_one_read() {
    String order = api.placed(ALICE);
    api.resetCounts();

    HttpResponse first = api.post(order + "/cancel").by(ALICE).send();

    assertThat(api.counts()).isEqualTo(List.of(1, 1, 0, 1));
    String key = first.headers().getOrDefault("idempotency-key", "");
    HttpResponse again = api.post(order + "/cancel").by(ALICE).key(key).send();
    HttpResponse other =
        api.post(order + "/cancel").by(ALICE).key(key).json("{\"reason\":\"r\"}").send();
    assertThat(again.headers()).containsEntry("idempotent-replayed", "true");
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(type(other)).isEqualTo("/problems/idempotency-key-reused");
    assertThat(api.queue.drain()).hasSize(1);
  }

  @Test
  void a_change_that_is_refused_under_a_key_made_for_it_costs_the_read_alone() {
    String order = api.placed(ALICE);
    api.resetCounts();

    HttpResponse refused = api.post(order + "/deliver").by(OFFICE).send();

    assertThat(refused.status()).isEqualTo(409);
    assertThat(api.counts()).isEqualTo(List.of(0, 0, 0, 1));
  }

  @Test
  void a_move_that_was_made_is_accepted_again_and_sends_nothing() {
    String order = api.placed(ALICE);
    api.post(order + "/cancel").by(ALICE).send();
    api.deliver();
    api.resetCounts();

    HttpResponse again = api.post(order + "/cancel").by(ALICE).send();

    assertThat(again.status()).isEqualTo(202);
    assertThat(at(again, "status")).isEqualTo("CANCELLED");
    assertThat(api.queue.sends).hasValue(0);
  }

  @Test
  void an_amendment_that_is_taken_back_while_it_is_on_its_way_is_taken_back() {
    String order = api.placed(ALICE);
    amend(order, "{\"note\":\"x\"}");

    HttpResponse takenBack = amend(order, "{\"note\":null}");
    api.deliver();

    assertThat(takenBack.status()).isEqualTo(202);
    HttpResponse history = api.get(order + "/history").by(ALICE).send();
    assertThat(at(history, "history/1/type")).isEqualTo("order.amended.v1");
    assertThat(at(history, "history/2/type")).isEqualTo("order.amended.v1");
    assertThat(at(api.get(order).by(ALICE).send(), "note")).isEqualTo("null");
  }

  @Test
  void an_amendment_that_changes_nothing_is_sent_and_makes_no_version() {
    String order = api.placed(ALICE);
    String before = api.get(order).by(ALICE).send().body();
    String history = api.get(order + "/history").by(ALICE).send().body();

    HttpResponse response = amend(order, "{\"note\":null}");
    int sent = api.queue.sends.get();
    api.deliver();

    assertThat(response.status()).isEqualTo(202);
    assertThat(sent).isEqualTo(2);
    assertThat(api.get(order).by(ALICE).send().body()).isEqualTo(before);
    assertThat(api.get(order + "/history").by(ALICE).send().body()).isEqualTo(history);
  }

  @ParameterizedTest(name = "{1} of a {0} order is sent: {2}")
  @CsvSource({"CONFIRMED, confirm, 1", "SHIPPED, ship, 1", "DELIVERED, deliver, 0"})
  void a_repeated_move_is_answered_without_sending_only_at_its_end(
      String status, String move, int sends) {
    String order = api.placed(ALICE);
    for (String each : List.of("confirm", "ship", "deliver")) {
      if (!at(api.get(order).by(ALICE).send(), "status").equals(status)) {
        api.post(order + "/" + each).by(OFFICE).send();
        api.deliver();
      }
    }
    api.resetCounts();

    HttpResponse again = api.post(order + "/" + move).by(OFFICE).send();
    int sent = api.queue.sends.get();
    api.deliver();

    assertThat(again.status()).isEqualTo(202);
    assertThat(at(again, "status")).isEqualTo(status);
    assertThat(sent).isEqualTo(sends);
    assertThat(at(api.get(order).by(ALICE).send(), "version")).isEqualTo(at(again, "version"));
  }

  @Test
  void a_second_shipment_is_refused_at_once_or_in_the_history() {
    String order = api.placed(ALICE);
    api.post(order + "/confirm").by(OFFICE).send();
    api.deliver();
    api.post(order + "/ship").by(OFFICE).json("{\"trackingNumber\":\"1\"}").send();
    HttpResponse inFlight =
        api.post(order + "/ship").by(OFFICE).json("{\"trackingNumber\":\"2\"}").send();
    api.deliver();

    HttpResponse later =
        api.post(order + "/ship").by(OFFICE).json("{\"trackingNumber\":\"3\"}").send();

    assertThat(inFlight.status()).isEqualTo(202);
    HttpResponse history = api.get(order + "/history").by(ALICE).send();
    assertThat(at(history, "history/3/type")).isEqualTo("order.change-refused.v1");
    assertThat(at(history, "history/3/reason")).contains("another shipment");
    assertThat(later.status()).isEqualTo(409);
    assertThat(type(later)).isEqualTo("/problems/illegal-transition");
    assertThat(at(later, "orderStatus")).isEqualTo("SHIPPED");
  }

  @Test
  void a_second_reason_to_cancel_is_refused_at_once_or_in_the_history() {
    String order = api.placed(ALICE);
    api.post(order + "/cancel").by(ALICE).json("{\"reason\":\"a\"}").send();
    api.post(order + "/cancel").by(ALICE).json("{\"reason\":\"b\"}").send();
    api.deliver();

    HttpResponse other = api.post(order + "/cancel").by(ALICE).json("{\"reason\":\"c\"}").send();
    HttpResponse same = api.post(order + "/cancel").by(ALICE).json("{\"reason\":\"a\"}").send();
    HttpResponse none = api.post(order + "/cancel").by(ALICE).send();

    HttpResponse history = api.get(order + "/history").by(ALICE).send();
    assertThat(at(history, "history/1/reason")).isEqualTo("a");
    assertThat(at(history, "history/2/reason")).contains("another reason");
    assertThat(other.status()).isEqualTo(409);
    assertThat(same.status()).isEqualTo(202);
    assertThat(none.status()).isEqualTo(202);
  }

  @Test
  void years_later_a_change_that_had_nothing_to_do_is_known_and_gets_its_first_answer() {
    String order = api.placed(ALICE);
    HttpResponse first =
        api.patch(order).by(ALICE).key("k").with("if-match", "*").json("{\"note\":null}").send();
    api.deliver();
    amend(order, "{\"note\":\"new\"}");
    api.deliver();
    api.clock.advance(Duration.ofDays(2000));

    HttpResponse again =
        api.patch(order).by(ALICE).key("k").with("if-match", "*").json("{\"note\":null}").send();

    assertThat(again.headers()).containsEntry("idempotent-replayed", "true");
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(at(api.get(order).by(ALICE).send(), "note")).isEqualTo("new");
  }

  @Test
  void one_command_without_effect_too_many_is_refused_and_a_change_is_not() {
    String order = api.placed(ALICE);
    HttpResponse last;
    int accepted = 0;
    do {
      last = amend(order, "{\"note\":null}");
      api.deliver();
      accepted++;
    } while (last.status() == 202 && accepted < 200);

    assertThat(accepted).isEqualTo(101);
    assertThat(type(last)).isEqualTo("/problems/illegal-transition");
    assertThat(at(last, "detail")).contains("no room");
    assertThat(amend(order, "{\"note\":\"new\"}").status()).isEqualTo(202);
  }

  @ParameterizedTest
  @CsvSource({"ship", "deliver"})
  void an_illegal_move_names_the_status_and_what_it_allows(String move) {
    String order = api.placed(ALICE);

    HttpResponse response = api.post(order + "/" + move).by(OFFICE).send();

    assertThat(response.status()).isEqualTo(409);
    assertThat(type(response)).isEqualTo("/problems/illegal-transition");
    assertThat(at(response, "orderStatus")).isEqualTo("PLACED");
    assertThat(response.body()).contains("\"allowedMoves\":[\"confirm\",\"cancel\"]");
    assertThat(at(response, "detail")).contains("PLACED").contains("confirm, cancel");
  }

  @Test
  void an_order_that_is_not_placed_cannot_be_amended() {
    String order = api.placed(ALICE);
    api.post(order + "/confirm").by(OFFICE).send();
    api.deliver();

    HttpResponse response =
        api.patch(order).by(ALICE).with("if-match", "*").json("{\"note\":\"n\"}").send();

    assertThat(type(response)).isEqualTo("/problems/illegal-transition");
  }

  @Test
  void a_pending_order_allows_no_move_yet() {
    String order = location(api.post("/orders").by(ALICE).json(ORDER).send());

    HttpResponse response = api.post(order + "/cancel").by(ALICE).send();

    assertThat(response.status()).isEqualTo(409);
    assertThat(type(response)).isEqualTo("/problems/illegal-transition");
    assertThat(at(response, "orderStatus")).isEqualTo("PENDING");
    assertThat(response.body()).contains("\"allowedMoves\":[]");
    assertThat(response.headers()).containsEntry("retry-after", "1");
    assertThat(api.get(order + "/history").by(ALICE).send().body()).endsWith("\"history\":[]}");
  }

  @Test
  void a_patch_that_would_leave_no_whole_order_is_refused() {
    String order = api.placed(ALICE);

    HttpResponse response =
        api.patch(order)
            .by(ALICE)
            .with("if-match", "*")
            .json("{\"shippingAddress\":{\"city\":\"Dublin\"}}")
            .send();

    assertThat(response.status()).isEqualTo(422);
    assertThat(type(response)).isEqualTo("/problems/invalid-order");
    assertThat(errors(response))
        .containsExactly(
            "/shippingAddress/country required",
            "/shippingAddress/line1 required",
            "/shippingAddress/name required");
  }

  @Test
  void metadata_that_grows_past_its_limit_is_pointed_at() {
    String order = api.placed(ALICE);
    amend(order, "{\"metadata\":" + metadata("v") + "}");
    api.deliver();

    HttpResponse response = amend(order, "{\"metadata\":{\"one-more\":\"v\"}}");

    assertThat(response.status()).isEqualTo(422);
    assertThat(errors(response)).containsExactly("/metadata too-many");
    assertThat(amend(order, "{\"metadata\":{\"one-more\":\"v\",\"k1\":null}}").status())
        .isEqualTo(202);
  }

  private HttpResponse amend(String order, String patch) {
    return api.patch(order).by(ALICE).with("if-match", "*").json(patch).send();
  }

  @Test
  void a_repeated_change_is_given_the_first_answer_even_when_the_order_has_moved_on() {
    String order = api.placed(ALICE);
    HttpResponse first = api.post(order + "/confirm").by(OFFICE).key("k").send();
    api.deliver();
    api.post(order + "/ship").by(OFFICE).key("k").send();
    api.deliver();

    HttpResponse again = api.post(order + "/confirm").by(OFFICE).key("k").send();

    assertThat(again.status()).isEqualTo(202);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.headers())
        .containsEntry("idempotent-replayed", "true")
        .containsEntry("etag", "\"1\"");
  }

  @Test
  void years_later_a_repeated_change_is_known_from_the_history() {
    String order = api.placed(ALICE);
    HttpResponse first =
        api.post(order + "/cancel").by(ALICE).key("k").json("{\"reason\":\"r\"}").send();
    api.deliver();
    api.clock.advance(Duration.ofDays(2000));

    HttpResponse again =
        api.post(order + "/cancel").by(ALICE).key("k").json("{ \"reason\" : \"r\" }").send();
    api.clock.advance(Duration.ofDays(2000));
    HttpResponse other =
        api.post(order + "/cancel").by(ALICE).key("k").json("{\"reason\":\"s\"}").send();

    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.headers()).containsEntry("idempotent-replayed", "true");
    assertThat(type(other)).isEqualTo("/problems/idempotency-key-reused");
    assertThat(api.queue.drain()).isEmpty();
  }

  @Test
  void one_key_may_cancel_two_orders() {
    String one = api.placed(ALICE);
    String two = api.placed(ALICE);

    api.post(one + "/cancel").by(ALICE).key("k").send();
    HttpResponse other = api.post(two + "/cancel").by(ALICE).key("k").send();

    assertThat(other.status()).isEqualTo(202);
    assertThat(other.headers()).doesNotContainKey("idempotent-replayed");
    assertThat(api.queue.drain()).extracting(OrderCommand::orderId).doesNotHaveDuplicates();
  }

  @Test
  void another_version_under_the_same_key_is_another_request() {
    String order = api.placed(ALICE);
    api.post(order + "/cancel").by(ALICE).key("k").with("if-match", "*").send();

    HttpResponse other =
        api.post(order + "/cancel").by(ALICE).key("k").with("if-match", "\"1\"").send();

    assertThat(other.status()).isEqualTo(422);
  }

  @Test
  void a_refused_change_leaves_its_key_free() {
    String order = api.placed(ALICE);
    api.post(order + "/ship").by(OFFICE).key("k").send();
    api.post(order + "/confirm").by(OFFICE).send();
    api.deliver();

    assertThat(api.post(order + "/ship").by(OFFICE).key("k").send().status()).isEqualTo(202);
  }

  @Test
  void a_retry_of_a_change_of_unknown_outcome_sends_the_same_command_again() {
    String order = api.placed(ALICE);
    api.queue.losesItsReply = true;
    HttpResponse failed = api.post(order + "/cancel").by(ALICE).key("k").send();
    api.queue.losesItsReply = false;
    api.clock.advance(Duration.ofDays(1));

    HttpResponse other =
        api.post(order + "/cancel").by(ALICE).key("k").json("{\"reason\":\"r\"}").send();
    HttpResponse again = api.post(order + "/cancel").by(ALICE).key("k").send();

    assertThat(failed.status()).isEqualTo(503);
    assertThat(type(other)).isEqualTo("/problems/idempotency-key-reused");
    assertThat(again.status()).isEqualTo(202);
    List<OrderCommand> sent = api.queue.drain();
    assertThat(sent).hasSize(2);
    assertThat(sent.get(1)).isEqualTo(sent.get(0));
  }

  @Test
  void a_refusal_does_not_free_a_key_whose_earlier_outcome_is_unknown() {
    String order = api.placed(ALICE);
    api.queue.losesItsReply = true;
    api.post(order + "/cancel").by(ALICE).key("k").with("if-match", "\"1\"").send();
    api.queue.losesItsReply = false;
    List<OrderCommand> onTheirWay = api.queue.drain();
    api.post(order + "/confirm").by(OFFICE).send();
    api.deliver();

    HttpResponse refused =
        api.post(order + "/cancel").by(ALICE).key("k").with("if-match", "\"1\"").send();
    HttpResponse other = api.post(order + "/cancel").by(ALICE).key("k").send();

    assertThat(onTheirWay).hasSize(1);
    assertThat(refused.status()).isEqualTo(412);
    assertThat(type(other)).isEqualTo("/problems/idempotency-key-reused");
  }

  @Test
  void a_service_that_does_not_answer_is_told_and_the_key_is_free() {
    String order = api.placed(ALICE);
    api.orders.isAway = true;
    HttpResponse failed = api.post(order + "/cancel").by(ALICE).key("k").send();
    api.orders.isAway = false;

    assertThat(failed.status()).isEqualTo(503);
    assertThat(api.post(order + "/cancel").by(ALICE).key("k").send().status()).isEqualTo(202);
  }

  /** Each line: what is wrong with the request, and all that is less wrong beside it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "404 | missing | W/1  | text/plain       | {            | not-found",
        "400 | stored  | W/1  | text/plain       | {            | invalid-header",
        "415 | stored  | '\"9\"' | text/plain    | {            | unsupported-media-type",
        "400 | stored  | '\"9\"' | application/json | {         | malformed-json",
        "422 | stored  | '\"9\"' | application/json | {\"x\":1} | invalid-order",
        "428 | stored  |      | application/json | {\"note\":\"n\"} | version-required",
        "428 | pending |      | application/json | {\"note\":\"n\"} | version-required",
        "409 | pending | '\"9\"' | application/json | {\"note\":\"n\"} | illegal-transition",
        "412 | shipped | '\"9\"' | application/json | {\"note\":\"n\"} | version-mismatch",
        "409 | shipped | '\"3\"' | application/json | {\"note\":\"n\"} | illegal-transition"
      })
  void what_comes_first_is_told(
      int status, String which, String ifMatch, String contentType, String body, String slug) {
    String order =
        switch (which) {
          case "missing" -> MISSING;
          case "pending" -> location(api.post("/orders").by(ALICE).json(ORDER).send());
          default -> api.placed(ALICE);
        };
    if (which.equals("shipped")) {
      for (String move : List.of("confirm", "ship")) {
        api.post(order + "/" + move).by(OFFICE).send();
        api.deliver();
      }
    }
    ApiFixture.Request request =
        api.patch(order).by(ALICE).with("content-type", contentType).json(body);

    HttpResponse response = (ifMatch == null ? request : request.with("if-match", ifMatch)).send();

    assertThat(response.status()).isEqualTo(status);
    assertThat(type(response)).isEqualTo("/problems/" + slug);
  }

  @Test
  void a_body_that_says_nothing_may_be_sent_and_one_that_says_more_may_not() {
    String order = api.placed(ALICE);

    assertThat(api.post(order + "/confirm").by(OFFICE).json("{}").send().status()).isEqualTo(202);
    assertThat(api.post(order + "/confirm").by(OFFICE).json("{\"reason\":\"r\"}").send().status())
        .isEqualTo(422);
    assertThat(api.post(order + "/cancel").by(BOB).json("{}").send().status()).isEqualTo(404);
  }

  @Test
  void who_has_the_version_need_not_read_it_again() {
    String order = api.placed(ALICE);

    for (String sent : List.of("\"1\"", "W/\"1\"", "\"0\", \"1\"", "*")) {
      HttpResponse response = api.get(order).by(ALICE).with("if-none-match", sent).send();
      assertThat(response.status()).as(sent).isEqualTo(304);
      assertThat(response.headers()).containsEntry("etag", "\"1\"");
      assertThat(response.body()).isEmpty();
    }
    assertThat(api.get(order).by(ALICE).with("if-none-match", "\"2\"").send().status())
        .isEqualTo(200);
    assertThat(api.get(order).by(BOB).with("if-none-match", "*").send().status()).isEqualTo(404);
  }
}
