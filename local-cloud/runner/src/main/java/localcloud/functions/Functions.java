package localcloud.functions;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import localcloud.functions.Invocation.Outcome;
import localcloud.journal.Journal;
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
            (target, requestId, payload, trace) ->
                invokeOnce(target, requestId, payload, trace, Optional.empty(), false),
            (arn, json) -> deliver(destinations, arn, json),
            platform,
            options.asyncRetryDelays(),
            AsyncInvocations.Time.REAL);
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
    return unpack(spec, spec.code());
  }

  private FunctionPackage unpack(FunctionSpec spec, Path code) {
    Path beside = code.toAbsolutePath().resolveSibling(".local-cloud");
    try {
      return FunctionPackage.unpack(code, options.cacheDir().orElse(beside));
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
    return invokeOnce(
        target(functionName),
        UUID.randomUUID().toString(),
        payload,
        traceHeader,
        Optional.empty(),
        false);
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
    return invokeAsync(target(functionName), payload, traceHeader);
  }

  String invokeAsync(Target target, byte[] payload, Optional<String> traceHeader) {
    String requestId = UUID.randomUUID().toString();
    events.queue(target, requestId, payload, traceHeader);
    return requestId;
  }

  private void deliver(Destination services, String arn, String json)
      throws IOException, InterruptedException {
    if (arn.contains(":lambda:")) {
      String unused = invokeAsync(arn, json.getBytes(StandardCharsets.UTF_8), Optional.empty());
    } else {
      services.deliver(arn, json);
    }
  }

  Answer invokeOnce(
      Target target,
      String requestId,
      byte[] payload,
      Optional<String> traceHeader,
      Optional<String> clientContext,
      boolean wholeLogTail)
      throws InterruptedException {
    FunctionSpec spec = target.spec();
    FunctionPool pool = pools.get(spec.logicalId());
    Invocation invocation =
        new Invocation(
            requestId,
            payload,
            traceHeader.orElseGet(Functions::newTrace),
            target.invokedArn(),
            clientContext);
    long began = System.nanoTime();
    CompletableFuture<Outcome> done = pool.submit(invocation);
    Outcome outcome;
    try {
      outcome = done.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      if (invocation.worker.isEmpty()) {
        // Nobody has it yet, and nobody waits for it any more.
        invocation.outcome.complete(Outcome.platform("Sandbox.Failure", "Abandoned"));
      }
      throw e;
    }
    if (wholeLogTail && invocation.worker.isPresent()) {
      invocation.log.awaitSilence();
    }
    note(spec, invocation, outcome, System.nanoTime() - began);
    return new Answer(
        requestId, outcome.payload(), outcome.functionError(), invocation.log.lastBytes());
  }

  /** Returns Lambda's Invoke API, for paths under {@code /2015-03-31/functions/}. */
  public HttpHandler invokeApi() {
    return new InvokeApi(this);
  }

  /**
   * Returns the function of a logical id, a name or an ARN; with a qualifier, if it is {@code
   * $LATEST} or the template gives it to the function.
   */
  public Optional<FunctionSpec> find(String functionName) {
    return find(Target.Name.of(functionName)).map(Target::spec);
  }

  Optional<Target> find(Target.Name name) {
    return specs.stream()
        .filter(
            spec -> spec.logicalId().equals(name.function()) || spec.name().equals(name.function()))
        .filter(
            spec ->
                name.qualifier()
                    .map(it -> it.equals("$LATEST") || spec.qualifiers().contains(it))
                    .orElse(true))
        .findFirst()
        .map(spec -> new Target(spec, name.qualifier()));
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
   *
   * @param code another package than the template's, until the next deployment
   * @throws IllegalArgumentException if that cannot be read
   */
  public void redeploy(String functionName, Optional<Path> code) {
    FunctionSpec spec = known(functionName);
    FunctionPool pool = pools.get(spec.logicalId());
    try {
      pool.replaceWith(unpack(spec, code.isPresent() ? own(code.get()) : spec.code()));
    } catch (IOException | UncheckedIOException unreadable) {
      throw new IllegalArgumentException(unreadable.getMessage(), unreadable);
    }
  }

  /**
   * Returns where a package really is, if it and its folder belong to this runner's user: every
   * user of the machine can reach the runner, and none may have it run code that another wrote.
   */
  private static Path own(Path code) throws IOException {
    Path real = code.toRealPath();
    UserPrincipal me =
        real.getFileSystem()
            .getUserPrincipalLookupService()
            .lookupPrincipalByName(System.getProperty("user.name"));
    for (Path one : List.of(real, real.resolveSibling("."))) {
      if (!Files.getOwner(one).equals(me)) {
        throw new IOException(code + " is not a package in a folder of " + me.getName());
      }
    }
    return real;
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
    return target(functionName).spec();
  }

  private Target target(String functionName) {
    return find(Target.Name.of(functionName))
        .orElseThrow(() -> new UnknownFunctionException(functionName));
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
    String why = "its initialization failed or took too long";
    try {
      if (caches.train(pool.spec(), pool.code())) {
        return;
      }
    } catch (IOException e) {
      why = String.valueOf(e.getMessage());
    }
    platform.tell(
        pool.spec(),
        "WARN",
        "no AOT cache was trained for this build, so its processes start without one: " + why,
        Optional.empty());
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
                "%s after %.1f ms, request %s%s%s",
                how,
                nanos / 1e6,
                invocation.requestId,
                invocation.worker.map(worker -> " in process " + worker.pid()).orElse(""),
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
