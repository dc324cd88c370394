package orders.systemtests.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import orders.systemtests.checker.Checker;
import orders.systemtests.checker.Evidence;
import orders.systemtests.checker.Sample;
import orders.systemtests.checker.TableOrder;
import orders.systemtests.checker.Verdict;
import orders.systemtests.client.Call;

/** Load and faults for a while, then quiet, then the check. */
public final class ChaosRun {
  private static final Duration QUIET_LIMIT = Duration.ofMinutes(5);

  /** Of so many orders the commands are delivered again at the end. */
  private static final int MAX_REDELIVERED = 40;

  private final Pipeline pipeline;
  private final Options options;
  private final Consumer<String> told;

  /**
   * What to do.
   *
   * @param length how long load and faults last
   * @param clients how many clients at once
   * @param pause of each client between two calls
   * @param visibility of the queue during the run: short, so that what a dead process held comes
   *     back soon
   */
  public record Options(
      long seed, Duration length, int clients, Duration pause, Duration visibility) {
    /** Returns options for a run of a seed. */
    public static Options of(long seed, Duration length) {
      return new Options(seed, length, 4, Duration.ofMillis(20), Duration.ofSeconds(15));
    }
  }

  /** Prepares a run; {@code told} gets a line for each thing a watcher wants to know. */
  public ChaosRun(Pipeline pipeline, Options options, Consumer<String> told) {
    this.pipeline = pipeline;
    this.options = options;
    this.told = told;
  }

  /** Runs a plan, waits for quiet and checks. */
  public Verdict run(FaultPlan plan, String again) throws InterruptedException {
    String queue = pipeline.output("OrderQueueUrl");
    long queuesPid = pipeline.queuesPid();
    Duration visibility = pipeline.visibility(queue, options.visibility());
    try (FaultInjector injector = new FaultInjector(pipeline, plan);
        TestRun run = new TestRun(pipeline, "chaos-" + options.seed())) {
      List<Sample> samples;
      try (Sampler sampler = new Sampler(run.state(), run.history())) {
        load(new Workload(run.client(), run.customers(), run.office(), options.seed()), injector);
        told.accept("load and faults are over, waiting for quiet");
        if (!run.quiet(QUIET_LIMIT)) {
          told.accept("it did not become quiet within " + QUIET_LIMIT.toSeconds() + " s");
        }
        run.redeliver(MAX_REDELIVERED);
        samples = sampler.samples();
      }
      // While the subscriber's queue was away, later events went ahead of those tried again.
      boolean orderKept = pipeline.queuesPid() == queuesPid;
      Evidence evidence = run.evidence(samples, orderKept);
      return new Verdict(
          options.seed(), again, numbers(evidence, injector.made()), Checker.check(evidence));
    } finally {
      pipeline.visibility(queue, visibility);
    }
  }

  private void load(Workload workload, FaultInjector injector) throws InterruptedException {
    CountDownLatch end = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < options.clients(); i++) {
        int number = i;
        running.add(
            threads.submit(
                () -> {
                  workload.run(number, options.pause().toMillis(), end);
                  return null;
                }));
      }
      running.add(
          threads.submit(
              () -> {
                injector.run(end);
                return null;
              }));
      TimeUnit.MILLISECONDS.sleep(options.length().toMillis());
      end.countDown();
      for (Future<?> one : running) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("the run broke: " + e.getCause(), e.getCause());
    }
  }

  private static String numbers(Evidence evidence, Map<FaultKind, Long> made) {
    long all = made.values().stream().mapToLong(Long::longValue).sum();
    List<String> kinds = new ArrayList<>();
    made.forEach((kind, times) -> kinds.add(kind.word() + " " + times));
    return numbers(evidence, all) + (kinds.isEmpty() ? "" : "; " + String.join(", ", kinds));
  }

  static String numbers(Evidence evidence, long faults) {
    long accepted = evidence.calls().stream().filter(c -> c.places() && c.accepted()).count();
    long unknown = evidence.calls().stream().filter(Call::uncertain).count();
    long versions = evidence.orders().stream().mapToLong(TableOrder::version).sum();
    return String.format(
        Locale.ROOT,
        "%d calls (%d unknown or failed), %d placements accepted, %d orders stored with %d"
            + " versions, %d events, %d dead-lettered, %d faults, %d samples",
        evidence.calls().size(),
        unknown,
        accepted,
        evidence.orders().size(),
        versions,
        evidence.events().size(),
        evidence.deadLetters().size(),
        faults,
        evidence.samples().size());
  }
}
