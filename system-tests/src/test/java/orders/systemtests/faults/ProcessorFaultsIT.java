package orders.systemtests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import orders.systemtests.chaos.Pipeline;
import orders.systemtests.chaos.ServiceFault;
import orders.systemtests.checker.DeadLetter;
import orders.systemtests.checker.TableOrder;
import orders.systemtests.client.Call;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong between the queue and the table. */
class ProcessorFaultsIT extends FaultCase {
  private static final String WRITE = "BatchExecuteStatement";

  private static ServiceFault write(String kind) {
    return ServiceFault.of(kind, "dynamodb", WRITE, Pipeline.PROCESSOR);
  }

  private static List<String> kinds(TableOrder order) {
    return order.history().stream().map(TableOrder.Entry::kind).toList();
  }

  @Test
  void killed_before_its_write_the_order_is_stored_by_the_next_and_the_late_write_changes_nothing()
      throws Exception {
    // Longer than the visibility timeout: the dead process's write comes after that of the next.
    faults(write("delay").withDelay(VISIBILITY.multipliedBy(2)));
    long answered = pipeline.calls("dynamodb:" + WRITE);
    String id = place();

    signalHeldUp(Pipeline.PROCESSOR, "KILL");

    awaitVersion(id, 1);
    await("the late write", () -> pipeline.calls("dynamodb:" + WRITE) >= answered + 2);
    everyPromiseWasKept();
    assertThat(order(id).version()).isEqualTo(1);
  }

  @Test
  void killed_between_two_writes_of_one_order_the_second_is_made_by_the_next() throws Exception {
    String model = stored();
    cancel(model, "cancel");
    awaitVersion(model, 2);
    String twin = UUID.nameUUIDFromBytes(model.getBytes(StandardCharsets.UTF_8)).toString();
    faults(
        write("delay").times(1).withDelay(Duration.ofMillis(1)),
        write("delay").withDelay(Duration.ofSeconds(20)));

    send(
        pipeline.messageOf(model, "place-order").replace(model, twin),
        pipeline.messageOf(model, "cancel-order").replace(model, twin));

    await("the second write to begin", () -> pipeline.made().getLast() > 0);
    awaitVersion(twin, 1);
    assertThat(order(twin).version()).isEqualTo(1);
    signalHeldUp(Pipeline.PROCESSOR, "KILL");
    awaitVersion(twin, 2);
    assertThat(run.quiet(LONG)).isTrue();
    assertThat(kinds(order(twin))).containsExactly("PLACED", "CANCELLED");
  }

  @ParameterizedTest
  @ValueSource(strings = {Pipeline.API, Pipeline.PROCESSOR, Pipeline.NOTIFIER})
  void killed_while_it_starts_a_function_starts_again(String function) throws Exception {
    pipeline.replaceWorkers(function);
    String id = place();

    await(
        "a process that is starting",
        () -> {
          for (Pipeline.Worker worker : pipeline.workers(function)) {
            if (worker.state().equals("starting")) {
              pipeline.signal(worker.pid(), "KILL");
              return true;
            }
          }
          pipeline.replaceWorkers(function);
          return false;
        });

    String next = place();
    awaitVersion(id, 1);
    awaitVersion(next, 1);
    everyPromiseWasKept();
  }

  @Test
  void killed_after_its_write_and_before_the_answer_the_orders_are_stored_once() throws Exception {
    faults(write("answer-late").withDelay(Duration.ofSeconds(20)));
    List<String> ids = placeMany(5);

    signalHeldUp(Pipeline.PROCESSOR, "KILL");

    for (String id : ids) {
      awaitVersion(id, 1);
    }
    everyPromiseWasKept();
    assertThat(ids).allSatisfy(id -> assertThat(order(id).version()).isEqualTo(1));
  }

  @Test
  void frozen_past_the_visibility_timeout_two_copies_store_one_order() throws Exception {
    faults(write("delay").withDelay(SLOW));
    String id = place();
    List<Long> frozen = signalHeldUp(Pipeline.PROCESSOR, "STOP");
    try {
      awaitVersion(id, 1);
      await("the message's second delivery to end", () -> run.state().inFlight() == 0);
    } finally {
      for (long pid : frozen) {
        pipeline.signal(pid, "CONT");
      }
    }
    everyPromiseWasKept();
    assertThat(order(id).version()).isEqualTo(1);
  }

  @Test
  void a_write_that_timed_out_but_was_made_is_made_once() throws Exception {
    faults(write("cut-after").times(1));

    String id = place();

    awaitVersion(id, 1);
    everyPromiseWasKept();
    assertThat(order(id).version()).isEqualTo(1);
  }

  @Test
  void ten_parallel_deliveries_of_one_message_change_the_order_once() throws Exception {
    // A slow machine may have one delivery done before the next begins: then another is tried.
    for (int i = 0; i < 10; i++) {
      String id = stored();
      twoProcessors();
      faults(write("delay").withDelay(SLOW));
      cancel(id, "cancel-" + i);
      String message = pipeline.messageOf(id, "cancel-order");

      send(Collections.nCopies(9, message).toArray(String[]::new));

      awaitVersion(id, 2);
      await("the queue to be empty", () -> run.state().inFlight() == 0);
      assertThat(kinds(order(id))).containsExactly("PLACED", "CANCELLED");
      boolean met = pipeline.made().getFirst() > 1;
      pipeline.noFaults();
      if (met) {
        send(Collections.nCopies(10, pipeline.messageOf(id, "place-order")).toArray(String[]::new));
        everyPromiseWasKept();
        assertThat(kinds(order(id))).containsExactly("PLACED", "CANCELLED");
        return;
      }
    }
    throw new AssertionError("no two deliveries ever met");
  }

  @Test
  void a_cancel_that_comes_before_its_order_is_applied_after_it() throws Exception {
    String late = place();
    awaitVersion(late, 1);
    // A twin of that order under ids of its own, cancel first.
    String twin = UUID.nameUUIDFromBytes(late.getBytes(StandardCharsets.UTF_8)).toString();
    String place = pipeline.messageOf(late, "place-order").replace(late, twin);
    cancel(late, "early");
    send(pipeline.messageOf(late, "cancel-order").replace(late, twin));
    await("the cancel to be tried", () -> run.state().inFlight() > 0);

    send(place);

    awaitVersion(twin, 2);
    assertThat(kinds(order(twin))).containsExactly("PLACED", "CANCELLED");
    assertThat(run.quiet(LONG)).isTrue();
  }

  @Test
  void of_two_amendments_of_one_version_the_second_is_refused_and_said_so() throws Exception {
    String id = stored();
    faults(
        ServiceFault.of("hold-back", "sqs", "SendMessage", Pipeline.API)
            .times(2)
            .withDelay(Duration.ofSeconds(2)));
    ObjectNode one = JsonNodeFactory.instance.objectNode().put("reference", "one");
    ObjectNode two = JsonNodeFactory.instance.objectNode().put("reference", "two");

    accepted(run.careful().amend(run.customer(), id, "one", "\"1\"", one));
    accepted(run.careful().amend(run.customer(), id, "two", "\"1\"", two));

    awaitVersion(id, 3);
    everyPromiseWasKept();
    assertThat(kinds(order(id))).containsExactly("PLACED", "AMENDED", "REFUSED");
    assertThat(order(id).history().getLast().reason()).startsWith("version-mismatch");
    assertThat(run.events())
        .anySatisfy(
            event ->
                assertThat(event.event().path("type").asText())
                    .isEqualTo("order.change-refused.v1"));
  }

  @Test
  void poison_among_nine_good_ones_is_dead_lettered_with_its_reason_and_the_good_are_stored()
      throws Exception {
    String mark = UUID.randomUUID().toString();
    send("no JSON " + mark);
    send("{\"schema\":2,\"mark\":\"" + mark + "\"}");
    send("{\"schema\":1,\"command\":7,\"mark\":\"" + mark + "\"}");
    send("{\"mark\":\"" + mark + "\",\"deep\":" + "[".repeat(200) + "]".repeat(200) + "}");
    List<String> ids = placeMany(9);

    for (String id : ids) {
      awaitVersion(id, 1);
    }
    everyPromiseWasKept();
    List<DeadLetter> deadLetters =
        run.state().deadLetters().stream().filter(m -> m.body().contains(mark)).toList();
    // A send that was slow may have been made twice.
    assertThat(deadLetters.stream().map(DeadLetter::body).distinct()).hasSize(4);
    assertThat(deadLetters).allSatisfy(m -> assertThat(m.reason()).isNotEmpty());
    assertThat(deadLetters)
        .extracting(DeadLetter::reason)
        .anyMatch(r -> r.startsWith("unknown-schema"));
  }

  @Test
  void with_a_third_of_the_writes_throttled_every_order_is_stored() throws Exception {
    faults(write("throttle").withProbability(0.34).times(6));

    List<String> ids = placeMany(9);

    for (String id : ids) {
      awaitVersion(id, 1);
    }
    everyPromiseWasKept();
  }

  /** Minutes in small: two visibility timeouts and several tries, each waiting longer. */
  @Test
  void while_the_table_is_away_nothing_is_lost_and_patience_keeps_it_from_being_dead_lettered()
      throws Exception {
    Instant end = Instant.now().plus(VISIBILITY.multipliedBy(2)).plusSeconds(4);
    faults(ServiceFault.of("refuse", "dynamodb", "*", Pipeline.PROCESSOR));
    List<String> ids = placeMany(4);
    awaitFault();

    await("the outage to be long", () -> Instant.now().isAfter(end));
    for (String id : ids) {
      await("a second try", () -> pipeline.logged(id, "command will be retried") > 1);
    }
    assertThat(run.state().notStored(ids)).hasSize(4);
    pipeline.noFaults();

    for (String id : ids) {
      awaitVersion(id, 1);
    }
    everyPromiseWasKept();
    assertThat(run.deadLetters()).isEmpty();
  }

  @Test
  void another_order_under_a_taken_id_is_dead_lettered_and_the_first_stays() throws Exception {
    String id = stored();
    ObjectNode other =
        (ObjectNode) new ObjectMapper().readTree(pipeline.messageOf(id, "place-order"));
    other.put("fingerprint", "0".repeat(64));
    ((ObjectNode) other.path("order")).put("reference", "usurper");

    send(other.toString());

    await(
        "the collision to be dead-lettered",
        () -> run.deadLetters().stream().anyMatch(m -> m.reason().startsWith("id-collision")));
    everyPromiseWasKept();
    assertThat(order(id).version()).isEqualTo(1);
  }

  @Test
  void an_order_that_outgrows_an_item_is_amended_no_more_and_can_still_be_cancelled()
      throws Exception {
    String id = place("large", large(0));
    awaitVersion(id, 1);
    long version = 1;
    Call refused = amendLargely(id, 1);
    for (int i = 2; refused.accepted() && i <= 8; i++) {
      awaitVersion(id, ++version);
      refused = amendLargely(id, i);
    }

    assertThat(refused.status()).as(refused.line()).isEqualTo(409);
    assertThat(refused.answer().path("detail").asText()).contains("no room");
    cancel(id, "cancel-large");
    awaitVersion(id, version + 1);
    assertThat(run.deadLetters()).isEmpty();
    assertThat(kinds(order(id))).endsWith("CANCELLED");
    everyPromiseWasKept();
  }

  private Call amendLargely(String id, int edition) throws InterruptedException {
    return run.careful()
        .amend(
            run.customer(), id, "grow-" + edition, "*", large(edition).remove(List.of("currency")));
  }

  private static ObjectNode large(int edition) {
    ObjectNode order = order();
    ArrayNode lines = order.putArray("lines");
    for (int i = 0; i < 100; i++) {
      lines
          .addObject()
          .put("sku", "SKU-" + i)
          .put("name", Integer.toString(edition) + "長".repeat(190))
          .put("quantity", 1)
          .put("unitPrice", edition);
    }
    return order;
  }
}
