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
import orders.api.http.HttpResponse;
import orders.api.http.Scope;
import orders.domain.OrderCommand;
import org.junit.jupiter.api.Test;

class PlacingTest {
  private final ApiFixture api = new ApiFixture();

  @Test
  void an_order_is_accepted_and_can_be_read_at_once() {
    HttpResponse accepted = api.post("/orders").by(ALICE).json(ORDER).send();

    assertThat(accepted.status()).isEqualTo(202);
    assertThat(at(accepted, "status")).isEqualTo("PENDING");
    assertThat(at(accepted, "version")).isEqualTo("0");
    assertThat(at(accepted, "total")).isEqualTo("7889");
    assertThat(location(accepted)).isEqualTo("/orders/" + at(accepted, "orderId"));
    HttpResponse pending = api.get(location(accepted)).by(ALICE).send();
    assertThat(pending.status()).isEqualTo(200);
    assertThat(pending.body()).isEqualTo(accepted.body());
    assertThat(pending.headers()).containsEntry("etag", "\"0\"");

    api.deliver();

    HttpResponse placed = api.get(location(accepted)).by(ALICE).send();
    assertThat(at(placed, "status")).isEqualTo("PLACED");
    assertThat(placed.headers()).containsEntry("etag", "\"1\"");
  }

  @Test
  void placing_costs_one_message_two_idempotency_writes_and_one_read() {
    api.post("/orders").by(ALICE).key("k").json(ORDER).send();

    assertThat(api.counts()).isEqualTo(List.of(1, 2, 0, 1));
  }

  /** Nobody can have used it before: there is nothing to look up, and nobody to keep away. */
  @Test
  void placing_under_a_key_made_for_it_costs_one_message_and_one_write() {
    api.post("/orders").by(ALICE).json(ORDER).send();

    assertThat(api.counts()).isEqualTo(List.of(1, 1, 0, 0));
  }

  @Test
  void reading_a_stored_order_costs_one_read() {
    String order = api.placed(ALICE);
    api.resetCounts();

    api.get(order).by(ALICE).send();

    assertThat(api.counts()).isEqualTo(List.of(0, 0, 0, 1));
  }

  @Test
  void bad_input_costs_nothing() {
    api.post("/orders").by(ALICE).json("{").send();
    api.post("/orders").by(ALICE).json("{}").send();
    api.post("/orders").by(ALICE).key("\t").json(ORDER).send();
    api.post("/orders").by(ALICE).with("content-type", "text/plain").json(ORDER).send();
    api.get("/orders?limit=0").by(ALICE).send();
    api.get("/orders/1").by(ALICE).send();
    api.post("/operations").by(ALICE).json("{\"operation\":\"scan\"}").send();

    assertThat(api.counts()).isEqualTo(List.of(0, 0, 0, 0));
  }

  /** No more: whether there is such an order for this caller must be told before what is wrong. */
  @Test
  void a_bad_change_costs_the_one_read_that_finds_the_order() {
    String order = api.placed(ALICE);
    for (ApiFixture.Request bad :
        List.of(
            api.patch(order).by(ALICE).with("if-match", "*").json("{"),
            api.patch(order).by(ALICE).with("if-match", "*").json("{\"x\":1}"),
            api.patch(order).by(ALICE).json("{}"),
            api.patch(order).by(ALICE).with("if-match", "W/\"1\"").json("{}"),
            api.post(order + "/cancel").by(ALICE).key("\t"),
            api.post(order + "/cancel").by(ALICE).json("{\"reason\":7}"),
            api.post(order + "/ship").by(OFFICE).with("content-type", "text/plain").json("{}"))) {
      api.resetCounts();
      HttpResponse refused = bad.send();
      assertThat(refused.status()).isIn(400, 415, 422, 428);
      assertThat(api.counts()).as(refused.body()).isEqualTo(List.of(0, 0, 0, 1));
    }
  }

  @Test
  void the_same_request_again_is_given_the_first_answer_whatever_its_spelling() {
    HttpResponse first = api.post("/orders").by(ALICE).key("k").json(ORDER).send();
    api.deliver();
    api.clock.advance(Duration.ofDays(3));

    HttpResponse again =
        api.post("/orders")
            .by(ALICE)
            .key("\"k\"")
            .json(
                """
                { "lines": [ { "unitPrice": 7889, "quantity": 1, "name": "Beautiful Jacket",
                               "sku": "JACKET-1" } ], "currency": "\\u0045UR" }\
                """)
            .send();

    assertThat(again.status()).isEqualTo(202);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(location(again)).isEqualTo(location(first));
    assertThat(again.headers()).containsEntry("idempotent-replayed", "true");
    assertThat(first.headers()).doesNotContainKey("idempotent-replayed");
    assertThat(api.queue.sends).hasValue(1);
  }

  @Test
  void years_later_the_same_key_is_still_the_same_order() {
    HttpResponse first = api.post("/orders").by(ALICE).key("k").json(ORDER).send();
    api.deliver();
    api.post(location(first) + "/cancel").by(ALICE).send();
    api.deliver();
    api.clock.advance(Duration.ofDays(2000));

    HttpResponse again = api.post("/orders").by(ALICE).key("k").json(ORDER).send();
    HttpResponse other =
        api.post("/orders").by(ALICE).key("k").json(ORDER.replace("7889", "7890")).send();

    assertThat(again.status()).isEqualTo(202);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.headers()).containsEntry("idempotent-replayed", "true");
    assertThat(other.status()).isEqualTo(422);
    assertThat(api.queue.drain()).isEmpty();
  }

  @Test
  void years_later_another_request_under_the_key_is_refused_and_the_key_stays_the_orders() {
    api.post("/orders").by(ALICE).key("k").json(ORDER).send();
    api.deliver();
    api.clock.advance(Duration.ofDays(2000));

    HttpResponse other =
        api.post("/orders").by(ALICE).key("k").json(ORDER.replace("7889", "7890")).send();
    HttpResponse again = api.post("/orders").by(ALICE).key("k").json(ORDER).send();

    assertThat(type(other)).isEqualTo("/problems/idempotency-key-reused");
    assertThat(again.status()).isEqualTo(202);
  }

  @Test
  void another_request_under_the_same_key_is_refused() {
    api.post("/orders").by(ALICE).key("k").json(ORDER).send();

    HttpResponse other =
        api.post("/orders").by(ALICE).key("k").json(ORDER.replace("7889", "7890")).send();

    assertThat(other.status()).isEqualTo(422);
    assertThat(type(other)).isEqualTo("/problems/idempotency-key-reused");
  }

  @Test
  void a_key_is_its_callers_own() {
    HttpResponse one = api.post("/orders").by(ALICE).key("k").json(ORDER).send();
    HttpResponse other = api.post("/orders").by(BOB).key("k").json(ORDER).send();

    assertThat(location(one)).isNotEqualTo(location(other));
  }

  @Test
  void without_a_key_the_server_makes_one_which_works_like_any_other() {
    HttpResponse first = api.post("/orders").by(ALICE).json(ORDER).send();
    String key = first.headers().getOrDefault("idempotency-key", "");

    HttpResponse again = api.post("/orders").by(ALICE).key(key).json(ORDER).send();
    HttpResponse other =
        api.post("/orders").by(ALICE).key(key).json(ORDER.replace("7889", "7890")).send();

    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.headers()).containsEntry("idempotent-replayed", "true");
    assertThat(type(other)).isEqualTo("/problems/idempotency-key-reused");
    assertThat(api.queue.sends).hasValue(1);
  }

  @Test
  void what_the_queue_did_not_take_is_not_kept_as_accepted() {
    api.queue.isAway = true;

    HttpResponse response = api.post("/orders").by(ALICE).json(ORDER).send();

    assertThat(response.status()).isEqualTo(503);
    assertThat(api.counts()).isEqualTo(List.of(1, 0, 0, 0));
  }

  @Test
  void a_refused_request_leaves_its_key_free() {
    api.post("/orders").by(ALICE).key("k").json(ORDER.replace("EUR", "EURO")).send();

    assertThat(api.post("/orders").by(ALICE).key("k").json(ORDER).send().status()).isEqualTo(202);
  }

  @Test
  void a_failed_request_leaves_its_key_free() {
    api.queue.isAway = true;
    HttpResponse failed = api.post("/orders").by(ALICE).key("k").json(ORDER).send();
    api.queue.isAway = false;
    HttpResponse again =
        api.post("/orders").by(ALICE).key("k").json(ORDER.replace("7889", "7890")).send();

    assertThat(failed.status()).isEqualTo(503);
    assertThat(type(failed)).isEqualTo("/problems/unavailable");
    assertThat(failed.headers()).containsEntry("retry-after", "1");
    assertThat(again.status()).isEqualTo(202);
  }

  @Test
  void a_retry_after_an_unknown_outcome_sends_the_same_command_again() {
    api.queue.losesItsReply = true;
    HttpResponse failed =
        api.post("/orders").by(ALICE).key("k").with("x-correlation-id", "1").json(ORDER).send();
    api.queue.losesItsReply = false;
    api.clock.advance(Duration.ofDays(1));

    HttpResponse again =
        api.post("/orders").by(ALICE).key("k").with("x-correlation-id", "2").json(ORDER).send();

    assertThat(failed.status()).isEqualTo(503);
    assertThat(again.status()).isEqualTo(202);
    assertThat(at(again, "placedAt")).isEqualTo("2026-01-31T09:30:00.000Z");
    assertThat(again.headers()).containsEntry("x-correlation-id", "2");
    List<OrderCommand> sent = api.queue.drain();
    assertThat(sent).hasSize(2);
    assertThat(sent.get(1)).isEqualTo(sent.get(0));
  }

  @Test
  void after_an_unknown_outcome_the_answer_is_the_same_for_ever() {
    api.queue.losesItsReply = true;
    api.post("/orders").by(ALICE).key("k").json(ORDER).send();
    api.queue.losesItsReply = false;
    api.clock.advance(Duration.ofMinutes(1));

    HttpResponse again = api.post("/orders").by(ALICE).key("k").json(ORDER).send();
    api.deliver();
    api.clock.advance(Duration.ofDays(36));
    HttpResponse later = api.post("/orders").by(ALICE).key("k").json(ORDER).send();

    assertThat(later.body()).isEqualTo(again.body());
    assertThat(at(api.get(location(again)).by(ALICE).send(), "placedAt"))
        .isEqualTo(at(again, "placedAt"));
  }

  @Test
  void after_an_unknown_outcome_the_key_takes_no_other_request() {
    String other = ORDER.replace("7889", "7890");
    api.queue.losesItsReply = true;
    api.post("/orders").by(ALICE).key("k").json(ORDER).send();
    api.queue.losesItsReply = false;

    assertThat(type(api.post("/orders").by(ALICE).key("k").json(other).send()))
        .isEqualTo("/problems/idempotency-key-reused");
    // A later attempt that fails for certain does not settle what became of the first.
    api.queue.isAway = true;
    api.post("/orders").by(ALICE).key("k").json(ORDER).send();
    api.queue.isAway = false;
    assertThat(api.post("/orders").by(ALICE).key("k").json(other).send().status()).isEqualTo(422);
    assertThat(api.post("/orders").by(ALICE).key("k").json(ORDER).send().status()).isEqualTo(202);
  }

  @Test
  void an_order_whose_answer_could_not_be_kept_is_still_the_only_one_of_its_key() {
    String other = ORDER.replace("7889", "7890");
    api.store.failsToComplete = true;
    api.post("/orders").by(ALICE).key("k").json(ORDER).send();
    api.store.failsToComplete = false;

    assertThat(api.post("/orders").by(ALICE).key("k").json(other).send().status()).isEqualTo(422);
    assertThat(api.post("/orders").by(ALICE).key("k").json(ORDER).send().status()).isEqualTo(202);
  }

  @Test
  void requests_that_store_the_same_order_are_the_same_request() {
    String order = ORDER.replace("{\"currency\"", "{\"note\":\"caf\u00e9\",\"currency\"");
    HttpResponse first = api.post("/orders").by(ALICE).key("k").json(order).send();

    for (String same :
        List.of(
            order.replace("\u00e9", "e\u0301"),
            order.replace("{\"note\"", "{\"metadata\":{},\"note\""))) {
      HttpResponse again = api.post("/orders").by(ALICE).key("k").json(same).send();
      assertThat(again.body()).isEqualTo(first.body());
      assertThat(again.headers()).containsEntry("idempotent-replayed", "true");
    }
    assertThat(
            api.post("/orders").by(ALICE).key("k").json(order.replace("caf", "")).send().status())
        .isEqualTo(422);
  }

  @Test
  void a_message_that_was_taken_without_a_reply_makes_one_order_all_the_same() {
    api.queue.losesItsReply = true;
    HttpResponse failed = api.post("/orders").by(ALICE).key("k").json(ORDER).send();
    api.queue.losesItsReply = false;
    HttpResponse again = api.post("/orders").by(ALICE).key("k").json(ORDER).send();
    api.deliver();

    assertThat(failed.status()).isEqualTo(503);
    assertThat(again.status()).isEqualTo(202);
    assertThat(at(api.get("/orders").by(ALICE).send(), "orders/0/orderId"))
        .isEqualTo(at(again, "orderId"));
    assertThat(at(api.get(location(again)).by(ALICE).send(), "version")).isEqualTo("1");
  }

  @Test
  void nobody_is_told_of_an_order_that_could_not_be_read() {
    api.store.failsToComplete = true;

    assertThat(api.post("/orders").by(ALICE).key("k").json(ORDER).send().status()).isEqualTo(503);
    assertThat(api.post("/orders").by(ALICE).json(ORDER).send().status()).isEqualTo(503);
  }

  @Test
  void all_that_is_wrong_is_told_at_once() {
    HttpResponse response =
        api.post("/orders")
            .by(ALICE)
            .json(
                """
                {"currency":"EURO","lines":[{"sku":"a b","quantity":0,"unitPrice":1.0},{"sku":"x"},7],
                 "total":"1","shippingAddress":{"name":"","country":"XX"},"reference":"\u00e9",
                 "note":7,"metadata":{"a b":"1","k":2},"customerId":"bob","status":"PLACED"}\
                """)
            .send();

    assertThat(response.status()).isEqualTo(422);
    assertThat(type(response)).isEqualTo("/problems/invalid-order");
    assertThat(errors(response))
        .containsExactlyInAnyOrder(
            "/currency unknown-currency",
            "/customerId admin-only",
            "/lines/0/quantity out-of-range",
            "/lines/0/sku bad-format",
            "/lines/0/unitPrice not-an-integer",
            "/lines/1/quantity required",
            "/lines/1/unitPrice required",
            "/lines/2 wrong-type",
            "/metadata/a b bad-key",
            "/metadata/k wrong-type",
            "/note wrong-type",
            "/reference bad-format",
            "/shippingAddress/city required",
            "/shippingAddress/country unknown-country",
            "/shippingAddress/line1 required",
            "/shippingAddress/name too-short",
            "/status unknown-field",
            "/total wrong-type");
  }

  @Test
  void the_back_office_orders_for_a_customer() {
    HttpResponse response =
        api.post("/orders")
            .by(OFFICE)
            .json(ORDER.replace("{\"currency\"", "{\"customerId\":\"alice\",\"currency\""))
            .send();

    assertThat(at(response, "customerId")).isEqualTo("alice");
    assertThat(api.get(location(response)).by(ALICE).send().status()).isEqualTo(200);
    assertThat(api.get(location(response)).by(BOB).send().status()).isEqualTo(404);
  }

  @Test
  void a_token_without_the_scope_is_answered_as_the_gateway_would() {
    HttpResponse response =
        api.post("/orders").by(ApiFixture.caller("alice", Scope.READ)).json(ORDER).send();

    assertThat(response.status()).isEqualTo(403);
    assertThat(response.body()).isEqualTo("{\"message\":\"Forbidden\"}");
  }
}
