package orders.systemtests.checker;

import static orders.systemtests.checker.RecordedRun.ALICE;
import static orders.systemtests.checker.RecordedRun.CANCEL;
import static orders.systemtests.checker.RecordedRun.KEY;
import static orders.systemtests.checker.RecordedRun.ORDER;
import static orders.systemtests.checker.RecordedRun.START;
import static orders.systemtests.checker.RecordedRun.answered;
import static orders.systemtests.checker.RecordedRun.entry;
import static orders.systemtests.checker.RecordedRun.event;
import static orders.systemtests.checker.RecordedRun.good;
import static orders.systemtests.checker.RecordedRun.none;
import static orders.systemtests.checker.RecordedRun.order;
import static orders.systemtests.checker.RecordedRun.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import orders.domain.CommandId;
import orders.domain.CustomerId;
import orders.domain.OrderId;
import orders.systemtests.client.Call;
import org.junit.jupiter.api.Test;

/** Each way to break a promise is found, under its own rule. */
class CheckerTest {
  private static void breaks(RecordedRun run, Rule rule) {
    assertThat(run.checked()).extracting(Violation::rule).containsOnly(rule);
  }

  private static TableOrder with(TableOrder order, String status, List<TableOrder.Entry> history) {
    return new TableOrder(
        order.orderId(),
        order.customerId(),
        status,
        history.size(),
        order.currency(),
        order.total(),
        order.lines(),
        history,
        Optional.empty());
  }

  @Test
  void a_good_run_breaks_nothing() {
    assertThat(good().checked()).isEmpty();
  }

  @Test
  void a_lost_order_is_found_with_the_call_that_was_promised() {
    List<Violation> found = good().withoutOrders().withoutEvents().walk(ALICE, List.of()).checked();

    assertThat(found).extracting(Violation::rule).contains(Rule.NO_LOST_ORDER);
    assertThat(found.getFirst().trail()).hasSize(1);
    assertThat(found.getFirst().trail().getFirst()).contains(ORDER).contains("202");
  }

  @Test
  void a_dead_lettered_order_is_not_lost() {
    assertThat(
            good()
                .withoutOrders()
                .withoutEvents()
                .walk(ALICE, List.of())
                .deadLetter(new DeadLetter("orders", "unknown-schema", ORDER, ORDER, "{}"))
                .deadLetter(new DeadLetter("orders", "order-not-found", ORDER, CANCEL, "{}"))
                .checked())
        .isEmpty();
  }

  private static DeadLetter moved(long receives, String... ownFailures) {
    return new DeadLetter(
        "orders",
        "",
        Optional.of(
            new DeadLetter.Move("arn:aws:sqs:::orders", receives, 10, List.of(ownFailures))),
        "other",
        "other",
        "{}");
  }

  @Test
  void a_message_that_the_queue_moved_after_all_its_receives_has_its_reason() {
    assertThat(good().deadLetter(moved(11)).checked()).isEmpty();
  }

  @Test
  void a_message_that_the_queue_moved_too_early_is_found() {
    breaks(good().deadLetter(moved(10)), Rule.DEAD_LETTER_REASON);
  }

  @Test
  void a_message_that_the_queue_moved_because_the_function_failed_of_itself_is_found() {
    breaks(good().deadLetter(moved(11, "failed (Unhandled)")), Rule.DEAD_LETTER_REASON);
  }

  /** A try of the same key for 375, of which nobody knows what became, before all else. */
  private static RecordedRun triedBefore(RecordedRun run) {
    return run.call(ALICE, "POST", "/orders", KEY, dearer(), new Call.Unknown("no answer"));
  }

  private static JsonNode dearer() {
    ObjectNode request = (ObjectNode) request();
    ((ObjectNode) request.path("lines").path(0)).put("quantity", 3);
    return request;
  }

  private static TableOrder dearer(TableOrder order) {
    return new TableOrder(
        order.orderId(),
        order.customerId(),
        order.status(),
        order.version(),
        order.currency(),
        375,
        List.of(new TableOrder.Line("A", 3, 125)),
        order.history(),
        Optional.empty());
  }

  private static ReceivedEvent dearer(ReceivedEvent event) {
    ObjectNode changed = event.event().deepCopy();
    ObjectNode data = (ObjectNode) changed.path("data").path("order");
    data.put("total", 375).set("lines", dearer().path("lines"));
    return new ReceivedEvent(event.sent(), changed.toString(), changed);
  }

  private static RecordedRun storedAsTriedBefore() {
    RecordedRun run = triedBefore(good()).stored(CheckerTest::dearer);
    for (int i = 0; i < 3; i++) {
      run.replaceEvent(i, CheckerTest::dearer);
    }
    return run;
  }

  private static DeadLetter placing(JsonNode order) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("command", "place-order").put("orderId", ORDER).put("customerId", ALICE);
    body.set("order", order);
    return new DeadLetter("orders", "id-collision", ORDER, ORDER, body.toString());
  }

  @Test
  void of_two_requests_under_one_id_one_is_stored_and_the_other_dead_lettered() {
    assertThat(storedAsTriedBefore().keysForgotten().deadLetter(placing(request())).checked())
        .isEmpty();
  }

  @Test
  void a_key_that_is_accepted_with_another_request_after_an_unheard_one_is_found() {
    breaks(storedAsTriedBefore().deadLetter(placing(request())), Rule.ONE_ORDER_PER_KEY);
  }

  @Test
  void another_time_of_placing_in_the_response_is_found() {
    breaks(
        good()
            .call(
                ALICE,
                "POST",
                "/orders",
                KEY,
                request(),
                answered(202, order("PENDING", 0).put("placedAt", "2026-01-01T00:00:02.000Z"))),
        Rule.SAME_RESPONSE);
  }

  @Test
  void an_accepted_request_that_another_one_displaced_without_a_trace_is_found() {
    breaks(storedAsTriedBefore(), Rule.CORRECT_TOTALS);
  }

  @Test
  void a_dead_lettered_message_excuses_no_other_request_than_its_own() {
    breaks(
        storedAsTriedBefore().keysForgotten().deadLetter(placing(dearer())), Rule.CORRECT_TOTALS);
    breaks(
        storedAsTriedBefore()
            .deadLetter(new DeadLetter("orders", "order-not-known", ORDER, CANCEL, "{}")),
        Rule.CORRECT_TOTALS);
  }

  @Test
  void an_order_that_is_stored_beside_a_dead_lettered_one_and_was_never_asked_for_is_found() {
    RecordedRun run = good().stored(CheckerTest::dearer);
    for (int i = 0; i < 3; i++) {
      run.replaceEvent(i, CheckerTest::dearer);
    }

    breaks(run.deadLetter(placing(request())), Rule.CORRECT_TOTALS);
  }

  @Test
  void a_dead_lettered_message_without_a_reason_is_found() {
    breaks(
        good().deadLetter(new DeadLetter("orders", "", "other", "other", "{}")),
        Rule.DEAD_LETTER_REASON);
  }

  @Test
  void two_orders_of_one_key_are_found() {
    String second = "00000000-0000-4000-8000-000000000000";
    ObjectNode answer = order("PENDING", 0).put("orderId", second);
    RecordedRun run = good().call(ALICE, "POST", "/orders", KEY, request(), answered(202, answer));

    assertThat(run.checked()).extracting(Violation::rule).contains(Rule.ONE_ORDER_PER_KEY);
  }

  @Test
  void a_key_that_was_accepted_with_two_requests_is_found() {
    ObjectNode other = ((ObjectNode) request()).put("reference", "other");

    breaks(
        good().call(ALICE, "POST", "/orders", KEY, other, answered(202, order("PENDING", 0))),
        Rule.ONE_ORDER_PER_KEY);
  }

  @Test
  void another_answer_to_the_same_request_is_found() {
    breaks(
        good()
            .call(
                ALICE,
                "POST",
                "/orders",
                KEY,
                request(),
                answered(202, order("PENDING", 0).put("currency", "JPY"))),
        Rule.SAME_RESPONSE);
  }

  @Test
  void a_change_that_left_no_trace_is_found() {
    breaks(
        good()
            .call(
                "office",
                "PATCH",
                "/orders/" + ORDER,
                "key-3",
                request(),
                answered(202, order("CANCELLED", 2))),
        Rule.NO_LOST_COMMAND);
  }

  private static final String AMEND =
      CommandId.derive(new CustomerId(ALICE), "PATCH /orders/" + ORDER, "key-4").toString();

  private static JsonNode note(String note) {
    return JsonNodeFactory.instance.objectNode().put("note", note);
  }

  /** Alice amends, and the order gets an entry of some command; the cancel comes after it. */
  private static RecordedRun amended(
      JsonNode patch, TableOrder.Entry entry, Map<String, String> texts, Set<String> ineffective) {
    RecordedRun run =
        good()
            .call(
                ALICE,
                "PATCH",
                "/orders/" + ORDER,
                "key-4",
                patch,
                answered(202, order("PLACED", 1)));
    return amendedTo(run, entry, texts, ineffective);
  }

  private static RecordedRun amendedTo(
      RecordedRun run, TableOrder.Entry entry, Map<String, String> texts, Set<String> ineffective) {
    String type = entry.kind().equals("REFUSED") ? "change-refused" : "amended";
    return run.withoutEvents()
        .event(1, event(1, "PLACED", "order.placed.v1"))
        .event(2, event(2, "PLACED", "order." + type + ".v1"))
        .event(3, event(3, "CANCELLED", "order.cancelled.v1"))
        .stored(
            order ->
                new TableOrder(
                    order.orderId(),
                    order.customerId(),
                    order.status(),
                    3,
                    order.currency(),
                    order.total(),
                    order.lines(),
                    List.of(
                        order.history().getFirst(),
                        entry,
                        entry(3, CANCEL, "CANCELLED", "PLACED", "CANCELLED")),
                    texts,
                    ineffective,
                    Optional.empty()));
  }

  /** An amendment of the office, whose key is another. */
  private static RecordedRun amendedByOffice(String kind) {
    String office =
        CommandId.derive(new CustomerId("office"), "PATCH /orders/" + ORDER, "key-5").toString();
    return amended(note("mine"), entry(2, office, kind, "", ""), Map.of("note", "theirs"), Set.of())
        .call(
            "office",
            "PATCH",
            "/orders/" + ORDER,
            "key-5",
            note("theirs"),
            answered(202, order("PLACED", 1)));
  }

  @Test
  void an_amendment_that_is_applied_is_not_lost() {
    assertThat(
            amended(
                    note("mine"),
                    entry(2, AMEND, "AMENDED", "", ""),
                    Map.of("note", "mine"),
                    Set.of())
                .checked())
        .isEmpty();
  }

  @Test
  void the_amendment_of_another_command_excuses_no_lost_amendment() {
    breaks(amendedByOffice("AMENDED"), Rule.NO_LOST_COMMAND);
  }

  @Test
  void the_refusal_of_another_command_excuses_no_lost_amendment() {
    breaks(amendedByOffice("REFUSED"), Rule.NO_LOST_COMMAND);
  }

  @Test
  void an_amendment_whose_value_the_order_does_not_have_is_found() {
    breaks(
        amended(note("mine"), entry(2, AMEND, "AMENDED", "", ""), Map.of("note", "old"), Set.of()),
        Rule.NO_LOST_COMMAND);
  }

  private static RecordedRun takenBack(Set<String> ineffective) {
    return amended(
            note("mine"), entry(2, AMEND, "AMENDED", "", ""), Map.of("note", "mine"), ineffective)
        .call(
            ALICE,
            "PATCH",
            "/orders/" + ORDER,
            "key-6",
            JsonNodeFactory.instance.objectNode().putNull("note"),
            answered(202, order("PLACED", 1)));
  }

  @Test
  void an_amendment_that_takes_one_back_in_flight_and_leaves_no_trace_is_found() {
    breaks(takenBack(Set.of()), Rule.NO_LOST_COMMAND);
  }

  @Test
  void an_amendment_that_the_order_knows_as_ineffective_is_not_lost() {
    String command =
        CommandId.derive(new CustomerId(ALICE), "PATCH /orders/" + ORDER, "key-6").toString();

    assertThat(takenBack(Set.of(command)).checked()).isEmpty();
  }

  @Test
  void an_amendment_that_counts_as_ineffective_and_never_was_true_is_found() {
    breaks(
        amended(note("mine"), entry(2, "other", "REFUSED", "", ""), Map.of(), Set.of(AMEND))
            .call(
                "office",
                "POST",
                "/orders/" + ORDER + "/erase",
                "",
                none(),
                new Call.Unknown("it may have been carried out")),
        Rule.NO_LOST_COMMAND);
  }

  private static JsonNode envelope(String operation) {
    ObjectNode envelope = JsonNodeFactory.instance.objectNode().put("operation", operation);
    envelope.putObject("payload").putObject("Key").put("id", ORDER);
    ((ObjectNode) envelope.path("payload")).set("Changes", note("mine"));
    return envelope;
  }

  @Test
  void an_amendment_by_an_operation_is_judged_as_any_other() {
    String command = OrderId.derive(new CustomerId(ALICE), Call.OPERATIONS, "key-7").toString();
    for (String kind : List.of("AMENDED", "REFUSED")) {
      breaks(
          amendedByOffice(kind)
              .deadLetter(new DeadLetter("orders", "no-answer", "other", AMEND, "{}"))
              .call(
                  ALICE,
                  "POST",
                  "/operations",
                  "key-7",
                  envelope("update"),
                  answered(202, order("PLACED", 1))),
          Rule.NO_LOST_COMMAND);
    }
    assertThat(
            amendedTo(
                    good()
                        .call(
                            ALICE,
                            "POST",
                            "/operations",
                            "key-7",
                            envelope("update"),
                            answered(202, order("PLACED", 1))),
                    entry(2, command, "AMENDED", "", ""),
                    Map.of("note", "mine"),
                    Set.of())
                .checked())
        .isEmpty();
  }

  private static RecordedRun cancelledAgain(String reason) {
    return good()
        .call(
            ALICE,
            "POST",
            "/orders/" + ORDER + "/cancel",
            "key-9",
            JsonNodeFactory.instance.objectNode().put("reason", reason),
            answered(202, order("CANCELLED", 2)));
  }

  @Test
  void a_second_cancel_whose_reason_is_nowhere_is_found() {
    breaks(cancelledAgain("another"), Rule.NO_LOST_COMMAND);
  }

  private static RecordedRun shippedTwice(String second) {
    String confirm = "/orders/" + ORDER + "/confirm";
    String ship = "/orders/" + ORDER + "/ship";
    CustomerId office = new CustomerId("office");
    return good()
        .withoutEvents()
        .event(1, event(1, "PLACED", "order.placed.v1"))
        .event(2, event(2, "CONFIRMED", "order.confirmed.v1"))
        .event(3, event(3, "SHIPPED", "order.shipped.v1"))
        .event(4, event(4, "SHIPPED", "order.change-refused.v1"))
        .call("office", "POST", confirm, "key-1", none(), answered(202, order("PLACED", 1)))
        .call("office", "POST", ship, "key-2", tracking("T1"), answered(202, order("PLACED", 1)))
        .call("office", "POST", ship, "key-3", tracking(second), answered(202, order("PLACED", 1)))
        .stored(
            order ->
                new TableOrder(
                    order.orderId(),
                    order.customerId(),
                    "SHIPPED",
                    4,
                    order.currency(),
                    order.total(),
                    order.lines(),
                    List.of(
                        order.history().getFirst(),
                        entry(
                            2,
                            CommandId.derive(office, "POST " + confirm, "key-1").toString(),
                            "CONFIRMED",
                            "PLACED",
                            "CONFIRMED"),
                        entry(
                            3,
                            CommandId.derive(office, "POST " + ship, "key-2").toString(),
                            "SHIPPED",
                            "CONFIRMED",
                            "SHIPPED"),
                        entry(4, CANCEL, "REFUSED", "SHIPPED", "")),
                    Map.of("trackingNumber", "T1"),
                    Set.of(),
                    Optional.empty()));
  }

  private static JsonNode tracking(String number) {
    return JsonNodeFactory.instance.objectNode().put("trackingNumber", number);
  }

  @Test
  void a_second_shipment_whose_number_is_nowhere_is_found() {
    assertThat(shippedTwice("T1").checked()).isEmpty();
    breaks(shippedTwice("T2"), Rule.NO_LOST_COMMAND);
  }

  @Test
  void a_command_that_changes_the_order_when_it_is_delivered_again_is_found() {
    RecordedRun run = good();
    TableOrder before = run.order();

    assertThat(run.redelivered(before, before).checked()).isEmpty();
    breaks(run.redelivered(before, with(before, "CANCELLED", List.of())), Rule.IDEMPOTENT_COMMANDS);
  }

  @Test
  void a_list_that_cannot_be_read_is_found() {
    breaks(
        good().call(ALICE, "GET", "/orders?limit=100", "", none(), answered(500, none())),
        Rule.COMPLETE_LISTS);
  }

  @Test
  void a_move_that_was_made_before_needs_no_trace() {
    assertThat(
            good()
                .call(
                    ALICE,
                    "POST",
                    "/orders/" + ORDER + "/cancel",
                    "key-9",
                    none(),
                    answered(202, order("CANCELLED", 2)))
                .checked())
        .isEmpty();
  }

  @Test
  void an_order_that_nobody_asked_for_is_found() {
    RecordedRun run =
        good()
            .alsoStored(
                new TableOrder(
                    "00000000-0000-4000-8000-000000000001",
                    "carol",
                    "PLACED",
                    1,
                    "EUR",
                    0,
                    List.of(),
                    List.of(entry(1, "c", "PLACED", "", "PLACED")),
                    Optional.empty()));

    assertThat(run.checked()).extracting(Violation::rule).contains(Rule.NO_PHANTOM_ORDER);
  }

  @Test
  void a_refused_change_that_was_made_all_the_same_is_found() {
    RecordedRun run =
        good()
            .call(
                "office",
                "POST",
                "/orders/" + ORDER + "/cancel",
                "key-2",
                none(),
                answered(409, none()))
            .stored(
                order -> {
                  String command =
                      CommandId.derive(
                              new CustomerId("office"),
                              "POST /orders/" + ORDER + "/cancel",
                              "key-2")
                          .toString();
                  return with(
                      order,
                      "CANCELLED",
                      List.of(
                          order.history().getFirst(),
                          entry(2, command, "CANCELLED", "PLACED", "CANCELLED")));
                });

    breaks(run, Rule.NO_PHANTOM_ORDER);
  }

  @Test
  void a_gap_in_the_history_is_found() {
    RecordedRun run =
        good()
            .stored(
                order ->
                    with(
                        order,
                        "CANCELLED",
                        List.of(
                            order.history().getFirst(),
                            entry(3, CANCEL, "CANCELLED", "PLACED", "CANCELLED"))));

    assertThat(run.checked()).extracting(Violation::rule).contains(Rule.VALID_HISTORY);
  }

  @Test
  void two_entries_of_one_version_are_found() {
    RecordedRun run =
        good()
            .stored(
                order ->
                    with(
                        order,
                        "CANCELLED",
                        List.of(
                            order.history().getFirst(),
                            entry(2, CANCEL, "CANCELLED", "PLACED", "CANCELLED"),
                            entry(2, "other", "REFUSED", "", ""))));

    assertThat(run.checked())
        .anySatisfy(
            found -> {
              assertThat(found.rule()).isEqualTo(Rule.VALID_HISTORY);
              assertThat(found.what()).contains("version 3 is missing");
            });
  }

  @Test
  void an_illegal_step_is_found() {
    RecordedRun run =
        good()
            .stored(
                order ->
                    with(
                        order,
                        "DELIVERED",
                        List.of(
                            order.history().getFirst(),
                            entry(2, CANCEL, "DELIVERED", "PLACED", "DELIVERED"))));

    assertThat(run.checked())
        .anySatisfy(found -> assertThat(found.what()).contains("illegal step at version 2"));
  }

  @Test
  void an_order_that_its_history_does_not_lead_to_is_found() {
    assertThat(good().stored(order -> with(order, "SHIPPED", order.history())).checked())
        .anySatisfy(found -> assertThat(found.what()).contains("leads to CANCELLED"));
  }

  @Test
  void an_item_that_cannot_be_read_is_found() {
    breaks(
        good()
            .stored(
                order ->
                    new TableOrder(
                        order.orderId(),
                        order.customerId(),
                        order.status(),
                        order.version(),
                        order.currency(),
                        order.total(),
                        order.lines(),
                        order.history(),
                        Optional.of("wrong-type: total"))),
        Rule.VALID_HISTORY);
  }

  @Test
  void a_version_that_was_never_announced_is_found() {
    RecordedRun run = good().withoutEvents().event(1, event(1, "PLACED", "order.placed.v1"));

    breaks(run, Rule.COMPLETE_EVENTS);
  }

  @Test
  void an_event_of_an_order_that_is_not_stored_is_found() {
    breaks(
        good().event(5, event(1, "PLACED", "order.placed.v1").put("subject", "another")),
        Rule.COMPLETE_EVENTS);
  }

  @Test
  void an_event_of_a_version_that_the_history_lacks_is_found() {
    breaks(good().event(5, event(3, "CANCELLED", "order.cancelled.v1")), Rule.COMPLETE_EVENTS);
  }

  @Test
  void a_repeated_event_that_differs_is_found() {
    breaks(
        good()
            .event(
                5, event(1, "PLACED", "order.placed.v1").put("time", "2026-01-01T00:00:09.000Z")),
        Rule.REPEATABLE_EVENTS);
  }

  @Test
  void an_event_that_tells_another_story_is_found() {
    RecordedRun run =
        good()
            .withoutEvents()
            .event(1, event(1, "PLACED", "order.placed.v1"))
            .event(2, event(2, "SHIPPED", "order.cancelled.v1"));

    breaks(run, Rule.ACCURATE_EVENTS);
  }

  @Test
  void events_out_of_order_are_found() {
    RecordedRun run =
        good()
            .withoutEvents()
            .event(1, event(2, "CANCELLED", "order.cancelled.v1"))
            .event(2, event(1, "PLACED", "order.placed.v1"));

    breaks(run, Rule.ORDERED_EVENTS);
    assertThat(run.disordered().checked()).isEmpty();
  }

  @Test
  void an_accepted_order_that_reads_as_not_there_is_found() {
    breaks(
        good().call(ALICE, "GET", "/orders/" + ORDER, "", none(), answered(404, none())),
        Rule.READ_YOUR_WRITE);
  }

  @Test
  void a_read_that_goes_back_in_time_is_found() {
    breaks(
        good()
            .call(ALICE, "GET", "/orders/" + ORDER, "", none(), answered(200, order("PENDING", 0))),
        Rule.READ_YOUR_WRITE);
  }

  @Test
  void a_stranger_who_may_read_is_found() {
    breaks(
        good()
            .call("bob", "GET", "/orders/" + ORDER, "", none(), answered(200, order("PLACED", 1))),
        Rule.OWNERSHIP);
  }

  @Test
  void the_wrong_owner_is_found() {
    RecordedRun run =
        good()
            .stored(
                order ->
                    new TableOrder(
                        order.orderId(),
                        "mallory",
                        order.status(),
                        order.version(),
                        order.currency(),
                        order.total(),
                        order.lines(),
                        order.history(),
                        Optional.empty()));

    assertThat(run.checked()).extracting(Violation::rule).contains(Rule.OWNERSHIP);
  }

  @Test
  void money_that_does_not_add_up_is_found() {
    RecordedRun run =
        good()
            .stored(
                order ->
                    new TableOrder(
                        order.orderId(),
                        order.customerId(),
                        order.status(),
                        order.version(),
                        order.currency(),
                        251,
                        order.lines(),
                        order.history(),
                        Optional.empty()));

    breaks(run, Rule.CORRECT_TOTALS);
  }

  @Test
  void books_that_do_not_balance_are_found() {
    breaks(good().sample(new Sample(START, 3, 1, 0, List.of("a", "b"))), Rule.CONSERVATION);
  }

  @Test
  void a_list_with_an_order_twice_or_not_at_all_is_found() {
    breaks(good().walk(ALICE, List.of(ORDER, ORDER)), Rule.COMPLETE_LISTS);
    breaks(good().walk(ALICE, List.of()), Rule.COMPLETE_LISTS);
  }

  @Test
  void an_undocumented_answer_and_a_leak_are_found() {
    breaks(
        good()
            .call(
                ALICE,
                "GET",
                "/health",
                "",
                none(),
                new Call.Answered(418, Map.of(), none(), List.of("418 is not among the answers"))),
        Rule.MATCHES_OPENAPI);
    breaks(
        good()
            .call(
                ALICE,
                "GET",
                "/health",
                "",
                none(),
                answered(500, order("x", 1).put("detail", "java.lang.NullPointerException"))),
        Rule.MATCHES_OPENAPI);
  }

  @Test
  void an_event_that_is_not_as_its_schema_says_is_found() {
    breaks(
        good()
            .withoutEvents()
            .event(1, event(1, "PLACED", "order.placed.v1").put("colour", "red"))
            .event(2, event(2, "CANCELLED", "order.cancelled.v1")),
        Rule.MATCHES_OPENAPI);
  }

  @Test
  void a_call_without_an_answer_promises_nothing() {
    assertThat(
            good()
                .call(ALICE, "POST", "/orders", "key-8", request(), new Call.Unknown("timed out"))
                .checked())
        .isEmpty();
  }

  @Test
  void the_verdict_shows_the_smallest_counter_example_the_seed_and_the_way_back() {
    Verdict verdict =
        new Verdict(
            42,
            "./orders chaos --seed 42 --minutes 1.0",
            "2 calls",
            List.of(
                new Violation(
                    Rule.NO_LOST_ORDER, "a", "order a is lost", List.of("one", "two", "three")),
                new Violation(Rule.NO_LOST_ORDER, "b", "order b is lost", List.of("one"))));

    assertThat(verdict.clean()).isFalse();
    assertThat(verdict.text())
        .contains("seed 42", "broken 2 times", "order b is lost", "again: ./orders chaos --seed 42")
        .doesNotContain("order a is lost");
  }
}
