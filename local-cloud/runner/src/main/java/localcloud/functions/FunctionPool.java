package localcloud.functions;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import localcloud.functions.FunctionInvoker.ThrottledException;
import localcloud.functions.Invocation.Outcome;
import localcloud.model.FunctionSpec;

/**
 * The processes of one function. An invocation takes a free process, or waits; while it waits
 * longer than {@link Options#growAfter} and no process is starting for it, one more is started, up
 * to the limit. Safe for use by many threads.
 */
final class FunctionPool implements Worker.Keeper {
  private static final Duration DEBUG_TIMEOUT = Duration.ofHours(1);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final FunctionSpec spec;
  private final Options options;
  private final Launcher launcher;
  private final Semaphore startingAtOnce;
  private final ScheduledExecutorService clock;
  private final Platform platform;
  private final Supplier<List<String>> cacheFlags;
  private final int maximumWorkers;
  private final long timeoutMillis;
  private final CompletableFuture<Optional<String>> firstStart = new CompletableFuture<>();

  private final Deque<Worker> idle = new ArrayDeque<>();
  private final Set<Worker> workers = new LinkedHashSet<>();
  private final Set<Worker> holdingStart = new LinkedHashSet<>();
  private final Deque<Invocation> waiting = new ArrayDeque<>();
  private int starting;
  private int inFlight;
  private boolean closed;
  private FunctionPackage code;

  /** Where the pool tells what happens to its function. */
  interface Platform {
    void functionWrote(FunctionSpec spec, long pid, String line);

    /** Tells what the function cannot tell itself. */
    void tell(FunctionSpec spec, String level, String message, Optional<String> requestId);
  }

  FunctionPool(
      FunctionSpec spec,
      FunctionPackage code,
      Options options,
      Launcher launcher,
      Semaphore startingAtOnce,
      ScheduledExecutorService clock,
      Platform platform,
      Supplier<List<String>> cacheFlags) {
    this.spec = spec;
    this.code = code;
    this.options = options;
    this.launcher = launcher;
    this.startingAtOnce = startingAtOnce;
    this.clock = clock;
    this.platform = platform;
    this.cacheFlags = cacheFlags;
    boolean debugged = options.debugPorts().containsKey(spec.logicalId());
    this.maximumWorkers = debugged ? 1 : options.maximumWorkers();
    this.timeoutMillis = (debugged ? DEBUG_TIMEOUT : spec.timeout()).toMillis();
    long idleCheck = Math.max(50, options.idleTimeout().toMillis() / 4);
    ScheduledFuture<?> unused =
        clock.scheduleWithFixedDelay(this::shrink, idleCheck, idleCheck, TimeUnit.MILLISECONDS);
  }

  FunctionSpec spec() {
    return spec;
  }

  synchronized FunctionPackage code() {
    return code;
  }

  /** Starts a first process unless there is one. */
  void prewarm() {
    synchronized (this) {
      if (!workers.isEmpty() || starting > 0) {
        return;
      }
      starting++;
    }
    startInBackground(true, options.firstInitTimeout().toMillis(), false);
  }

  /** Returns, when the first process has initialized or failed, why it failed. */
  CompletableFuture<Optional<String>> firstStart() {
    return firstStart;
  }

  /**
   * Hands an invocation to a process, now or when one is free.
   *
   * @return its outcome, there only when it no longer counts among those under way: who waited for
   *     it can submit the next one at once
   * @throws ThrottledException if the reserved concurrency is used up
   */
  CompletableFuture<Outcome> submit(Invocation invocation) {
    Optional<Worker> free;
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("functions are shut down");
      }
      if (spec.reservedConcurrency().isPresent()
          && inFlight >= spec.reservedConcurrency().getAsInt()) {
        throw new ThrottledException(spec.name());
      }
      inFlight++;
      free = Optional.ofNullable(idle.pollFirst());
      if (free.isEmpty()) {
        waiting.addLast(invocation);
      }
    }
    CompletableFuture<Outcome> done =
        invocation.outcome.whenComplete(
            (outcome, failure) -> {
              synchronized (this) {
                inFlight--;
                waiting.remove(invocation);
              }
            });
    if (free.isPresent()) {
      dispatch(free.get(), invocation);
    } else {
      grow(invocation);
    }
    return done;
  }

  /** Starts a process for a waiting invocation, at once if there is none, else a moment later. */
  private void grow(Invocation invocation) {
    boolean start;
    synchronized (this) {
      if (closed || !waiting.contains(invocation)) {
        return;
      }
      start = workers.isEmpty() && starting == 0;
      if (start) {
        starting++;
      }
    }
    if (start) {
      startInBackground(false, options.initTimeout().toMillis(), false);
    }
    later(options.growAfter(), () -> growIfStillWaiting(invocation));
  }

  private void growIfStillWaiting(Invocation invocation) {
    boolean start;
    synchronized (this) {
      if (closed || !waiting.contains(invocation)) {
        return;
      }
      int initialized = workers.size() - holdingStart.size();
      start = starting < waiting.size() && initialized + starting < limit();
      if (start) {
        starting++;
      }
    }
    if (start) {
      startInBackground(false, options.initTimeout().toMillis(), false);
    }
    later(options.growAfter(), () -> growIfStillWaiting(invocation));
  }

  /** Returns how many processes this machine lets the function have. */
  int maximumWorkers() {
    return maximumWorkers;
  }

  private int limit() {
    return Math.min(maximumWorkers, spec.reservedConcurrency().orElse(maximumWorkers));
  }

  /** Starts one process; {@code starting} counts it already. */
  private void startInBackground(boolean evenIfNotNeeded, long initLimitMillis, boolean again) {
    Thread.ofVirtual()
        .name("start-" + spec.logicalId())
        .start(() -> startOne(evenIfNotNeeded, initLimitMillis, again));
  }

  private void startOne(boolean evenIfNotNeeded, long initLimitMillis, boolean again) {
    try {
      startingAtOnce.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    Worker worker;
    try {
      synchronized (this) {
        // While this one waited for its turn, others may have become free.
        if (closed || (!evenIfNotNeeded && waiting.isEmpty())) {
          starting--;
          notifyAll();
          startingAtOnce.release();
          return;
        }
      }
      worker = new Worker(spec, timeoutMillis, code(), launcher, flagsOfOneProcess(), this);
    } catch (IOException | RuntimeException | Error e) {
      startingAtOnce.release();
      couldNotStart(e);
      return;
    }
    boolean kill;
    synchronized (this) {
      workers.add(worker);
      holdingStart.add(worker); // counts as starting until it has initialized or ended
      notifyAll();
      kill = closed;
    }
    worker.listen();
    if (kill) {
      worker.kill();
    }
    later(Duration.ofMillis(initLimitMillis), () -> endSlowInit(worker, initLimitMillis, again));
  }

  private List<String> flagsOfOneProcess() {
    List<String> flags = new ArrayList<>();
    Optional.ofNullable(options.debugPorts().get(spec.logicalId()))
        .ifPresentOrElse(
            port ->
                flags.add(
                    "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,quiet=y,"
                        + "address=127.0.0.1:"
                        + port),
            // A cache is made for one set of flags, without a debugger.
            () -> flags.addAll(cacheFlags.get()));
    return flags;
  }

  private void couldNotStart(Throwable e) {
    String why = "the process could not be started: " + e.getMessage();
    platform.tell(spec, "ERROR", why, Optional.empty());
    firstStart.complete(Optional.of(why));
    Optional<Invocation> hit;
    synchronized (this) {
      starting--;
      notifyAll();
      hit = Optional.ofNullable(waiting.pollFirst());
    }
    hit.ifPresent(
        invocation ->
            invocation.outcome.complete(
                Outcome.platform("Runtime.InvalidEntrypoint", "The process could not be started")));
  }

  /**
   * Initialization has its own limit. Beyond it Lambda ends the process and initializes again as
   * part of the invocation, under the function's timeout.
   */
  private void endSlowInit(Worker worker, long limitMillis, boolean again) {
    Optional<Invocation> hit = Optional.empty();
    boolean retry = false;
    synchronized (this) {
      if (!workers.contains(worker) || worker.initialized()) {
        return;
      }
      workers.remove(worker);
      if (again) {
        hit = Optional.ofNullable(waiting.pollFirst());
      } else if (!waiting.isEmpty()) {
        retry = true;
        starting++;
      }
    }
    String why =
        String.format(
            java.util.Locale.ROOT,
            "initialization took longer than %.2f seconds and was ended; what it wrote stands"
                + " above",
            limitMillis / 1000.0);
    platform.tell(spec, "ERROR", why, hit.map(invocation -> invocation.requestId));
    firstStart.complete(Optional.of(why));
    worker.kill();
    releaseStart(worker);
    hit.ifPresent(
        invocation ->
            invocation.outcome.complete(Outcome.timedOut(invocation.requestId, timeoutMillis)));
    if (retry) {
      startInBackground(false, timeoutMillis, true);
    }
  }

  @Override
  public void free(Worker worker) {
    releaseStart(worker);
    firstStart.complete(Optional.empty());
    Optional<Invocation> next = Optional.empty();
    synchronized (this) {
      if (!closed && workers.contains(worker)) {
        if (!worker.code.equals(code)) {
          workers.remove(worker);
        } else {
          next = Optional.ofNullable(waiting.pollFirst());
          if (next.isEmpty()) {
            idle.addFirst(worker); // the last one used is the warmest
            return;
          }
        }
      }
    }
    next.ifPresentOrElse(invocation -> dispatch(worker, invocation), worker::kill);
  }

  private void dispatch(Worker worker, Invocation invocation) {
    worker.take(invocation);
    Optional<ScheduledFuture<?>> timer =
        later(
            Duration.ofMillis(timeoutMillis),
            () -> {
              if (worker.timeOut(invocation)) {
                platform.tell(
                    spec,
                    "ERROR",
                    Outcome.timedOut(timeoutMillis),
                    Optional.of(invocation.requestId));
              }
            });
    timer.ifPresent(
        t -> {
          CompletableFuture<Outcome> unused =
              invocation.outcome.whenComplete((outcome, failure) -> t.cancel(false));
        });
  }

  @Override
  public void ended(Worker worker) {
    releaseStart(worker);
    Optional<Invocation> hit = Optional.empty();
    Optional<Invocation> next = Optional.empty();
    boolean known;
    synchronized (this) {
      known = workers.remove(worker);
      idle.remove(worker);
      if (known && !worker.initialized()) {
        hit = Optional.ofNullable(waiting.pollFirst());
      }
      next = Optional.ofNullable(waiting.peekFirst());
    }
    if (known && !worker.initialized()) {
      Outcome failure =
          worker.initFailure(hit.map(invocation -> invocation.requestId).orElse("none"));
      if (!isClosed()) {
        String why =
            "initialization failed: " + new String(failure.payload(), StandardCharsets.UTF_8);
        platform.tell(spec, "ERROR", why, hit.map(invocation -> invocation.requestId));
        firstStart.complete(Optional.of(why));
      }
      hit.ifPresent(invocation -> invocation.outcome.complete(failure));
    }
    next.ifPresent(this::grow);
  }

  @Override
  public void wrote(Worker worker, String line) {
    platform.functionWrote(spec, worker.pid(), line);
  }

  private void releaseStart(Worker worker) {
    boolean held;
    synchronized (this) {
      held = holdingStart.remove(worker);
      if (held) {
        starting--;
      }
    }
    if (held) {
      startingAtOnce.release();
    }
  }

  /** Stops processes that were idle for long; the last one stays warm. */
  private void shrink() {
    List<Worker> unused = new ArrayList<>();
    synchronized (this) {
      while (workers.size() > 1
          && !idle.isEmpty()
          && idle.peekLast().idleNanos() > options.idleTimeout().toNanos()) {
        Worker worker = idle.pollLast();
        workers.remove(worker);
        unused.add(worker);
      }
    }
    unused.forEach(Worker::kill);
  }

  /** Goes over to another build: idle processes end now, busy ones when they have answered. */
  void replaceWith(FunctionPackage newCode) {
    List<Worker> old = new ArrayList<>();
    synchronized (this) {
      code = newCode;
      for (Worker worker : idle) {
        workers.remove(worker);
        old.add(worker);
      }
      idle.clear();
    }
    old.forEach(Worker::kill);
    prewarm();
  }

  synchronized boolean quiet() {
    return inFlight == 0 && starting == 0;
  }

  synchronized List<Worker> workers() {
    return List.copyOf(workers);
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** Kills all processes and waits until they are gone, those too that are being started. */
  void close() {
    List<Invocation> unanswered;
    Set<Worker> all;
    synchronized (this) {
      closed = true;
      all = new LinkedHashSet<>(workers);
      unanswered = List.copyOf(waiting);
      waiting.clear();
      idle.clear();
    }
    all.forEach(Worker::kill);
    unanswered.forEach(
        invocation ->
            invocation.outcome.complete(
                Outcome.platform("Sandbox.Failure", "The runner is shutting down")));
    try {
      synchronized (this) {
        // What is being started ends by itself: it finds the pool closed, or is killed.
        long deadline = System.nanoTime() + CLOSE_LIMIT.toNanos();
        for (long left = CLOSE_LIMIT.toNanos();
            starting > holdingStart.size() && left > 0;
            left = deadline - System.nanoTime()) {
          TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        all.addAll(workers);
      }
      for (Worker worker : all) {
        worker.awaitEnd(CLOSE_LIMIT.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<ScheduledFuture<?>> later(Duration delay, Runnable task) {
    try {
      return Optional.of(clock.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS));
    } catch (RejectedExecutionException closing) {
      return Optional.empty(); // nothing happens later any more
    }
  }
}
