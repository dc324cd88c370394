package localcloud.services;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import localcloud.files.TemporaryFolder;

/**
 * A service in a process of its own. It prints {@code READY} and its port, and ends when its
 * standard input does: so it never outlives this process, however that ends.
 */
final class ServiceProcess implements AutoCloseable {
  /** One that ends is told at once; this is for one that hangs, on a machine however busy. */
  private static final Duration START_LIMIT = Duration.ofMinutes(3);

  private static final Duration LAST_WORDS = Duration.ofSeconds(1);
  private static final int KEPT_LINES = 20;

  private final String name;
  private final Process process;
  private final TemporaryFolder temporary;
  private final CompletableFuture<Integer> port = new CompletableFuture<>();
  private final Deque<String> lastLines = new ArrayDeque<>();
  private volatile boolean closing;

  private ServiceProcess(
      String name, Process process, TemporaryFolder temporary, Consumer<String> log) {
    this.name = name;
    this.process = process;
    this.temporary = temporary;
    // Virtual ones would each hold a carrier for as long as the service says nothing: on two cores,
    // after a minute's quiet, two of them leave none for any other virtual thread, for good.
    Thread.ofPlatform().daemon().name(name + "-out").start(this::readPort);
    Thread errors = Thread.ofPlatform().daemon().name(name + "-err").start(() -> readErrors(log));
    // Nor one that waits for the process: before JDK 24 that holds a carrier as well.
    var unused =
        process
            .onExit()
            .thenAcceptAsync(
                ended -> port.completeExceptionally(died(log, errors)),
                task -> Thread.ofPlatform().daemon().name(name + "-end").start(task));
  }

  /** Starts it and returns at once; {@link #port} waits until it serves. */
  static ServiceProcess start(
      String name, Path lib, List<String> jvm, List<String> command, Consumer<String> log)
      throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // One collector thread: the cores are shared with the functions.
    line.addAll(List.of("-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xshare:auto"));
    line.add("--enable-native-access=ALL-UNNAMED");
    if (Runtime.version().feature() >= 23) {
      line.add("--sun-misc-unsafe-memory-access=allow");
    }
    line.addAll(jvm);
    // Libraries unpack native code there and leave it.
    TemporaryFolder temporary = TemporaryFolder.create(name);
    line.add("-Djava.io.tmpdir=" + temporary.path());
    line.addAll(List.of("-cp", lib + "/*"));
    line.addAll(command);
    var builder = new ProcessBuilder(line);
    // Neither this machine's AWS settings nor options for another virtual machine, such as
    // JDK_JAVA_OPTIONS with the port of a debugger, may reach a local service.
    builder.environment().keySet().removeIf(key -> key.startsWith("AWS_") || key.contains("JAVA"));
    try {
      return new ServiceProcess(name, builder.start(), temporary, log);
    } catch (IOException e) {
      temporary.close();
      throw e;
    }
  }

  private void readPort() {
    try (var out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith("READY ")) {
          port.complete(Integer.valueOf(line.substring("READY ".length()).strip()));
        }
      }
    } catch (IOException closed) {
      // Its end is told by its exit.
    }
  }

  private void readErrors(Consumer<String> log) {
    try (var err =
        new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
      for (String line = err.readLine(); line != null; line = err.readLine()) {
        synchronized (lastLines) {
          lastLines.addLast(line);
          if (lastLines.size() > KEPT_LINES) {
            lastLines.removeFirst();
          }
        }
        log.accept(name + ": " + line);
      }
    } catch (IOException closed) {
      // Its end is told by its exit.
    }
  }

  private IOException died(Consumer<String> log, Thread errors) {
    try {
      // Its last words say why it died; they may still be on their way.
      errors.join(LAST_WORDS.toMillis());
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
    String last;
    synchronized (lastLines) {
      last = String.join("\n  ", lastLines);
    }
    var death =
        new IOException(name + " ended with exit code " + process.exitValue() + "\n  " + last);
    if (!closing && port.isDone()) {
      log.accept(name + " ended with exit code " + process.exitValue());
    }
    return death;
  }

  /**
   * Waits until it serves, and returns its port.
   *
   * @throws IOException if it ends before, or takes too long
   */
  int port() throws IOException, InterruptedException {
    try {
      return port.get(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException dead) {
      close();
      throw new IOException(dead.getCause().getMessage(), dead.getCause());
    } catch (TimeoutException slow) {
      close();
      throw new IOException(name + " did not start within " + START_LIMIT.toSeconds() + " s", slow);
    }
  }

  long pid() {
    return process.pid();
  }

  void awaitEnd() throws InterruptedException {
    try {
      process.onExit().get();
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Ends it and waits until it and its temporary files are gone. */
  @Override
  public void close() {
    closing = true;
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    temporary.close();
  }
}
