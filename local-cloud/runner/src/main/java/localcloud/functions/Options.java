package localcloud.functions;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
    boolean prewarm,
    boolean aotCache,
    boolean plainLoop,
    List<Duration> asyncRetryDelays,
    Map<String, Integer> debugPorts) {

  /**
   * Returns what Lambda does, on the running JDK, with two processes a function for each of the
   * machine's processors, four at the least: more only take turns, and each has its code to warm.
   */
  public static Options defaults(Path runtimeLib) {
    return new Options(
        Path.of(System.getProperty("java.home"), "bin", "java"),
        runtimeLib,
        Optional.empty(),
        Math.max(4, 2 * Runtime.getRuntime().availableProcessors()),
        Duration.ofMillis(50),
        Duration.ofMinutes(5),
        Duration.ofSeconds(10),
        true,
        true,
        false,
        List.of(Duration.ofMinutes(1), Duration.ofMinutes(2)),
        Map.of());
  }

  public Options withPrewarm(boolean value) {
    return new Options(
        java,
        runtimeLib,
        cacheDir,
        maximumWorkers,
        growAfter,
        idleTimeout,
        initTimeout,
        value,
        aotCache,
        plainLoop,
        asyncRetryDelays,
        debugPorts);
  }

  public Options withAotCache(boolean value) {
    return new Options(
        java,
        runtimeLib,
        cacheDir,
        maximumWorkers,
        growAfter,
        idleTimeout,
        initTimeout,
        prewarm,
        value,
        plainLoop,
        asyncRetryDelays,
        debugPorts);
  }

  public Options withCacheDir(Path value) {
    return new Options(
        java,
        runtimeLib,
        Optional.of(value),
        maximumWorkers,
        growAfter,
        idleTimeout,
        initTimeout,
        prewarm,
        aotCache,
        plainLoop,
        asyncRetryDelays,
        debugPorts);
  }

  public Options withDebugPorts(Map<String, Integer> value) {
    return new Options(
        java,
        runtimeLib,
        cacheDir,
        maximumWorkers,
        growAfter,
        idleTimeout,
        initTimeout,
        prewarm,
        aotCache,
        plainLoop,
        asyncRetryDelays,
        Map.copyOf(value));
  }

  public Options withAsyncRetryDelays(List<Duration> value) {
    return new Options(
        java,
        runtimeLib,
        cacheDir,
        maximumWorkers,
        growAfter,
        idleTimeout,
        initTimeout,
        prewarm,
        aotCache,
        plainLoop,
        List.copyOf(value),
        debugPorts);
  }

  public Options withMaximumWorkers(int value) {
    return new Options(
        java,
        runtimeLib,
        cacheDir,
        value,
        growAfter,
        idleTimeout,
        initTimeout,
        prewarm,
        aotCache,
        plainLoop,
        asyncRetryDelays,
        debugPorts);
  }

  public Options withTimes(Duration growAfterValue, Duration idle, Duration init) {
    return new Options(
        java,
        runtimeLib,
        cacheDir,
        maximumWorkers,
        growAfterValue,
        idle,
        init,
        prewarm,
        aotCache,
        plainLoop,
        asyncRetryDelays,
        debugPorts);
  }

  public Options withPlainLoop(boolean value) {
    return new Options(
        java,
        runtimeLib,
        cacheDir,
        maximumWorkers,
        growAfter,
        idleTimeout,
        initTimeout,
        prewarm,
        aotCache,
        value,
        asyncRetryDelays,
        debugPorts);
  }
}
