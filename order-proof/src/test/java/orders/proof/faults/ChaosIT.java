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
import localcloud.LocalCloud;
import orders.ops.Redrive;
import orders.ops.Stack;
import orders.ops.StackFinder;
import orders.proof.chaos.Books;
import orders.proof.chaos.ChaosRun;
import orders.proof.chaos.FaultKind;
import orders.proof.chaos.FaultPlan;
import orders.proof.chaos.Pipeline;
import orders.proof.checker.Parked;
import orders.proof.checker.TableOrder;
import orders.proof.checker.Verdict;
import orders.proof.client.Call;
import orders.proof.faults.Workshop.Edit;
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
    workshop.orElseThrow().build(Pipeline.API, List.of(clockOfApi(hours)));
    replace(Pipeline.API);
    CountDownLatch end = new CountDownLatch(1);
    Thread rollouts = Thread.ofVirtual().start(() -> rollOut(hours, end));
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
    assertThat(new Books(pipeline).orders("chaos-" + SEED))
        .as("orders that were accepted by a clock that is wrong")
        .anyMatch(
            order -> Duration.between(now, order.history().getFirst().at()).abs().toMinutes() > 30);
  }

  /** Builds one function after the other with another clock; the runner deploys what is built. */
  private static void rollOut(int hours, CountDownLatch end) {
    Workshop shop = workshop.orElseThrow();
    long pause = LENGTH.toMillis() / 4;
    try {
      if (!end.await(pause, TimeUnit.MILLISECONDS)) {
        shop.build(Pipeline.PROCESSOR, List.of(clockOfProcessor(-hours)));
      }
      if (!end.await(pause, TimeUnit.MILLISECONDS)) {
        shop.build(Pipeline.API, List.of(clockOfApi(-hours)));
      }
      if (!end.await(pause, TimeUnit.MILLISECONDS)) {
        shop.build(Pipeline.NOTIFIER, List.of(clockOfNotifier(hours)));
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private static Edit clockOfApi(int hours) {
    return new Edit(
        "order-api/src/main/java/orders/api/OrderApiWiring.java",
        "InstantSource.system()",
        "InstantSource.offset(InstantSource.system(), Duration.ofHours(" + hours + "))");
  }

  private static Edit clockOfProcessor(int hours) {
    return new Edit(
        "order-processor/src/main/java/orders/processor/OrderProcessorWiring.java",
        "        patience,\n        Clock.systemUTC()",
        "        patience,\n        Clock.offset(Clock.systemUTC(), Duration.ofHours("
            + hours
            + "))");
  }

  private static Edit clockOfNotifier(int hours) {
    return new Edit(
        "order-notifier/src/main/java/orders/notifier/OrderNotifierWiring.java",
        "topicArn),\n        new LoggedChronicle(),\n        Clock.systemUTC()",
        "topicArn),\n        new LoggedChronicle(),\n"
            + "        Clock.offset(Clock.systemUTC(), Duration.ofHours("
            + hours
            + "))");
  }

  @Test
  void messages_of_a_schema_that_the_processor_does_not_know_yet_wait_for_the_one_that_does()
      throws Exception {
    String message = "order-wire/src/main/java/orders/wire/QueueMessage.java";
    Workshop shop = workshop.orElseThrow();
    shop.build(Pipeline.API, List.of(new Edit(message, "long SCHEMA = 1;", "long SCHEMA = 2;")));
    replace(Pipeline.API);

    List<String> ids = placeMany(3);
    await("all to be parked", () -> session.parked().size() == ids.size());

    assertThat(session.parked()).extracting(Parked::reason).containsOnly("unknown-schema");
    for (String id : ids) {
      Call read = session.client().get(session.customer(), "/orders/" + id);
      assertThat(read.answer().path("status").asText()).as(read.line()).isEqualTo("PENDING");
    }
    everyPromiseWasKept();

    shop.build(
        Pipeline.PROCESSOR,
        List.of(
            new Edit(
                message, "reader.whole(\"schema\") != SCHEMA", "reader.whole(\"schema\") > 2")));
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
