package orders.proof.faults;

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
import orders.proof.chaos.ChaosRun;
import orders.proof.chaos.FaultKind;
import orders.proof.chaos.FaultPlan;
import orders.proof.chaos.Pipeline;
import orders.proof.chaos.Variant;
import orders.proof.chaos.Workshop;
import orders.proof.checker.Parked;
import orders.proof.checker.TableOrder;
import orders.proof.checker.Verdict;
import orders.proof.client.Call;
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
class ChaosIT extends CaseTools {
  private static final long SEED = Long.getLong("chaos.seed", 20260101L);
  private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("chaos.seconds", 20));

  @TempDir static Path folder;
  private static Optional<Workshop> workshop = Optional.empty();
  private static Optional<LocalCloud> cloud = Optional.empty();

  @BeforeAll
  static void start() {
    Workshop opened = new Workshop(folder);
    workshop = Optional.of(opened);
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
      workshop.orElseThrow().asBuilt(function);
    }
  }

  @Test
  void every_promise_is_kept_through_faults_of_all_kinds_new_code_and_clocks_an_hour_off()
      throws Exception {
    int hours = new SplittableRandom(SEED).nextBoolean() ? 1 : -1;
    workshop.orElseThrow().build(Pipeline.API, Variant.clock(Pipeline.API, hours));
    replace(Pipeline.API);
    String first = stored();
    CountDownLatch end = new CountDownLatch(1);
    Thread rollouts = Thread.ofPlatform().start(() -> rollOut(hours, end));
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
  private static void rollOut(int hours, CountDownLatch end) {
    Workshop shop = workshop.orElseThrow();
    long pause = LENGTH.toMillis() / 4;
    try {
      if (!end.await(pause, TimeUnit.MILLISECONDS)) {
        shop.build(Pipeline.PROCESSOR, Variant.clock(Pipeline.PROCESSOR, -hours));
      }
      if (!end.await(pause, TimeUnit.MILLISECONDS)) {
        shop.build(Pipeline.API, Variant.clock(Pipeline.API, -hours));
      }
      if (!end.await(pause, TimeUnit.MILLISECONDS)) {
        shop.build(Pipeline.NOTIFIER, Variant.clock(Pipeline.NOTIFIER, hours));
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void messages_of_a_schema_that_the_processor_does_not_know_yet_wait_for_the_one_that_does()
      throws Exception {
    Workshop shop = workshop.orElseThrow();
    shop.build(Pipeline.API, Variant.writingSchema2());
    replace(Pipeline.API);

    List<String> ids = placeMany(3);
    // A send that was slow may have been made twice.
    await(
        "all to be parked",
        () ->
            session.parked().stream()
                .map(Parked::orderId)
                .collect(Collectors.toSet())
                .containsAll(ids));

    assertThat(session.parked()).extracting(Parked::reason).containsOnly("unknown-schema");
    for (String id : ids) {
      Call read = session.careful().get(session.customer(), "/orders/" + id);
      assertThat(read.answer().path("status").asText()).as(read.line()).isEqualTo("PENDING");
    }
    everyPromiseWasKept();

    shop.build(Pipeline.PROCESSOR, Variant.readingSchema2());
    replace(Pipeline.PROCESSOR);
    try (Stack stack = StackFinder.local(cloud.orElseThrow().invokePort(), Map.of())) {
      new Redrive(stack).run("unknown-schema"::equals);
    }
    for (String id : ids) {
      awaitVersion(id, 1);
    }
    everyPromiseWasKept();
    assertThat(session.parked()).isEmpty();
    assertThat(session.orders()).extracting(TableOrder::version).containsOnly(1L);
  }
}
