package orders.systemtests.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import orders.systemtests.checker.Checker;
import orders.systemtests.checker.Evidence;
import orders.systemtests.checker.Sample;
import orders.systemtests.checker.Verdict;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A pipeline that keeps its state in a folder: whose runner itself dies, and whose disk is full.
 * One for all cases, since it takes longest to start.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DurableIT {
  private static final long SEED = Long.getLong("chaos.seed", 20260101L);
  private static final int KILLS = Integer.getInteger("chaos.kills", 1);

  @TempDir static Path folder;
  private static SmallDisk disk;
  private static RunnerProcess runner;

  @BeforeAll
  static void start() throws Exception {
    disk = SmallDisk.at(folder.resolve("disk"));
    runner = RunnerProcess.start(folder.resolve("disk")).awaitReady();
  }

  @AfterAll
  static void stop() throws Exception {
    try {
      if (runner != null) {
        runner.close();
      }
    } finally {
      disk.close();
    }
  }

  @Test
  @Order(1)
  void a_second_runner_on_a_data_folder_is_refused() throws Exception {
    try (RunnerProcess second = RunnerProcess.start(folder.resolve("disk"))) {
      assertThat(second.awaitEnd()).isNotZero();
      assertThat(second.said()).contains("another instance uses the folder");
    }
  }

  @Test
  @Order(2)
  void a_full_disk_loses_nothing_that_was_accepted_and_with_room_again_it_goes_on()
      throws Exception {
    suffer(
        "full-disk",
        (pipeline, load) -> {
          disk.fill(pipeline);
          load.awaitFailed(20);
          disk.free(pipeline);
        });
  }

  @Test
  @Order(3)
  void a_runner_killed_under_load_and_then_on_a_full_disk_loses_nothing() throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    suffer(
        "durable",
        (pipeline, load) -> {
          for (int i = 0; i < KILLS; i++) {
            load.awaitAccepted(random.nextInt(15, 40));
            runner.kill();
            restart();
            holdBriefly(pipeline);
          }
          load.awaitAccepted(10);
          disk.fill(pipeline);
          load.awaitFailed(10);
          runner.kill();
          disk.free(pipeline);
          restart();
          holdBriefly(pipeline);
        });
  }

  /** What happens while clients go on. */
  private interface Event {
    void happen(Pipeline pipeline, Load load) throws Exception;
  }

  private static void suffer(String name, Event event) throws Exception {
    try (Pipeline pipeline = new Pipeline(runner.invokePort())) {
      holdBriefly(pipeline);
      try (TestRun run = new TestRun(pipeline, name)) {
        List<Sample> samples;
        try (Sampler sampler = new Sampler(run.state(), run.history());
            Load load = new Load(run, SEED)) {
          load.awaitAccepted(10);
          event.happen(pipeline, load);
          load.awaitAccepted(10);
          load.end();
          assertThat(run.quiet(Load.PATIENCE)).as(runner.said()).isTrue();
          samples = sampler.samples();
        }
        // While the subscriber's queue was away, later events went ahead of those tried again.
        Evidence evidence = run.evidence(samples, false);
        Verdict verdict =
            new Verdict(
                SEED,
                "mvn verify -Dit.test=DurableIT -Dchaos.seed=" + SEED,
                ChaosRun.numbers(evidence, 1),
                Checker.check(evidence));
        System.out.println(name + " on " + disk.kind() + ", " + verdict.text());
        assertThat(verdict.violations()).as(verdict.text()).isEmpty();
      }
    }
  }

  private static void restart() throws Exception {
    runner = RunnerProcess.start(folder.resolve("disk"), runner.addresses()).awaitReady();
  }

  /** What a dead process held comes back soon; each start sets what the template says. */
  private static void holdBriefly(Pipeline pipeline) {
    pipeline.visibility(pipeline.output("OrderQueueUrl"), Duration.ofSeconds(8));
  }
}
