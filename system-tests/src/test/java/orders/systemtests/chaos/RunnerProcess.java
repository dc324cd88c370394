package orders.systemtests.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** {@code ./orders up --data DIR} as a process that can be killed. */
final class RunnerProcess implements AutoCloseable {
  /** The options that name ports, by the names that the runner gives its addresses. */
  private static final Map<String, String> PORTS =
      Map.of(
          "API", "--api-port",
          "Invoke", "--invoke-port",
          "DynamoDB", "--dynamodb-port",
          "SQS", "--sqs-port",
          "SNS", "--sns-port");

  private static final long LIMIT_SECONDS = 240;

  private final Process process;
  private final Map<String, URI> addresses = new LinkedHashMap<>();
  private final CompletableFuture<Boolean> ready = new CompletableFuture<>();
  private final Deque<String> said = new ArrayDeque<>();

  private RunnerProcess(Process process) {
    this.process = process;
    Thread.ofPlatform().daemon().name("runner-out").start(this::read);
  }

  /**
   * Starts a runner; ports are free ones.
   *
   * @param data the folder that it keeps its state in
   */
  static RunnerProcess start(Path data) throws IOException {
    return start(data, Map.of());
  }

  /** Starts a runner where another one was. */
  static RunnerProcess start(Path data, Map<String, URI> addresses) throws IOException {
    Path repository = Path.of("").toAbsolutePath();
    while (!Files.isRegularFile(repository.resolve("template.yaml"))) {
      repository = repository.resolveSibling(".").normalize();
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Dlocalcloud.state=" + data.resolve("state"));
    command.addAll(List.of("-cp", repository.resolve("local-cloud/runner/target/lib") + "/*"));
    command.addAll(List.of("localcloud.cli.Main", "up", "--no-aot", "--color", "never"));
    command.addAll(List.of("--template", repository.resolve("template.yaml").toString()));
    command.addAll(List.of("--data", data.resolve("data").toString()));
    PORTS.forEach(
        (name, option) -> {
          command.add(option);
          command.add(
              Integer.toString(addresses.containsKey(name) ? addresses.get(name).getPort() : 0));
        });
    return new RunnerProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  private void read() {
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        synchronized (said) {
          said.addLast(line);
          if (said.size() > 200) {
            said.removeFirst();
          }
        }
        String[] words = line.strip().split("\\s+", -1);
        if (words.length == 2 && PORTS.containsKey(words[0]) && !ready.isDone()) {
          addresses.put(words[0], URI.create(words[1]));
        }
        if (line.startsWith("Ready after")) {
          ready.complete(true);
        }
      }
    } catch (IOException killed) {
      // Its end is told by its exit.
    }
    ready.complete(false);
  }

  /** Waits until it is ready and returns itself. */
  RunnerProcess awaitReady() throws Exception {
    if (!ready.get(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the runner did not start:\n" + said());
    }
    return this;
  }

  /** Returns where everything listens, by name. */
  Map<String, URI> addresses() {
    return Map.copyOf(addresses);
  }

  int invokePort() {
    return addresses().get("Invoke").getPort();
  }

  /** Returns what it wrote last. */
  String said() {
    synchronized (said) {
      return String.join("\n", said);
    }
  }

  /** Waits until it has ended by itself, and returns its exit code. */
  int awaitEnd() throws Exception {
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the runner goes on:\n" + said());
    }
    ready.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    return process.exitValue();
  }

  /** SIGKILL, and gone when this returns. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException stop) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
