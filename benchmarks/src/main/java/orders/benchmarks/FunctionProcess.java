package orders.benchmarks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * One function on Lambda's runtime client, with a Runtime API of its own that hands it one event at
 * a time.
 */
final class FunctionProcess implements AutoCloseable {
  private static final String INVOCATION = "/2018-06-01/runtime/invocation/";
  private static final String RESTORE = "/2018-06-01/runtime/restore/next";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final HttpServer runtimeApi;
  private final BlockingQueue<byte[]> events = new ArrayBlockingQueue<>(1);

  /** An HTTP status other than 2xx, or a record that has to come again: nothing to measure. */
  private static final Pattern REFUSAL =
      Pattern.compile("\\{\"statusCode\":[^2]|\\{\"batchItemFailures\":\\[[^\\]]");

  private final BlockingQueue<Answer> answers = new ArrayBlockingQueue<>(1);
  private final CountDownLatch ready = new CountDownLatch(1);
  private final Process process;
  private final long startedNanos;

  /**
   * What the function answered.
   *
   * @param failed whether it reported an error
   */
  record Answer(boolean failed, String body, long atNanos) {}

  /**
   * Starts a function.
   *
   * @param java the {@code java} to run
   * @param flags its options
   * @param classPath runtime client and function
   * @param environment what the template gives the function
   * @param log where its output goes
   */
  FunctionProcess(
      Path java,
      List<String> flags,
      List<Path> classPath,
      String handler,
      Map<String, String> environment,
      Path log)
      throws IOException {
    runtimeApi = LoopbackServer.start("/2018-06-01/runtime/", this::serve);
    Path temporary = Files.createTempDirectory("function");
    List<String> command = new ArrayList<>();
    command.add(java.toString());
    command.addAll(flags);
    command.add("-Djava.io.tmpdir=" + temporary);
    command.add("-cp");
    command.add(String.join(File.pathSeparator, classPath.stream().map(Path::toString).toList()));
    command.add("com.amazonaws.services.lambda.runtime.api.client.AWSLambda");
    command.add(handler);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    Map<String, String> variables = builder.environment();
    variables.clear();
    variables.putAll(environment);
    variables.put("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:" + runtimeApi.getAddress().getPort());
    startedNanos = System.nanoTime();
    process = builder.start();
  }

  long startedNanos() {
    return startedNanos;
  }

  /** Waits until the function is initialized and asks for its first event. */
  void awaitReady() throws IOException, InterruptedException {
    if (!ready.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new IOException("not initialized within " + LIMIT);
    }
  }

  /** Hands the function an event and waits for its answer. */
  Answer invoke(byte[] event) throws IOException, InterruptedException {
    events.put(event);
    Answer answer = answers.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
    if (answer == null) {
      throw new IOException("no answer within " + LIMIT + (process.isAlive() ? "" : ": it died"));
    }
    if (answer.failed()) {
      throw new IOException("the function failed: " + answer.body());
    }
    if (REFUSAL.matcher(answer.body()).lookingAt()) {
      throw new IOException("the function did not do its work: " + answer.body());
    }
    return answer;
  }

  /** Returns the processor time used since the start. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /**
   * Returns the most memory that was resident at once, in MiB; 0 where the system does not tell.
   */
  long peakMemoryMb() {
    try (var lines = Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException untold) {
      return 0;
    }
  }

  /** Lets the JVM end in order, as it must to write a cache it was asked for; waits for that. */
  void end() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    runtimeApi.stop(0);
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      if (path.equals(RESTORE)) {
        exchange.sendResponseHeaders(200, -1);
        return;
      }
      if (path.equals(INVOCATION + "next")) {
        ready.countDown();
        byte[] event = events.take();
        exchange
            .getResponseHeaders()
            .add("Lambda-Runtime-Aws-Request-Id", UUID.randomUUID().toString());
        exchange
            .getResponseHeaders()
            .add(
                "Lambda-Runtime-Deadline-Ms",
                Long.toString(System.currentTimeMillis() + LIMIT.toMillis()));
        exchange
            .getResponseHeaders()
            .add(
                "Lambda-Runtime-Invoked-Function-Arn",
                "arn:aws:lambda:eu-west-1:000000000000:function:bench");
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, event.length);
        exchange.getResponseBody().write(event);
        return;
      }
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      long now = System.nanoTime();
      exchange.sendResponseHeaders(202, -1);
      answers.put(new Answer(!path.endsWith("/response"), body, now));
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }
}
