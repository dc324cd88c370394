package localcloud.functions;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import localcloud.functions.Invocation.Outcome;
import localcloud.journal.Journal;
import localcloud.model.Arns;
import localcloud.model.FunctionSpec;
import org.jspecify.annotations.Nullable;

/** All functions of a template as processes. Safe for use by many threads. */
public final class Functions implements FunctionInvoker, AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int JOURNAL_CHARS = 256 * 1024;
  private static final Duration QUIET_BEFORE_TRAINING = Duration.ofSeconds(3);

  private final List<FunctionSpec> specs;
  private final Journal journal;
  private final LogSink logs;
  private final Options options;
  private final Launcher launcher;
  private final AotCaches caches;
  private final AsyncInvocations events;
  private final Semaphore startingAtOnce;
  private final ScheduledThreadPoolExecutor clock;
  private final Map<String, FunctionPool> pools = new LinkedHashMap<>();
  private final FunctionPool.Platform platform = new Told();
  // A permit for each time that there may be builds without a cache.
  private final Semaphore builds = new Semaphore(1);
  private @Nullable Thread trainer;

  /**
   * Unpacks the functions' packages; {@link #start} starts the processes.
   *
   * @param destinations what asynchronous invocations' on-failure and on-success records go to
   * @throws UncheckedIOException if a package is not there or cannot be unpacked; its message says
   *     which and what to do
   */
  public Functions(
      List<FunctionSpec> specs,
      Endpoints endpoints,
      Journal journal,
      LogSink logs,
      Destination destinations,
      Options options) {
    this.specs = List.copyOf(specs);
    this.journal = journal;
    this.logs = logs;
    this.options = options;
    this.launcher = new Launcher(options, endpoints);
    this.caches = new AotCaches(options, launcher);
    this.startingAtOnce =
        new Semaphore(Math.max(2, Runtime.getRuntime().availableProcessors()), true);
    this.events =
        new AsyncInvocations(
            (spec, requestId, payload, trace) -> invokeOnce(spec, requestId, payload, trace, false),
            destinations,
            this,
            platform,
            options.asyncRetryDelays());
    this.clock =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("functions-clock").factory());
    clock.setRemoveOnCancelPolicy(true);
    for (FunctionSpec spec : this.specs) {
      pools.put(spec.logicalId(), pool(spec));
    }
  }

  private FunctionPool pool(FunctionSpec spec) {
    return new FunctionPool(
        spec,
        unpack(spec),
        options,
        launcher,
        startingAtOnce,
        clock,
        platform,
        () -> caches.flags(spec, pools.get(spec.logicalId()).code()));
  }

  private FunctionPackage unpack(FunctionSpec spec) {
    Path beside = spec.code().toAbsolutePath().resolveSibling(".local-cloud");
    try {
      return FunctionPackage.unpack(spec.code(), options.cacheDir().orElse(beside));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "package of function " + spec.logicalId() + ": " + e.getMessage(), e);
    }
  }

  /**
   * Starts a first process of each function in the background, and when all is quiet the training
   * of the caches that are missing.
   */
  public void start() {
    if (options.prewarm()) {
      pools.values().forEach(FunctionPool::prewarm);
    }
    if (options.aotCache()) {
      Thread thread =
          Thread.ofPlatform().daemon().name("aot-trainer").unstarted(this::trainWhenQuiet);
      trainer = thread;
      thread.start();
    }
  }

  /**
   * Waits until each function's first process has initialized or failed.
   *
   * @return one line for each function whose first process failed; those that took longer are not
   *     among them
   */
  public List<String> awaitFirstProcesses(Duration limit) throws InterruptedException {
    List<String> failures = new ArrayList<>();
    long deadline = System.nanoTime() + limit.toNanos();
    for (FunctionPool pool : pools.values()) {
      try {
        pool.firstStart()
            .get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)
            .ifPresent(why -> failures.add("function " + pool.spec().logicalId() + ": " + why));
      } catch (TimeoutException slow) {
        // It may still come; an invocation waits for it.
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      }
    }
    return failures;
  }

  @Override
  public Answer invoke(String functionName, byte[] payload, Optional<String> traceHeader)
      throws InterruptedException {
    FunctionSpec spec = known(functionName);
    return invokeOnce(spec, UUID.randomUUID().toString(), payload, traceHeader, false);
  }

  @Override
  public int atOnce(String functionName) {
    return pools.get(known(functionName).logicalId()).maximumWorkers();
  }

  /**
   * Queues an invocation, as Lambda's {@code Event} does; returns its request id.
   *
   * @throws UnknownFunctionException if there is no such function
   */
  public String invokeAsync(String functionName, byte[] payload, Optional<String> traceHeader) {
    FunctionSpec spec = known(functionName);
    String requestId = UUID.randomUUID().toString();
    events.queue(spec, requestId, payload, traceHeader);
    return requestId;
  }

  Answer invokeOnce(
      FunctionSpec spec,
      String requestId,
      byte[] payload,
      Optional<String> traceHeader,
      boolean wholeLogTail)
      throws InterruptedException {
    FunctionPool pool = pools.get(spec.logicalId());
    Invocation invocation =
        new Invocation(requestId, payload, traceHeader.orElseGet(Functions::newTrace));
    long began = System.nanoTime();
    pool.submit(invocation);
    Outcome outcome;
    try {
      outcome = invocation.outcome.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      if (invocation.worker.isEmpty()) {
        // Nobody has it yet, and nobody waits for it any more.
        invocation.outcome.complete(Outcome.platform("Sandbox.Failure", "Abandoned"));
      }
      throw e;
    }
    byte[] tail = new byte[0];
    Optional<Worker> worker = invocation.worker;
    if (worker.isPresent()) {
      if (wholeLogTail) {
        worker.get().drainLog();
      }
      tail = worker.get().logTail();
    }
    note(spec, invocation, outcome, System.nanoTime() - began);
    return new Answer(requestId, outcome.payload(), outcome.functionError(), tail);
  }

  /** Returns Lambda's Invoke API, for paths under {@code /2015-03-31/functions/}. */
  public HttpHandler invokeApi() {
    return new InvokeApi(this);
  }

  /** Returns the function of a logical id, a name or an ARN, with or without {@code $LATEST}. */
  public Optional<FunctionSpec> find(String functionName) {
    String name = functionName.replaceFirst(":\\$LATEST$", "");
    String last = name.contains(":function:") ? Arns.nameOf(name) : name;
    return specs.stream()
        .filter(spec -> spec.logicalId().equals(last) || spec.name().equals(last))
        .findFirst();
  }

  /** Returns the running processes. */
  public List<WorkerInfo> workers() {
    return pools.values().stream()
        .flatMap(pool -> pool.workers().stream())
        .map(Worker::info)
        .toList();
  }

  /** Kills a process of a function, as a crash would; false if it is none of ours. */
  public boolean kill(long pid) {
    for (FunctionPool pool : pools.values()) {
      for (Worker worker : pool.workers()) {
        if (worker.pid() == pid) {
          worker.kill();
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Unpacks the function's package anew and replaces its processes, each when it is idle. Nothing
   * happens if the package is the same.
   *
   * @return whether it is another build
   * @throws UncheckedIOException if the package cannot be read; the old build goes on
   */
  public boolean replaceWorkers(String functionName) {
    FunctionSpec spec = known(functionName);
    FunctionPool pool = pools.get(spec.logicalId());
    FunctionPackage build = unpack(spec);
    if (build.equals(pool.code())) {
      return false;
    }
    pool.replaceWith(build);
    builds.release();
    return true;
  }

  /**
   * Replaces a function's processes as {@link #replaceWorkers} does, whether its package changed or
   * not.
   */
  public void redeploy(String functionName) {
    FunctionSpec spec = known(functionName);
    FunctionPool pool = pools.get(spec.logicalId());
    pool.replaceWith(unpack(spec));
  }

  /** Kills all processes and waits until they are gone. */
  @Override
  public void close() {
    events.close();
    Thread training = trainer;
    if (training != null) {
      training.interrupt();
    }
    List<Thread> closing = new ArrayList<>();
    for (FunctionPool pool : pools.values()) {
      closing.add(Thread.ofVirtual().start(pool::close));
    }
    try {
      for (Thread thread : closing) {
        thread.join();
      }
      if (training != null) {
        training.join(5000);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    clock.shutdownNow();
  }

  private FunctionSpec known(String functionName) {
    return find(functionName).orElseThrow(() -> new UnknownFunctionException(functionName));
  }

  private void trainWhenQuiet() {
    try {
      while (true) {
        builds.acquire();
        builds.drainPermits();
        for (FunctionPool pool : pools.values()) {
          trainWhenQuiet(pool);
        }
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private void trainWhenQuiet(FunctionPool pool) throws InterruptedException {
    if (!caches.wanted(pool.spec(), pool.code())) {
      return;
    }
    awaitQuiet();
    try {
      caches.train(pool.spec(), pool.code());
    } catch (IOException e) {
      journal.add(
          new Journal.Entry(
              Instant.now(), "function", "aot", "no cache was trained: " + e.getMessage(), ""));
    }
  }

  /** Waits for a while in which no function works: training must not slow down anybody. */
  private void awaitQuiet() throws InterruptedException {
    long quietSince = System.nanoTime();
    while (System.nanoTime() - quietSince < QUIET_BEFORE_TRAINING.toNanos()) {
      TimeUnit.MILLISECONDS.sleep(100);
      if (!pools.values().stream().allMatch(FunctionPool::quiet)) {
        quietSince = System.nanoTime();
      }
    }
  }

  private void note(FunctionSpec spec, Invocation invocation, Outcome outcome, long nanos) {
    String how = outcome.functionError().map(error -> "failed (" + error + ")").orElse("answered");
    String text = new String(invocation.payload, StandardCharsets.UTF_8);
    journal.add(
        new Journal.Entry(
            Instant.now(),
            "function",
            spec.logicalId(),
            String.format(
                Locale.ROOT,
                "%s after %.1f ms, request %s%s",
                how,
                nanos / 1e6,
                invocation.requestId,
                outcome.functionError().isPresent()
                    ? ": " + new String(outcome.payload(), StandardCharsets.UTF_8)
                    : ""),
            text.substring(0, Math.min(text.length(), JOURNAL_CHARS))));
  }

  private static String newTrace() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return String.format(
        Locale.ROOT,
        "Root=1-%08x-%08x%016x;Parent=%016x;Sampled=0",
        Instant.now().getEpochSecond(),
        random.nextInt(),
        random.nextLong(),
        random.nextLong());
  }

  /** Lines of functions as they are, and what Lambda itself would log, as one JSON object. */
  private final class Told implements FunctionPool.Platform {
    @Override
    public void functionWrote(FunctionSpec spec, long pid, String line) {
      logs.line(spec.logicalId(), pid, line);
      journal.add(new Journal.Entry(Instant.now(), "log", spec.logicalId(), line, ""));
    }

    @Override
    public void tell(FunctionSpec spec, String level, String message, Optional<String> requestId) {
      ObjectNode line = JSON.createObjectNode();
      line.put("level", level);
      line.put("message", message);
      line.put("timestamp", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
      line.put("service", "lambda");
      line.put("function_name", spec.name());
      requestId.ifPresent(id -> line.put("function_request_id", id));
      functionWrote(spec, 0, line.toString());
    }
  }
}
