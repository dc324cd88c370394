package localcloud.functions;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How functions run here; the template says what runs.
 *
 * @param java the virtual machine for the functions
 * @param runtimeLib folder of lambda-runtime's class path
 * @param cacheDir where unpacked packages and AOT caches are kept; empty for beside each package
 * @param maximumWorkers processes of one function at most; invocations beyond it wait
 * @param growAfter how long an invocation waits for a process that may soon be free, before another
 *     is started for it
 * @param idleTimeout after it an idle process is stopped; the last one of a function stays
 * @param initTimeout how long initialization may take before it is told and tried anew
 * @param firstInitTimeout the same for a process that is started ahead of its invocations
 * @param prewarm whether each function gets a first process in the background
 * @param aotCache whether AOT caches are trained and used
 * @param plainLoop whether to force the plain Java loop in place of Lambda's runtime client
 * @param asyncRetryDelays waits before the first and second retry of an asynchronous invocation
 * @param debugPorts debug port by logical id: such a function has one process and an hour's timeout
 */
public record Options(
    Path java,
    Path runtimeLib,
    Optional<Path> cacheDir,
    int maximumWorkers,
    Duration growAfter,
    Duration idleTimeout,
    Duration initTimeout,
    Duration firstInitTimeout,
    boolean prewarm,
    boolean aotCache,
    boolean plainLoop,
    List<Duration> asyncRetryDelays,
    Map<String, Integer> debugPorts) {

  /**
   * Returns what Lambda does, on the running JDK, with one process a function more than the machine
   * has processors, three at the least: more only take turns, each has its code to warm, and what
   * takes requests in would keep what works on them from the processors.
   */
  public static Options defaults(Path runtimeLib) {
    return new Options(
        Path.of(System.getProperty("java.home"), "bin", "java"),
        runtimeLib,
        Optional.empty(),
        Math.max(3, Runtime.getRuntime().availableProcessors() + 1),
        Duration.ofMillis(50),
        Duration.ofMinutes(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        true,
        true,
        false,
        List.of(Duration.ofMinutes(1), Duration.ofMinutes(2)),
        Map.of());
  }

  public Options withPrewarm(boolean value) {
    return with(copy -> copy.prewarm = value);
  }

  public Options withAotCache(boolean value) {
    return with(copy -> copy.aotCache = value);
  }

  public Options withCacheDir(Path value) {
    return with(copy -> copy.cacheDir = Optional.of(value));
  }

  public Options withDebugPorts(Map<String, Integer> value) {
    return with(copy -> copy.debugPorts = Map.copyOf(value));
  }

  public Options withAsyncRetryDelays(List<Duration> value) {
    return with(copy -> copy.asyncRetryDelays = List.copyOf(value));
  }

  public Options withMaximumWorkers(int value) {
    return with(copy -> copy.maximumWorkers = value);
  }

  public Options withTimes(Duration growAfterValue, Duration idle, Duration init) {
    return with(
        copy -> {
          copy.growAfter = growAfterValue;
          copy.idleTimeout = idle;
          copy.initTimeout = init;
        });
  }

  public Options withFirstInitTimeout(Duration value) {
    return with(copy -> copy.firstInitTimeout = value);
  }

  public Options withPlainLoop(boolean value) {
    return with(copy -> copy.plainLoop = value);
  }

  private Options with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return copy.options();
  }

  private static final class Copy {
    private final Path java;
    private final Path runtimeLib;
    private Optional<Path> cacheDir;
    private int maximumWorkers;
    private Duration growAfter;
    private Duration idleTimeout;
    private Duration initTimeout;
    private Duration firstInitTimeout;
    private boolean prewarm;
    private boolean aotCache;
    private boolean plainLoop;
    private List<Duration> asyncRetryDelays;
    private Map<String, Integer> debugPorts;

    Copy(Options options) {
      java = options.java;
      runtimeLib = options.runtimeLib;
      cacheDir = options.cacheDir;
      maximumWorkers = options.maximumWorkers;
      growAfter = options.growAfter;
      idleTimeout = options.idleTimeout;
      initTimeout = options.initTimeout;
      firstInitTimeout = options.firstInitTimeout;
      prewarm = options.prewarm;
      aotCache = options.aotCache;
      plainLoop = options.plainLoop;
      asyncRetryDelays = options.asyncRetryDelays;
      debugPorts = options.debugPorts;
    }

    Options options() {
      return new Options(
          java,
          runtimeLib,
          cacheDir,
          maximumWorkers,
          growAfter,
          idleTimeout,
          initTimeout,
          firstInitTimeout,
          prewarm,
          aotCache,
          plainLoop,
          asyncRetryDelays,
          debugPorts);
    }
  }
}
