package orders.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A pipeline as its user starts and asks it: through {@code ./orders}. */
final class OrdersCommand implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration START_LIMIT = Duration.ofMinutes(5);

  private final Path project;
  private final Ports ports;
  private final Process up;

  private OrdersCommand(Path project, Ports ports, Process up) {
    this.project = project;
    this.ports = ports;
    this.up = up;
  }

  private record Ports(int api, int invoke, int dynamoDb, int sqs, int sns) {}

  /**
   * Starts a pipeline of its own on free ports and waits until it answers.
   *
   * @param project the folder that holds {@code ./orders}
   * @param log where what it prints goes
   */
  static OrdersCommand up(Path project, Path log) throws IOException, InterruptedException {
    Ports ports = new Ports(freePort(), freePort(), freePort(), freePort(), freePort());
    Process up =
        new ProcessBuilder(
                project.resolve("orders").toString(),
                "up",
                "--api-port=" + ports.api(),
                "--invoke-port=" + ports.invoke(),
                "--dynamodb-port=" + ports.dynamoDb(),
                "--sqs-port=" + ports.sqs(),
                "--sns-port=" + ports.sns())
            .directory(project.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    OrdersCommand pipeline = new OrdersCommand(project, ports, up);
    long limit = System.nanoTime() + START_LIMIT.toNanos();
    while (!pipeline.answers()) {
      if (!up.isAlive()) {
        throw new IOException("./orders up ended by itself; it said why in " + log);
      }
      if (System.nanoTime() > limit) {
        pipeline.close();
        throw new IOException("./orders up was not ready after " + START_LIMIT + "; see " + log);
      }
    }
    return pipeline;
  }

  /** Returns the runner's process. */
  ProcessHandle runner() {
    return up.toHandle();
  }

  URI dynamoDb() {
    return URI.create("http://127.0.0.1:" + ports.dynamoDb());
  }

  URI sqs() {
    return URI.create("http://127.0.0.1:" + ports.sqs());
  }

  URI sns() {
    return URI.create("http://127.0.0.1:" + ports.sns());
  }

  JsonNode outputs() throws IOException, InterruptedException {
    return JSON.readTree(ask("outputs", "--json"));
  }

  JsonNode workers() throws IOException, InterruptedException {
    return JSON.readTree(ask("workers", "--json"));
  }

  String token(String customer) throws IOException, InterruptedException {
    return ask("token", customer).strip();
  }

  /** Stops the pipeline as Ctrl-C does, and waits until it is gone. */
  @Override
  public void close() {
    up.destroy();
    try {
      if (!up.waitFor(30, TimeUnit.SECONDS)) {
        up.descendants().forEach(ProcessHandle::destroyForcibly);
        up.destroyForcibly();
      }
    } catch (InterruptedException interrupted) {
      up.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private boolean answers() throws IOException, InterruptedException {
    return run(List.of("workers", "--json")).code() == 0;
  }

  private String ask(String... arguments) throws IOException, InterruptedException {
    Answer answer = run(List.of(arguments));
    if (answer.code() != 0) {
      throw new IOException("./orders " + String.join(" ", arguments) + ": " + answer.text());
    }
    return answer.text();
  }

  private Answer run(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(project.resolve("orders").toString());
    command.addAll(arguments);
    command.add("--invoke-port=" + ports.invoke());
    Process process =
        new ProcessBuilder(command)
            .directory(project.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Answer(process.waitFor(), text);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private record Answer(int code, String text) {}
}
