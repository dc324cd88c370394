package orders.systemtests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import localcloud.LocalCloud;
import orders.ops.Redrive;
import orders.ops.Stack;
import orders.ops.StackFinder;
import orders.systemtests.chaos.ChaosRun;
import orders.systemtests.chaos.CodeVariants;
import orders.systemtests.chaos.FaultKind;
import orders.systemtests.chaos.FaultPlan;
import orders.systemtests.chaos.MutantBuilder;
import orders.systemtests.chaos.Pipeline;
import orders.systemtests.checker.DeadLetter;
import orders.systemtests.checker.TableOrder;
import orders.systemtests.checker.Verdict;
import orders.systemtests.client.Call;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The short run of every build, of which {@code ./orders chaos} is the long one; and what only a
 * test can do to a pipeline, which is to deploy other code.
 */
class ChaosIT extends PipelineCase {
  private static final long SEED = Long.getLong("chaos.seed", 20260101L);
  private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("chaos.seconds", 20));

  @TempDir static Path folder;
  private static Optional<MutantBuilder> mutants = Optional.empty();
  private static Optional<LocalCloud> cloud = Optional.empty();

  @BeforeAll
  static void start() {
    MutantBuilder opened = new MutantBuilder(folder);
    mutants = Optional.of(opened);
    cloud =
        Optional.of(
            LocalCloud.of(opened.template())
                .onFreePorts()
                .aotCache(false)
                .maximumWorkers(4)
                .start());
  }

  @AfterAll
  static void stop() {
    cloud.ifPresent(LocalCloud::close);
  }

  @BeforeEach
  void begin() throws InterruptedException {
    open(cloud.orElseThrow().invokePort());
  }

  @AfterEach
  void end() throws InterruptedException {
    close();
    for (String function : List.of(Pipeline.API, Pipeline.PROCESSOR, Pipeline.NOTIFIER)) {
      mutants.orElseThrow().asBuilt(function);
    }
  }

  @Test
  void every_promise_is_kept_through_faults_of_all_kinds_new_code_and_clocks_an_hour_off()
      throws Exception {
    boolean fast = new SplittableRandom(SEED).nextBoolean();
    mutants.orElseThrow().build(Pipeline.API, CodeVariants.clock(Pipeline.API, fast));
    replace(Pipeline.API);
    String first = stored();
    CountDownLatch end = new CountDownLatch(1);
    Thread rollouts = Thread.ofPlatform().start(() -> rollOut(fast, end));
    Verdict verdict;
    try {
      verdict =
          new ChaosRun(pipeline, ChaosRun.Options.of(SEED, LENGTH), System.out::println)
              .run(
                  FaultPlan.of(SEED, LENGTH, EnumSet.allOf(FaultKind.class)),
                  "mvn verify -Dit.test=ChaosIT -Dchaos.seed="
                      + SEED
                      + " -Dchaos.seconds="
                      + LENGTH.toSeconds());
    } finally {
      end.countDown();
      rollouts.join();
    }

    System.out.println(verdict.text());
    assertThat(verdict.violations()).as(verdict.text()).isEmpty();
    Instant now = Instant.now();
    assertThat(Duration.between(now, order(first).history().getFirst().at()).abs())
        .as("an order that was accepted by a clock that is wrong")
        .isGreaterThan(Duration.ofMinutes(30));
  }

  /** Builds one function after the other with another clock; the runner deploys what is built. */
  private static void rollOut(boolean fast, CountDownLatch end) {
    MutantBuilder builder = mutants.orElseThrow();
    long pause = LENGTH.toMillis() / 4;
    try {
      if (!end.await(pause, TimeUnit.MILLISECONDS)) {
        builder.build(Pipeline.PROCESSOR, CodeVariants.clock(Pipeline.PROCESSOR, !fast));
      }
      if (!end.await(pause, TimeUnit.MILLISECONDS)) {
        builder.build(Pipeline.API, CodeVariants.clock(Pipeline.API, !fast));
      }
      if (!end.await(pause, TimeUnit.MILLISECONDS)) {
        builder.build(Pipeline.NOTIFIER, CodeVariants.clock(Pipeline.NOTIFIER, fast));
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void messages_of_a_schema_that_the_processor_does_not_know_yet_wait_for_the_one_that_does()
      throws Exception {
    MutantBuilder builder = mutants.orElseThrow();
    builder.build(Pipeline.API, CodeVariants.WritesSchema2.class);
    replace(Pipeline.API);

    List<String> ids = placeMany(3);
    // A send that was slow may have been made twice.
    await(
        "all to be dead-lettered",
        () ->
            run.deadLetters().stream()
                .map(DeadLetter::orderId)
                .collect(Collectors.toSet())
                .containsAll(ids));

    assertThat(run.deadLetters()).extracting(DeadLetter::reason).containsOnly("unknown-schema");
    for (String id : ids) {
      Call read = run.careful().get(run.customer(), "/orders/" + id);
      assertThat(read.answer().path("status").asText()).as(read.line()).isEqualTo("PENDING");
    }
    everyPromiseWasKept();

    builder.build(Pipeline.PROCESSOR, CodeVariants.ReadsSchema2.class);
    replace(Pipeline.PROCESSOR);
    try (Stack stack = StackFinder.local(cloud.orElseThrow().invokePort(), Map.of())) {
      new Redrive(stack).run("unknown-schema"::equals);
    }
    for (String id : ids) {
      awaitVersion(id, 1);
    }
    everyPromiseWasKept();
    assertThat(run.deadLetters()).isEmpty();
    assertThat(run.orders()).extracting(TableOrder::version).containsOnly(1L);
  }
}
