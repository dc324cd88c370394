package orders.systemtests.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import orders.systemtests.Await;
import orders.systemtests.client.Call;

/** Clients that go on whatever happens. */
final class Load implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int CLIENTS = 3;

  private final TestRun run;
  private final CountDownLatch end = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<?>> clients = new ArrayList<>();

  Load(TestRun run, long seed) {
    this.run = run;
    Workload workload = new Workload(run.client(), run.customers(), run.office(), seed);
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
    return run.history().calls().stream().filter(Call::accepted).count();
  }

  /** Waits until so many more calls were accepted. */
  void awaitAccepted(int more) throws InterruptedException {
    long goal = accepted() + more;
    Await.await(goal + " calls to be accepted", PATIENCE, () -> accepted() >= goal);
  }

  /** Waits until so many more calls were answered with a 5xx, or not at all. */
  void awaitFailed(int more) throws InterruptedException {
    long goal = failed() + more;
    Await.await(goal + " calls to fail", PATIENCE, () -> failed() >= goal);
  }

  private long failed() {
    return run.history().calls().stream().filter(Call::uncertain).count();
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
