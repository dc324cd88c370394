package orders.proof.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import orders.proof.Await;
import orders.proof.checker.Checker;
import orders.proof.checker.Evidence;
import orders.proof.checker.Sample;
import orders.proof.checker.Verdict;
import orders.proof.client.Call;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline that keeps its state in a folder, and whose runner itself dies. */
class DurableIT {
  private static final long SEED = Long.getLong("chaos.seed", 20260101L);
  private static final int KILLS = Integer.getInteger("chaos.kills", 1);
  private static final int CLIENTS = 3;

  @TempDir Path folder;

  /** One pipeline for both cases, since it takes longest to start. */
  @Test
  void a_second_runner_on_a_folder_is_refused_and_a_runner_killed_under_load_loses_nothing()
      throws Exception {
    RunnerProcess runner = RunnerProcess.start(folder).awaitReady();
    try {
      try (RunnerProcess second = RunnerProcess.start(folder)) {
        assertThat(second.awaitEnd()).isNotZero();
        assertThat(second.said()).contains("another instance uses the folder");
      }
      try (Pipeline pipeline = new Pipeline(runner.invokePort())) {
        holdBriefly(pipeline);
        try (Session session = new Session(pipeline, "durable")) {
          List<Sample> samples;
          try (Sampler sampler = new Sampler(session.books(), session.history());
              Load load = new Load(session)) {
            SplittableRandom random = new SplittableRandom(SEED);
            for (int i = 0; i < KILLS; i++) {
              load.awaitAccepted(random.nextInt(15, 40));
              runner.kill();
              runner = RunnerProcess.start(folder, runner.addresses()).awaitReady();
              holdBriefly(pipeline);
            }
            load.awaitAccepted(10);
            load.end();
            assertThat(session.quiet(Duration.ofSeconds(90))).isTrue();
            samples = sampler.samples();
          }
          Evidence evidence = session.evidence(samples, true);
          Verdict verdict =
              new Verdict(
                  SEED,
                  "mvn verify -Dit.test=DurableIT -Dchaos.seed=" + SEED,
                  ChaosRun.numbers(evidence, KILLS),
                  Checker.check(evidence));
          System.out.println(verdict.text());
          assertThat(verdict.violations()).as(verdict.text()).isEmpty();
        }
      }
    } finally {
      runner.close();
    }
  }

  /** What a dead process held comes back soon; each start sets what the template says. */
  private static void holdBriefly(Pipeline pipeline) {
    pipeline.visibility(pipeline.output("OrderQueueUrl"), Duration.ofSeconds(8));
  }

  /** Clients that go on whatever happens. */
  private static final class Load implements AutoCloseable {
    private final Session session;
    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<?>> clients = new ArrayList<>();

    Load(Session session) {
      this.session = session;
      Workload workload =
          new Workload(session.client(), session.customers(), session.office(), SEED);
      for (int i = 0; i < CLIENTS; i++) {
        int number = i;
        clients.add(
            threads.submit(
                () -> {
                  workload.run(number, 20, end);
                  return null;
                }));
      }
    }

    private long accepted() {
      return session.history().calls().stream().filter(Call::accepted).count();
    }

    /** Waits until so many more calls were accepted. */
    void awaitAccepted(int more) throws InterruptedException {
      long goal = accepted() + more;
      Await.await(goal + " calls to be accepted", Duration.ofSeconds(90), () -> accepted() >= goal);
    }

    void end() throws Exception {
      end.countDown();
      for (Future<?> client : clients) {
        client.get();
      }
    }

    @Override
    public void close() {
      end.countDown();
      threads.close();
    }
  }
}
