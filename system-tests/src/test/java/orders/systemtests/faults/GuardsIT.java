package orders.systemtests.faults;

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
import orders.systemtests.chaos.MutantBuilder;
import orders.systemtests.chaos.Pipeline;
import orders.systemtests.chaos.ServiceFault;
import orders.systemtests.checker.Violation;
import orders.systemtests.client.Call;
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
class GuardsIT extends PipelineCase {
  /** A record that a missing guard made unreadable must not hold up the others for long. */
  private static final MutantBuilder.TemplateEdit GIVING_UP_SOON =
      new MutantBuilder.TemplateEdit("MaximumRetryAttempts: 30", "MaximumRetryAttempts: 3");

  @TempDir static Path folder;
  private static Optional<MutantBuilder> mutants = Optional.empty();
  private static Optional<LocalCloud> cloud = Optional.empty();
  private static final Map<String, Mutant> REMOVED = new HashMap<>();

  @BeforeAll
  static void start() {
    MutantBuilder opened = new MutantBuilder(folder);
    mutants = Optional.of(opened);
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
  void with_the_guard_every_promise_is_kept(Mutant mutant) throws Exception {
    suffer(mutant);

    everyPromiseWasKept();
  }

  @Order(2)
  @ParameterizedTest
  @EnumSource
  void without_the_guard_the_checker_turns_red(Mutant mutant) throws Exception {
    without(mutant);

    suffer(mutant);

    List<Violation> violations = violations();
    System.out.println("without " + mutant + ": " + lines(violations));
    assertThat(violations).extracting(Violation::rule).contains(mutant.broken());
  }

  private static String lines(List<Violation> violations) {
    return String.join("; ", violations.stream().map(v -> v.rule() + ": " + v.what()).toList());
  }

  /** Has the functions run as they were built, but for one mutant. */
  private void without(Mutant mutant) throws InterruptedException {
    MutantBuilder builder = mutants.orElseThrow();
    for (Map.Entry<String, Mutant> before : Map.copyOf(REMOVED).entrySet()) {
      if (!before.getKey().equals(mutant.function())) {
        builder.asBuilt(before.getKey());
        replace(before.getKey());
        REMOVED.remove(before.getKey());
      }
    }
    builder.build(mutant.function(), mutant.standIns());
    replace(mutant.function());
    REMOVED.put(mutant.function(), mutant);
  }

  /** Makes the fault that a guard stands against. */
  private void suffer(Mutant mutant) throws Exception {
    switch (mutant) {
      case INSERT_CONDITION -> aPlacingComesAgainAfterACancel();
      case VERSION_CONDITION -> aSlowWriterIsOvertaken();
      case COMMAND_ID_IN_THE_HISTORY -> anAmendmentComesAgainAfterAnother();
      case RECORD_OF_INEFFECTIVE_COMMANDS -> anAmendmentWithoutEffectComesAgainAfterAnother();
      case FINGERPRINT -> aKeyIsUsedForAnotherRequestAfterItsFirstTryFailed();
      case PARTIAL_FAILURE_REPORT -> aWriteIsRefused();
      case STOP_AT_THE_FIRST_FAILURE -> theFirstOfTwoEventsOfAnOrderIsRefused();
      case PER_ENTRY_PUBLISH_CHECK -> anEventIsRefusedInABatchThatSucceeds();
      case IDEMPOTENCY_KEY -> aKeyIsUsedForAnotherRequestWhileTheTableIsAway();
      case KEY_OF_AN_UNKNOWN_OUTCOME -> aKeyIsUsedForAnotherRequestAfterAnUnheardOne();
      case DERIVED_ID -> aSendIsTakenAndItsAnswerLost();
    }
    await("the queue to be empty", () -> run.state().inFlight() == 0);
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
      Call read = run.careful().get(run.customer(), "/orders/" + id);
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

  private void anAmendmentWithoutEffectComesAgainAfterAnother() throws Exception {
    String id = stored();
    amend(id, "one");
    awaitVersion(id, 2);
    ObjectNode same = JsonNodeFactory.instance.objectNode().put("note", "one-of-" + id);
    accepted(run.careful().amend(run.customer(), id, "same", "*", same));
    await("the command without effect", () -> !order(id).ineffective().isEmpty());
    amend(id, "two");
    awaitVersion(id, 3);

    run.redeliver(1);
  }

  private void aKeyIsUsedForAnotherRequestAfterItsFirstTryFailed() throws Exception {
    // Whoever is slow may find the first request stored: then the key is taken, and another is
    // tried.
    for (int i = 0; i < 10; i++) {
      String key = "used-twice-" + i;
      faults(write("delay").withDelay(SLOW), sent("cut-after"));
      Call first = run.client().place(run.customer(), key, order());
      assertThat(first.uncertain()).as(first.line()).isTrue();
      awaitFault();
      // Without its record the key is good for another request, and only the processor can tell.
      run.forgetKeys();
      // As slow as the first one's write, and begun after it: so the first is first.
      faults(write("delay").withDelay(SLOW));
      Call second = run.client().place(run.customer(), key, otherOrder());
      if (second.accepted()) {
        awaitVersion(second.answer().path("orderId").asText(), 1);
        pipeline.noFaults();
        return;
      }
    }
    throw new AssertionError("the first request was always stored before the second was made");
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

    run.client().place(run.customer(), "one-key", otherOrder());

    pipeline.noFaults();
  }

  private void aKeyIsUsedForAnotherRequestAfterAnUnheardOne() throws Exception {
    // A stored order would answer for its key: nothing is stored before both requests were made.
    ServiceFault tableAway = ServiceFault.of("refuse", "dynamodb", "*", Pipeline.PROCESSOR);
    faults(sent("cut-after"), tableAway);
    Call first = run.client().place(run.customer(), "unheard", order());
    assertThat(first.uncertain()).as(first.line()).isTrue();
    faults(tableAway);

    run.careful().place(run.customer(), "unheard", otherOrder());

    pipeline.noFaults();
  }

  private void aSendIsTakenAndItsAnswerLost() throws Exception {
    faults(sent("cut-after"));
    Call first = run.client().place(run.customer(), "retried", order());
    assertThat(first.uncertain()).as(first.line()).isTrue();
    pipeline.noFaults();

    awaitVersion(place("retried", order()), 1);
  }

  private void amend(String id, String reference) throws InterruptedException {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    patch.put("note", reference + "-of-" + id);
    accepted(run.careful().amend(run.customer(), id, reference, "*", patch));
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
