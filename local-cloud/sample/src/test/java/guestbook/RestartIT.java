package guestbook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import localcloud.cli.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * The guest book on a runner of its own, which is killed and comes back ({@code up --data}), or
 * whose functions are built again while guests sign.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RestartIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration DEADLINE = Duration.ofMinutes(2);
  private static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));

  private static final Path BUILT = Path.of("target", "local-cloud-sample.zip");

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Runner> runners = new ArrayList<>();
  @TempDir private Path data;

  /** A runner, as the launcher starts it. */
  private final class Runner {
    private final Process process;
    private final Map<String, URI> addresses = new HashMap<>();

    Runner(String... more) throws IOException {
      List<String> command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Dlocalcloud.state=" + data.resolve("state"),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Main.class.getName(),
                  "up",
                  "--data",
                  data.resolve("kept").toString()));
      for (String port : List.of("api", "invoke", "dynamodb", "sqs", "sns")) {
        command.addAll(List.of("--" + port + "-port", "0"));
      }
      command.addAll(List.of(more));
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      runners.add(this);
      List<String> told = new ArrayList<>();
      BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
      String line = out.readLine();
      while (line != null && !line.startsWith("Ready")) {
        told.add(line);
        String[] words = line.split(" +", 2);
        if (words.length == 2 && words[1].startsWith("http://127.0.0.1:")) {
          addresses.put(words[0], URI.create(words[1]));
        }
        line = out.readLine();
      }
      assertThat(line).as(String.join("\n", told)).startsWith("Ready");
      Thread.ofVirtual().start(() -> out.lines().forEach(it -> {}));
    }

    List<ProcessHandle> processes() {
      return process.descendants().toList();
    }

    SqsClient sqs() {
      return SqsClient.builder()
          .endpointOverride(addresses.get("SQS"))
          .credentialsProvider(CREDENTIALS)
          .region(Region.EU_WEST_1)
          .httpClient(UrlConnectionHttpClient.create())
          .build();
    }

    SnsClient sns() {
      return SnsClient.builder()
          .endpointOverride(addresses.get("SNS"))
          .credentialsProvider(CREDENTIALS)
          .region(Region.EU_WEST_1)
          .httpClient(UrlConnectionHttpClient.create())
          .build();
    }

    /** Signs the book; returns the entry's id. */
    String sign(String name) throws IOException, InterruptedException {
      HttpResponse<String> accepted = offer(name);
      assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
      return JSON.readTree(accepted.body()).path("id").asText();
    }

    HttpResponse<String> offer(String name) throws IOException, InterruptedException {
      String token = local("POST", "token?sub=ann&scope=book/sign").path("token").asText();
      return send(
          HttpRequest.newBuilder(URI.create(addresses.get("API") + "/entries"))
              .header("Authorization", "Bearer " + token)
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      JSON.createObjectNode().put("name", name).put("text", "x").toString())));
    }

    boolean has(String id) throws IOException, InterruptedException {
      return send(HttpRequest.newBuilder(URI.create(addresses.get("API") + "/entries/" + id)))
              .statusCode()
          == 200;
    }

    JsonNode local(String method, String path) throws IOException, InterruptedException {
      return JSON.readTree(
          send(HttpRequest.newBuilder(URI.create(addresses.get("Invoke") + "/_local/" + path))
                  .method(method, HttpRequest.BodyPublishers.noBody()))
              .body());
    }

    Set<Long> workers() throws IOException, InterruptedException {
      Set<Long> pids = new HashSet<>();
      local("GET", "workers").forEach(worker -> pids.add(worker.path("pid").asLong()));
      return pids;
    }

    String output(String name) throws IOException, InterruptedException {
      return local("GET", "outputs").path(name).asText();
    }
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @AfterEach
  void stop() throws InterruptedException {
    for (Runner runner : runners) {
      runner.process.destroyForcibly().waitFor();
    }
    http.close();
  }

  @Test
  void a_runner_that_is_killed_goes_on_where_it_was() throws Exception {
    String template = project().resolve("template.yaml").toString();
    Runner first = new Runner("--template", template, "--no-aot");
    List<ProcessHandle> orphans = first.processes();
    List<String> ids = new ArrayList<>();
    try (SqsClient sqs = first.sqs();
        SnsClient sns = first.sns()) {
      String readers = first.output("ReadersQueueUrl");
      String unreadable = first.output("UnreadableQueueUrl");
      String topic =
          sns.subscribe(
                  it ->
                      it.topicArn("arn:aws:sns:eu-west-1:000000000000:local-News")
                          .protocol("sqs")
                          .endpoint("arn:aws:sqs:eu-west-1:000000000000:local-Unreadable"))
              .subscriptionArn();
      assertThat(topic).contains(":local-News:");
      for (String name : List.of("Early", "Second")) {
        ids.add(first.sign(name));
        received(sqs, readers, name);
      }
      sqs.sendMessage(send -> send.queueUrl(unreadable).messageBody("kept"));
      // What a process holds that is killed comes back soon.
      sqs.setQueueAttributes(
          set ->
              set.queueUrl(readers.replace("ReadersQueue", "Signed"))
                  .attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "3")));
      for (int i = 0; i < 20; i++) {
        ids.add(first.sign("Guest" + i));
      }
    }

    first.process.destroyForcibly().waitFor();
    Runner second = new Runner("--template", template, "--no-aot");

    await(() -> orphans.stream().noneMatch(ProcessHandle::isAlive));
    for (String id : ids) {
      await(() -> second.has(id));
    }
    try (SqsClient sqs = second.sqs()) {
      second.sign("Last");
      List<String> told = received(sqs, second.output("ReadersQueueUrl"), "Last");
      assertThat(told)
          .as("records before the checkpoint do not come again")
          .noneMatch(it -> it.startsWith("Early"));
      List<String> kept = received(sqs, second.output("UnreadableQueueUrl"), "Last");
      assertThat(kept)
          .as("a message, and what came by the subscription made while it ran")
          .contains("kept")
          .anyMatch(it -> it.contains("Last wrote"));
    }

    List<ProcessHandle> children = second.processes();
    assertThat(children).isNotEmpty();
    second.process.destroy();
    assertThat(second.process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    await(() -> children.stream().noneMatch(ProcessHandle::isAlive));
  }

  @Test
  void what_is_accepted_while_functions_are_built_again_is_kept() throws Exception {
    Path project = project();
    Path code = project.resolve(BUILT);
    Runner runner =
        new Runner("--template", project.resolve("template.yaml").toString(), "--no-aot");
    List<String> accepted = Collections.synchronizedList(new ArrayList<>());
    AtomicBoolean enough = new AtomicBoolean();
    accepted.add(runner.sign("First"));
    await(() -> runner.has(accepted.getFirst()));
    Set<Long> before = runner.workers();

    try (ExecutorService guests = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> signing = new ArrayList<>();
      for (int guest = 0; guest < 2; guest++) {
        signing.add(
            guests.submit(
                () -> {
                  while (!enough.get()) {
                    // On a busy machine a cold start may outlast the gateway's patience: a 503.
                    HttpResponse<String> answer = runner.offer("Guest");
                    if (answer.statusCode() == 202) {
                      accepted.add(JSON.readTree(answer.body()).path("id").asText());
                    }
                  }
                  return null;
                }));
      }
      try {
        Set<Long> old = before;
        for (int build = 1; build <= 2; build++) {
          int signed = accepted.size();
          buildAgain(BUILT, code, build);
          Set<Long> replaced = old;
          await(() -> Collections.disjoint(runner.workers(), replaced));
          await(() -> accepted.size() > signed && !runner.workers().isEmpty());
          old = runner.workers();
        }
      } finally {
        enough.set(true);
      }
      for (Future<?> one : signing) {
        one.get();
      }
    }

    assertThat(accepted).doesNotHaveDuplicates();
    for (String id : accepted) {
      await(() -> runner.has(id));
    }
  }

  /**
   * Makes a project of its own, where a message may be received often: on a busy machine it takes
   * more than one process's life until it is done with.
   */
  private Path project() throws IOException {
    Path project = data.resolve("project");
    Files.createDirectories(project.resolve(BUILT).getParent());
    Files.copy(BUILT, project.resolve(BUILT));
    String template = Files.readString(Path.of("template.yaml"));
    assertThat(template).contains("maxReceiveCount: 2 ");
    Files.writeString(
        project.resolve("template.yaml"),
        template.replace("maxReceiveCount: 2 ", "maxReceiveCount: 10 "));
    return project;
  }

  /** Writes the package as a build does, over the old one: the same, and one file more. */
  private static void buildAgain(Path built, Path code, int build) throws IOException {
    try (ZipFile from = new ZipFile(built.toFile());
        ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(code))) {
      for (ZipEntry entry : Collections.list(from.entries())) {
        to.putNextEntry(new ZipEntry(entry.getName()));
        from.getInputStream(entry).transferTo(to);
        to.closeEntry();
      }
      to.putNextEntry(new ZipEntry("build-" + build));
      to.closeEntry();
    }
  }

  /** Takes messages up to the first that names this guest. */
  private static List<String> received(SqsClient sqs, String queueUrl, String name)
      throws Exception {
    List<String> found = new ArrayList<>();
    await(
        () -> {
          for (Message message :
              sqs.receiveMessage(
                      receive ->
                          receive.queueUrl(queueUrl).maxNumberOfMessages(10).waitTimeSeconds(1))
                  .messages()) {
            found.add(message.body());
            sqs.deleteMessage(
                delete -> delete.queueUrl(queueUrl).receiptHandle(message.receiptHandle()));
          }
          return found.stream().anyMatch(it -> it.contains(name + " wrote"));
        });
    return found;
  }

  @FunctionalInterface
  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    long end = System.nanoTime() + DEADLINE.toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("within " + DEADLINE).isLessThan(end);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }
}
