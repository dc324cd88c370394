package localcloud.functions;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import localcloud.files.TemporaryFolder;
import localcloud.functions.Invocation.Outcome;
import localcloud.model.FunctionSpec;

/**
 * One process of a function and its side of the Runtime API. Takes one invocation at a time. Its
 * pool is told, on threads of the worker, when it is free and when it has ended.
 */
final class Worker implements RuntimeApi.Client {
  /** Who keeps the workers. Called without any lock of the worker's held. */
  interface Keeper {
    /** The process asks for work, the first time when its initialization is done. */
    void free(Worker worker);

    /** The process has ended, whatever the reason. */
    void ended(Worker worker);

    /** The process wrote a line. */
    void wrote(Worker worker, String line);
  }

  private static final long OUTPUT_LIMIT_MILLIS = 1000;

  private enum State {
    STARTING,
    IDLE,
    BUSY,
    ENDED
  }

  private final FunctionSpec spec;
  private final long timeoutMillis;
  private final Keeper keeper;
  private final RuntimeApi api;
  private final TemporaryFolder temporary;
  private final Process process;
  private final Thread reader;
  private final long startedNanos = System.nanoTime();
  private final BlockingQueue<Invocation> handOver = new LinkedBlockingQueue<>();
  private final CountDownLatch gone = new CountDownLatch(1);

  private State state = State.STARTING;
  private Optional<Invocation> current = Optional.empty();
  private Optional<byte[]> initError = Optional.empty();
  private long invocations;
  private long coldStartMillis;
  private long deliveredNanos;
  private long idleSinceNanos;
  // About to be killed: it may still ask for work, and must not get any.
  private boolean doomed;
  // Of the invocation it took last. What one wrote and nobody has read when the next one is taken
  // is the next one's: lines do not say whose they are.
  private volatile LogTail log = new LogTail();

  /** Package and flags this one was started with; another build makes it out of date. */
  final FunctionPackage code;

  Worker(
      FunctionSpec spec,
      long timeoutMillis,
      FunctionPackage code,
      Launcher launcher,
      List<String> extraFlags,
      Keeper keeper)
      throws IOException {
    this.spec = spec;
    this.timeoutMillis = timeoutMillis;
    this.code = code;
    this.keeper = keeper;
    this.temporary = TemporaryFolder.create(spec.logicalId());
    this.api = new RuntimeApi(spec.logicalId(), this);
    try {
      this.process = launcher.start(spec, code, api.address(), temporary.path(), extraFlags);
    } catch (IOException e) {
      api.close();
      temporary.close();
      throw e;
    }
    this.reader =
        Thread.ofPlatform().daemon().name("log-" + spec.logicalId()).unstarted(this::read);
  }

  /** Begins to listen to the process; apart from the constructor so that the keeper knows it. */
  void listen() {
    reader.start();
    CompletableFuture<Void> unused =
        process
            .onExit()
            // It may wait for the reader: not on the common pool, which has few threads.
            .thenAcceptAsync(
                ended -> ended(),
                task -> Thread.ofPlatform().daemon().name("end-" + spec.logicalId()).start(task));
  }

  /** Gives the worker its next invocation; it must be free. One that has ended fails it at once. */
  void take(Invocation invocation) {
    boolean ended;
    synchronized (this) {
      invocation.worker = Optional.of(this);
      ended = state == State.ENDED;
      if (!ended) {
        current = Optional.of(invocation);
        state = State.BUSY;
      }
    }
    if (ended) {
      // It died before its pool knew; nobody else would ever answer.
      invocation.outcome.complete(Outcome.exited(invocation.requestId, process.exitValue()));
      return;
    }
    log = invocation.log;
    invocation.log.add("START RequestId: " + invocation.requestId + " Version: $LATEST");
    handOver.add(invocation);
  }

  /** Ends an invocation that took too long, and the process with it; false if it is done. */
  boolean timeOut(Invocation invocation) {
    synchronized (this) {
      if (current.isEmpty() || current.get() != invocation || invocation.outcome.isDone()) {
        return false;
      }
      doomed = true;
    }
    boolean late =
        invocation.outcome.complete(Outcome.timedOut(invocation.requestId, timeoutMillis));
    if (late) {
      invocation.log.end(invocation.requestId + " " + Outcome.timedOut(timeoutMillis));
    }
    kill();
    return late;
  }

  /** Kills the process, as Lambda ends an execution environment, and as a crash would. */
  void kill() {
    process.destroyForcibly();
  }

  /** Ends the process in its own time: its standard input ends. For training runs. */
  boolean endOrderly(long limitMillis) throws InterruptedException {
    try {
      process.getOutputStream().close();
    } catch (IOException gone) {
      // Then it has ended already.
    }
    return process.waitFor(limitMillis, TimeUnit.MILLISECONDS);
  }

  long pid() {
    return process.pid();
  }

  FunctionSpec spec() {
    return spec;
  }

  synchronized boolean initialized() {
    return coldStartMillis > 0;
  }

  synchronized long idleNanos() {
    return state == State.IDLE ? System.nanoTime() - idleSinceNanos : 0;
  }

  synchronized WorkerInfo info() {
    return new WorkerInfo(
        spec.logicalId(),
        pid(),
        state.name().toLowerCase(Locale.ROOT),
        invocations,
        coldStartMillis);
  }

  /**
   * Returns what an invocation gets that waited for this worker, which ended before it was free.
   */
  Outcome initFailure(String requestId) {
    synchronized (this) {
      if (initError.isPresent()) {
        return Outcome.unhandled(initError.get());
      }
    }
    return Outcome.exited(requestId, process.exitValue());
  }

  /** Waits until the process has ended, every line it wrote is told and its files are deleted. */
  void awaitEnd(long limitMillis) throws InterruptedException {
    process.waitFor(limitMillis, TimeUnit.MILLISECONDS);
    reader.join(limitMillis);
    boolean unused = gone.await(limitMillis, TimeUnit.MILLISECONDS);
  }

  @Override
  public RuntimeApi.Next next() throws InterruptedException {
    boolean free;
    synchronized (this) {
      // It may have ended since it asked: nobody would ever answer for it.
      free = !doomed && state != State.ENDED;
      if (coldStartMillis == 0) {
        coldStartMillis =
            Math.max(1, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos));
      }
      if (free) {
        state = State.IDLE;
        current = Optional.empty();
        idleSinceNanos = System.nanoTime();
      }
    }
    if (free) {
      keeper.free(this);
    }
    Invocation invocation = handOver.take();
    synchronized (this) {
      deliveredNanos = System.nanoTime();
    }
    return new RuntimeApi.Next(
        invocation.requestId,
        invocation.payload,
        System.currentTimeMillis() + timeoutMillis,
        invocation.invokedArn,
        invocation.traceHeader,
        invocation.clientContext);
  }

  @Override
  public boolean answered(String requestId, byte[] body, boolean tooLarge) {
    return finish(requestId, tooLarge ? Outcome.tooLarge() : Outcome.success(body));
  }

  @Override
  public boolean failed(String requestId, byte[] body) {
    return finish(requestId, Outcome.unhandled(body));
  }

  @Override
  public void initFailed(byte[] body) {
    synchronized (this) {
      initError = Optional.of(body);
    }
  }

  private boolean finish(String requestId, Outcome outcome) {
    Invocation invocation;
    synchronized (this) {
      if (current.isEmpty() || !current.get().requestId.equals(requestId)) {
        return false;
      }
      invocation = current.get();
      invocations++;
    }
    report(invocation);
    return invocation.outcome.complete(outcome);
  }

  private void report(Invocation invocation) {
    double millis;
    synchronized (this) {
      millis = (System.nanoTime() - deliveredNanos) / 1e6;
    }
    invocation.log.end(
        String.format(
            Locale.ROOT,
            "END RequestId: %s\n"
                + "REPORT RequestId: %1$s\tDuration: %.2f ms\tBilled Duration: %d ms\tMemory Size:"
                + " %d MB\t",
            invocation.requestId,
            millis,
            (long) Math.ceil(millis),
            spec.memoryMb()));
  }

  private void ended() {
    Optional<Invocation> unanswered;
    synchronized (this) {
      state = State.ENDED;
      unanswered = current;
      current = Optional.empty();
    }
    api.close();
    awaitOutput();
    unanswered.ifPresent(
        invocation ->
            invocation.outcome.complete(Outcome.exited(invocation.requestId, process.exitValue())));
    keeper.ended(this);
    temporary.close();
    gone.countDown();
  }

  /**
   * Waits until what the process wrote has been read: its last words are told before its end. Only
   * so long, as the pipe stays open where it left a process of its own.
   */
  private void awaitOutput() {
    try {
      reader.join(OUTPUT_LIMIT_MILLIS);
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      while (line != null) {
        log.add(line);
        keeper.wrote(this, line);
        line = lines.readLine();
      }
    } catch (IOException ended) {
      // The process is gone; what it wrote before is told.
    }
  }
}
