package orders.proof.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import localcloud.LocalCloud;
import orders.proof.chaos.Pipeline;
import orders.proof.chaos.ServiceFault;
import orders.proof.chaos.Workshop;
import orders.proof.checker.Violation;
import orders.proof.client.Call;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * That each guard is needed, and that the checker sees when it is gone: the whole pipeline meets
 * the fault that the guard stands against, with the guard and without it.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GuardsIT extends CaseTools {
  /** A record that a missing guard made unreadable must not hold up the others for long. */
  private static final Workshop.Edit GIVING_UP_SOON =
      new Workshop.Edit("template.yaml", "MaximumRetryAttempts: 30", "MaximumRetryAttempts: 3");

  @TempDir static Path folder;
  private static Optional<Workshop> workshop = Optional.empty();
  private static Optional<LocalCloud> cloud = Optional.empty();
  private static final Map<String, Guard> REMOVED = new HashMap<>();

  @BeforeAll
  static void start() {
    Workshop opened = new Workshop(folder);
    workshop = Optional.of(opened);
    cloud =
        Optional.of(
            LocalCloud.of(opened.template(GIVING_UP_SOON))
                .onFreePorts()
                .aotCache(false)
                .maximumWorkers(4)
                // One lane, so that an event that comes later shows that an earlier one is lost.
                .parameter("NotifierParallelization", "1")
                .start());
  }

  @AfterAll
  static void stop() {
    cloud.ifPresent(LocalCloud::close);
    REMOVED.clear();
  }

  @BeforeEach
  void begin() throws InterruptedException {
    open(cloud.orElseThrow().invokePort());
  }

  @AfterEach
  void end() throws InterruptedException {
    close();
  }

  @Order(1)
  @ParameterizedTest
  @EnumSource
  void with_the_guard_every_promise_is_kept(Guard guard) throws Exception {
    suffer(guard);

    everyPromiseWasKept();
  }

  @Order(2)
  @ParameterizedTest
  @EnumSource
  void without_the_guard_the_checker_turns_red(Guard guard) throws Exception {
    without(guard);

    suffer(guard);

    List<Violation> violations = violations();
    System.out.println("without " + guard + ": " + lines(violations));
    assertThat(violations).extracting(Violation::rule).contains(guard.broken());
  }

  private static String lines(List<Violation> violations) {
    return String.join("; ", violations.stream().map(v -> v.rule() + ": " + v.what()).toList());
  }

  /** Has the functions run as they were built, but for one guard. */
  private void without(Guard guard) throws InterruptedException {
    Workshop shop = workshop.orElseThrow();
    for (Map.Entry<String, Guard> before : Map.copyOf(REMOVED).entrySet()) {
      if (!before.getKey().equals(guard.function())) {
        shop.asBuilt(before.getKey());
        replace(before.getKey());
        REMOVED.remove(before.getKey());
      }
    }
    shop.build(guard.function(), guard.removal());
    replace(guard.function());
    REMOVED.put(guard.function(), guard);
  }

  /** Makes the fault that a guard stands against. */
  private void suffer(Guard guard) throws Exception {
    switch (guard) {
      case INSERT_CONDITION -> aPlacingComesAgainAfterACancel();
      case VERSION_CONDITION -> aSlowWriterIsOvertaken();
      case COMMAND_ID_IN_THE_HISTORY -> anAmendmentComesAgainAfterAnother();
      case FINGERPRINT -> aKeyIsUsedForAnotherRequestAfterItsFirstTryFailed();
      case PARTIAL_FAILURE_REPORT -> aWriteIsRefused();
      case STOP_AT_THE_FIRST_FAILURE -> theFirstOfTwoEventsOfAnOrderIsRefused();
      case PER_ENTRY_PUBLISH_CHECK -> anEventIsRefusedInABatchThatSucceeds();
      case IDEMPOTENCY_KEY -> aKeyIsUsedForAnotherRequestWhileTheTableIsAway();
      case DERIVED_ID -> aSendIsTakenAndItsAnswerLost();
    }
    await("the queue to be empty", () -> session.books().inFlight() == 0);
  }

  private void aPlacingComesAgainAfterACancel() throws Exception {
    String id = stored();
    cancel(id, "cancel");
    awaitVersion(id, 2);

    send(pipeline.messageOf(id, "place-order"));
  }

  private void aSlowWriterIsOvertaken() throws Exception {
    // A slow machine may have the first amendment written before the second is.
    for (int i = 0; i < 10; i++) {
      String id = stored();
      twoProcessors();
      faults(write("delay").times(1).withDelay(SLOW));
      amend(id, "one");
      awaitFault();

      amend(id, "two");

      awaitVersion(id, 2);
      Call read = session.careful().get(session.customer(), "/orders/" + id);
      if (read.answer().path("version").asLong() == 2
          && read.answer().path("note").asText().startsWith("two")) {
        return;
      }
    }
    throw new AssertionError("the second amendment never overtook the first");
  }

  private void anAmendmentComesAgainAfterAnother() throws Exception {
    String id = stored();
    amend(id, "one");
    awaitVersion(id, 2);
    amend(id, "two");
    awaitVersion(id, 3);

    send(pipeline.messageOf("one-of-" + id, "amend-order"));
  }

  private void aKeyIsUsedForAnotherRequestAfterItsFirstTryFailed() throws Exception {
    // Whoever is slow may find the first request stored: then the key is taken, and another is
    // tried.
    for (int i = 0; i < 10; i++) {
      String key = "used-twice-" + i;
      faults(write("delay").withDelay(SLOW), sent("cut-after"));
      Call first = session.client().place(session.customer(), key, order());
      assertThat(first.uncertain()).as(first.line()).isTrue();
      awaitFault();
      forgetKeysInProgress();
      // As slow as the first one's write, and begun after it: so the first is first.
      faults(write("delay").withDelay(SLOW));
      Call second = session.client().place(session.customer(), key, otherOrder());
      if (second.accepted()) {
        awaitVersion(second.answer().path("orderId").asText(), 1);
        pipeline.noFaults();
        return;
      }
    }
    throw new AssertionError("the first request was always stored before the second was made");
  }

  /** Deletes the records that bind keys to their requests, as if the table had lost them. */
  private void forgetKeysInProgress() {
    String table = pipeline.output("IdempotencyTableName");
    pipeline
        .dynamoDb()
        .scanPaginator(scan -> scan.tableName(table).consistentRead(true))
        .items()
        .stream()
        .filter(item -> item.get("status").s().equals("INPROGRESS"))
        .forEach(
            item ->
                pipeline
                    .dynamoDb()
                    .deleteItem(
                        delete -> delete.tableName(table).key(Map.of("id", item.get("id")))));
  }

  private void aWriteIsRefused() throws Exception {
    faults(write("fail-entry").times(1));

    place();

    awaitFault();
  }

  private void theFirstOfTwoEventsOfAnOrderIsRefused() throws Exception {
    // While another order's event is on its way, both gather behind it, if they are fast enough.
    for (int i = 0; i < 10; i++) {
      faults(
          published("delay").times(1).withDelay(Duration.ofSeconds(3)),
          published("fail-entry").times(1));
      long answered = pipeline.calls("sns:PublishBatch");
      String other = place();
      awaitFault();
      String id = stored();
      cancel(id, "cancel-" + i);
      awaitVersion(id, 2);
      boolean inTime = pipeline.calls("sns:PublishBatch") == answered;
      await("the events", () -> announced(id) && announced(other));
      if (inTime) {
        return;
      }
    }
    throw new AssertionError("the two events never came together");
  }

  private void anEventIsRefusedInABatchThatSucceeds() throws Exception {
    faults(published("fail-entry").times(1));
    stored();
    awaitFault();

    String later = stored();

    await("the later event", () -> announced(later));
  }

  private void aKeyIsUsedForAnotherRequestWhileTheTableIsAway() throws Exception {
    faults(ServiceFault.of("refuse", "dynamodb", "*", Pipeline.PROCESSOR));
    place("one-key", order());

    session.client().place(session.customer(), "one-key", otherOrder());

    pipeline.noFaults();
  }

  private void aSendIsTakenAndItsAnswerLost() throws Exception {
    faults(sent("cut-after"));
    Call first = session.client().place(session.customer(), "retried", order());
    assertThat(first.uncertain()).as(first.line()).isTrue();
    pipeline.noFaults();

    awaitVersion(place("retried", order()), 1);
  }

  private void amend(String id, String reference) throws InterruptedException {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    patch.put("note", reference + "-of-" + id);
    accepted(session.careful().amend(session.customer(), id, reference, "*", patch));
  }

  private static ObjectNode otherOrder() {
    ObjectNode order = order();
    ((ObjectNode) order.path("lines").path(0)).put("quantity", 3);
    return order;
  }

  private static ServiceFault write(String kind) {
    return ServiceFault.of(kind, "dynamodb", "BatchExecuteStatement", Pipeline.PROCESSOR);
  }

  private static ServiceFault sent(String kind) {
    return ServiceFault.of(kind, "sqs", "SendMessage", Pipeline.API);
  }

  private static ServiceFault published(String kind) {
    return ServiceFault.of(kind, "sns", "PublishBatch", Pipeline.NOTIFIER);
  }
}
