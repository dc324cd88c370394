package localcloud.functions;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import localcloud.model.FunctionSpec;

/**
 * Caches of what a function's process loads and links at its start: AOT caches from JDK 25 on,
 * dynamic CDS archives before. One for each build, virtual machine and set of flags; trained once,
 * by a process that initializes and ends, and kept beside the unpacked package.
 *
 * <p>A virtual machine that does not like a cache starts without it: nothing depends on one.
 */
final class AotCaches {
  private static final long INITIALIZE_SECONDS = 60;
  private static final long WRITE_SECONDS = 120;
  private static final int AOT_SINCE = 25;

  private final Options options;
  private final Launcher launcher;

  AotCaches(Options options, Launcher launcher) {
    this.options = options;
    this.launcher = launcher;
  }

  /** Returns the flags that use the function's cache; none if it is not there (yet). */
  List<String> flags(FunctionSpec spec, FunctionPackage code) {
    if (!usable()) {
      return List.of();
    }
    Path cache = file(spec, code);
    if (!Files.exists(cache)) {
      return List.of();
    }
    return Runtime.version().feature() >= AOT_SINCE
        ? List.of("-XX:AOTCache=" + cache, "-Xlog:aot*=off", "-Xlog:cds*=off")
        : List.of("-XX:SharedArchiveFile=" + cache, "-Xlog:cds*=off");
  }

  /** Returns whether a training would bring something new. */
  boolean wanted(FunctionSpec spec, FunctionPackage code) {
    return usable() && !Files.exists(file(spec, code));
  }

  /**
   * Trains the function's cache: starts a process, lets it initialize, ends it in good order.
   * Returns whether there is a cache now.
   */
  boolean train(FunctionSpec spec, FunctionPackage code) throws IOException, InterruptedException {
    Path cache = file(spec, code);
    Path next = Files.createTempFile(code.home(), "training-", ".cache");
    Files.delete(next);
    CountDownLatch initialized = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    String output =
        Runtime.version().feature() >= AOT_SINCE
            ? "-XX:AOTCacheOutput="
            : "-XX:ArchiveClassesAtExit=";
    Worker worker =
        new Worker(
            spec,
            TimeUnit.SECONDS.toMillis(INITIALIZE_SECONDS),
            code,
            launcher,
            List.of(output + next, "-Dlocalcloud.training=true"),
            new Worker.Keeper() {
              @Override
              public void free(Worker free) {
                initialized.countDown();
              }

              @Override
              public void ended(Worker ended) {
                initialized.countDown();
                done.countDown();
              }

              @Override
              public void wrote(Worker from, String line) {
                // It would only repeat what the function's first process has told.
              }
            });
    worker.listen();
    try {
      if (initialized.await(INITIALIZE_SECONDS, TimeUnit.SECONDS)
          && worker.initialized()
          && worker.endOrderly(TimeUnit.SECONDS.toMillis(WRITE_SECONDS))
          && Files.exists(next)) {
        Files.move(
            next, cache, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return true;
      }
      return false;
    } finally {
      worker.kill();
      done.await(5, TimeUnit.SECONDS);
      Files.deleteIfExists(next);
    }
  }

  private boolean usable() {
    // The functions' virtual machine is looked at as the runner's own, which it is by default.
    return options.aotCache()
        && options.java().startsWith(Path.of(System.getProperty("java.home")));
  }

  private Path file(FunctionSpec spec, FunctionPackage code) {
    MessageDigest digest = FunctionPackage.sha256();
    String key =
        Runtime.version()
            + "\n"
            + spec.memoryMb()
            + "\n"
            + options.plainLoop()
            + "\n"
            + spec.runtime()
            + " "
            + spec.snapStart()
            + "\n"
            + spec.handler()
            + "\n"
            + runtimeJars();
    digest.update(key.getBytes(StandardCharsets.UTF_8));
    return code.home()
        .resolve(HexFormat.of().formatHex(digest.digest()).substring(0, 16) + ".cache");
  }

  /** The virtual machine checks the jars by path, size and time; so does the key. */
  private String runtimeJars() {
    StringBuilder jars = new StringBuilder();
    for (Path jar : launcher.runtimeJars()) {
      try {
        jars.append(jar)
            .append(' ')
            .append(Files.size(jar))
            .append(' ')
            .append(Files.getLastModifiedTime(jar).toMillis())
            .append('\n');
      } catch (IOException e) {
        jars.append(jar).append(" unreadable\n");
      }
    }
    return jars.toString();
  }
}
