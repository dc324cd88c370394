package orders.systemtests.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.core.exception.SdkException;

/** Carries out a plan of faults. */
final class FaultInjector implements AutoCloseable {
  private static final String[] POISON = {
    "this is no JSON",
    "{\"schema\":2,\"command\":\"place-order\"}",
    "{\"schema\":\"1\",\"command\":7}",
    "[".repeat(500) + "]".repeat(500),
    "{\"schema\":1,\"command\":\"place-order\",\"commandId\":\"x\"}"
  };

  private final Pipeline pipeline;
  private final FaultPlan plan;
  private final SplittableRandom random;
  private final List<Fault> active = new ArrayList<>();
  private final Map<Fault, Long> frozen = new HashMap<>();
  private final Set<Long> stopped = new HashSet<>();
  private final Map<FaultKind, Long> counts = new EnumMap<>(FaultKind.class);
  private final Deployments deployments;
  private int full;
  private List<Fault> set = List.of();

  /** A fault begins or ends. */
  private record Turn(Duration at, Fault fault, boolean begins) {}

  FaultInjector(Pipeline pipeline, FaultPlan plan) {
    this.pipeline = pipeline;
    this.plan = plan;
    this.random = new SplittableRandom(plan.seed() ^ 0x5DEECE66DL);
    this.deployments = new Deployments(pipeline, plan);
  }

  /** Carries out the plan, until its last fault has ended or the end comes first. */
  void run(CountDownLatch end) throws InterruptedException {
    List<Turn> turns = new ArrayList<>();
    for (Fault fault : plan.faults()) {
      turns.add(new Turn(fault.at(), fault, true));
      turns.add(new Turn(fault.until(), fault, false));
    }
    turns.sort(Comparator.comparing(Turn::at).thenComparing(turn -> !turn.begins()));
    long start = System.nanoTime();
    try {
      for (Turn turn : turns) {
        long wait = turn.at().toNanos() - (System.nanoTime() - start);
        if (end.await(Math.max(0, wait), TimeUnit.NANOSECONDS)) {
          return;
        }
        if (turn.begins()) {
          begin(turn.fault());
        } else {
          cease(turn.fault());
        }
      }
    } finally {
      calm();
    }
  }

  /** Returns how many faults of each kind were made so far. */
  Map<FaultKind, Long> made() {
    return new EnumMap<>(counts);
  }

  private void made(FaultKind kind, long times) {
    if (times > 0) {
      counts.merge(kind, times, Long::sum);
    }
  }

  /** Returns what the services' fronts draw with next: another seed for each list of rules. */
  private long nextSeed() {
    return plan.seed() + counts.values().stream().mapToLong(Long::longValue).sum();
  }

  private void begin(Fault fault) throws InterruptedException {
    switch (fault.kind()) {
      case KILL -> kill(fault.function());
      case KILL_AT_WRITE -> killAtWrite(fault);
      case FREEZE -> {
        List<Pipeline.Worker> workers = pipeline.workers(fault.function());
        if (!workers.isEmpty()) {
          long pid = workers.get(random.nextInt(workers.size())).pid();
          pipeline.signal(pid, "STOP");
          frozen.put(fault, pid);
          stopped.add(pid);
          made(FaultKind.FREEZE, 1);
        }
      }
      case DEPLOY -> {
        deployments.deploy(fault.function());
        made(FaultKind.DEPLOY, 1);
      }
      case CLOCK_FAST, CLOCK_SLOW, NEW_SCHEMA -> {
        if (deployments.begin(fault)) {
          made(fault.kind(), 1);
        }
      }
      case DISK_FULL -> {
        full++;
        if (pipeline.writable(false)) {
          made(FaultKind.DISK_FULL, 1);
        }
      }
      case POISON -> {
        String body = POISON[random.nextInt(POISON.length)];
        try {
          pipeline
              .sqs()
              .sendMessage(
                  send -> send.queueUrl(pipeline.output("OrderQueueUrl")).messageBody(body));
          made(FaultKind.POISON, 1);
        } catch (SdkException disturbed) {
          // Another fault kept it out.
          return;
        }
      }
      default -> {
        active.add(fault);
        apply();
      }
    }
  }

  private void cease(Fault fault) throws InterruptedException {
    if (active.remove(fault)) {
      apply();
    }
    deployments.cease(fault);
    if (fault.kind() == FaultKind.DISK_FULL && --full == 0) {
      pipeline.writable(true);
    }
    Long pid = frozen.remove(fault);
    if (pid != null) {
      pipeline.signal(pid, "CONT");
      stopped.remove(pid);
    }
  }

  private void kill(String function) throws InterruptedException {
    List<Pipeline.Worker> workers = pipeline.workers(function);
    if (!workers.isEmpty()) {
      pipeline.signal(workers.get(random.nextInt(workers.size())).pid(), "KILL");
      made(FaultKind.KILL, 1);
    }
  }

  /**
   * Makes the next write of the function slow, to begin or to answer, and kills who waits for it.
   */
  private void killAtWrite(Fault fault) throws InterruptedException {
    String kind = random.nextBoolean() ? "delay" : "answer-late";
    List<ServiceFault> rules = new ArrayList<>();
    rules.add(
        ServiceFault.of(kind, "dynamodb", "BatchExecuteStatement", fault.function())
            .times(1)
            .withDelay(Duration.ofSeconds(3)));
    active.forEach(one -> one.rule().ifPresent(rules::add));
    count();
    pipeline.faults(nextSeed(), rules);
    for (int look = 0; look < 60; look++) {
      if (pipeline.made().getFirst() > 0) {
        for (Pipeline.Worker worker : pipeline.workers(fault.function())) {
          if (worker.state().equals("busy")) {
            pipeline.signal(worker.pid(), "KILL");
            made(FaultKind.KILL_AT_WRITE, 1);
          }
        }
        break;
      }
      TimeUnit.MILLISECONDS.sleep(25);
    }
    set = List.of();
    apply();
  }

  private void apply() throws InterruptedException {
    count();
    List<ServiceFault> rules = new ArrayList<>();
    active.forEach(fault -> fault.rule().ifPresent(rules::add));
    pipeline.faults(nextSeed(), rules);
    set = List.copyOf(active);
  }

  private void count() throws InterruptedException {
    if (!set.isEmpty()) {
      List<Long> fired = pipeline.made();
      for (int i = 0; i < set.size(); i++) {
        made(set.get(i).kind(), fired.get(i));
      }
    }
  }

  /** Ends every fault. */
  private void calm() throws InterruptedException {
    active.clear();
    count();
    set = List.of();
    pipeline.noFaults();
    if (full > 0) {
      full = 0;
      pipeline.writable(true);
    }
    for (long pid : stopped) {
      pipeline.signal(pid, "CONT");
    }
    stopped.clear();
    deployments.undo();
  }

  @Override
  public void close() {
    deployments.close();
  }
}
