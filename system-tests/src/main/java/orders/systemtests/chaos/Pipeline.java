package orders.systemtests.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orders.systemtests.client.Caller;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * A pipeline that runs on this machine, found on its invoke port: its addresses, its tokens, its
 * processes and the faults it can be told to have. Safe for use by many threads.
 */
public final class Pipeline implements AutoCloseable {
  /** The functions, by their logical ids. */
  public static final String API = "OrderApiFunction";

  public static final String PROCESSOR = "OrderProcessorFunction";
  public static final String NOTIFIER = "OrderNotifierFunction";

  /** What a test's own calls are signed as: no function, so that no fault is meant for it. */
  private static final String ACCESS_KEY = "orderproof";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What the runner writes of an invocation that failed. */
  private static final Pattern FAILED = Pattern.compile("^failed \\(.*?process ([0-9]+).*");

  private final URI control;
  private final Set<Long> signalled = ConcurrentHashMap.newKeySet();
  private final HttpClient http = HttpClient.newHttpClient();
  private final JsonNode outputs;
  private final DynamoDbClient dynamoDb;
  private final SqsClient sqs;
  private final SnsClient sns;

  /**
   * One process of a function.
   *
   * @param state {@code starting}, {@code idle} or {@code busy}
   */
  public record Worker(String function, long pid, String state) {}

  /**
   * Finds a running pipeline.
   *
   * @throws IllegalStateException if nothing runs there
   */
  public Pipeline(int invokePort) throws InterruptedException {
    control = URI.create("http://127.0.0.1:" + invokePort + "/_local");
    outputs = ask("GET", "/outputs", null);
    JsonNode addresses = ask("GET", "/addresses", null);
    StaticCredentialsProvider credentials =
        StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, "proof"));
    Region region = Region.of("eu-west-1");
    dynamoDb =
        DynamoDbClient.builder()
            .endpointOverride(address(addresses, "DynamoDB"))
            .credentialsProvider(credentials)
            .region(region)
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build();
    sqs =
        SqsClient.builder()
            .endpointOverride(address(addresses, "SQS"))
            .credentialsProvider(credentials)
            .region(region)
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build();
    sns =
        SnsClient.builder()
            .endpointOverride(address(addresses, "SNS"))
            .credentialsProvider(credentials)
            .region(region)
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build();
  }

  private static URI address(JsonNode addresses, String service) {
    for (Map.Entry<String, JsonNode> entry : addresses.properties()) {
      if (entry.getKey().toUpperCase(Locale.ROOT).startsWith(service.toUpperCase(Locale.ROOT))) {
        return URI.create(entry.getValue().asText());
      }
    }
    throw new IllegalStateException("the pipeline tells no address of " + service);
  }

  /** Returns a template output. */
  public String output(String name) {
    String value = outputs.path(name).asText();
    if (value.isEmpty()) {
      throw new IllegalStateException("the pipeline has no output " + name);
    }
    return value;
  }

  public URI api() {
    return URI.create(output("ApiUrl"));
  }

  public DynamoDbClient dynamoDb() {
    return dynamoDb;
  }

  public SqsClient sqs() {
    return sqs;
  }

  public SnsClient sns() {
    return sns;
  }

  /** Returns a customer with a token for one's own orders, or for all. */
  public Caller caller(String subject, boolean admin) throws InterruptedException {
    String scopes = "orders/read orders/write" + (admin ? " orders/admin" : "");
    JsonNode answer =
        ask("GET", "/token?ttl=86400&sub=" + encode(subject) + "&scope=" + encode(scopes), null);
    return new Caller(subject, answer.path("token").asText(), admin);
  }

  /** Returns the running processes of a function. */
  public List<Worker> workers(String function) throws InterruptedException {
    List<Worker> workers = new ArrayList<>();
    for (JsonNode worker : ask("GET", "/workers", null)) {
      if (worker.path("function").asText().equals(function)) {
        workers.add(
            new Worker(function, worker.path("pid").asLong(), worker.path("state").asText()));
      }
    }
    return workers;
  }

  /** Replaces the processes of a function, as a deployment does: each when it is idle. */
  public void replaceWorkers(String function) throws InterruptedException {
    ask("POST", "/functions/" + function + "/redeploy", null);
  }

  /** Deploys another package of a function, until the next deployment. */
  public void deploy(String function, Path code) throws InterruptedException {
    ask("POST", "/functions/" + function + "/redeploy?code=" + encode(code.toString()), null);
  }

  /**
   * Lets the processes that keep a data folder write no file, as if its disk were full, or again.
   *
   * @return whether this machine can do that
   */
  public boolean writable(boolean allowed) throws InterruptedException {
    // The runner first, for it may just start another of them.
    boolean done = limitFiles(ask("GET", "/processes", null).path("runner").asLong(), allowed);
    for (JsonNode process : ask("GET", "/processes", null)) {
      limitFiles(process.asLong(), allowed);
    }
    return done;
  }

  /**
   * Returns the process that holds the queues: another one after it ended and was started again.
   */
  public long queuesPid() throws InterruptedException {
    return ask("GET", "/processes", null).path("elasticmq").asLong();
  }

  /** Sets the soft limit of the size of files, which everybody may do to processes of their own. */
  private static boolean limitFiles(long pid, boolean allowed) throws InterruptedException {
    try {
      return new ProcessBuilder(
                  "prlimit",
                  "--pid",
                  Long.toString(pid),
                  "--fsize=" + (allowed ? "unlimited:" : "0:"))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException none) {
      return false;
    }
  }

  /** Sends a signal to a process: {@code KILL}, {@code STOP} or {@code CONT}; it may be gone. */
  public void signal(long pid, String signal) throws InterruptedException {
    signalled.add(pid);
    try {
      Process kill =
          new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!kill.waitFor(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("kill -" + signal + " " + pid + " hangs");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns the body of the message that carried a command, from what the runner remembers.
   *
   * @param key an order id or another text that only it holds
   * @param command the command's written name, such as {@code place-order}
   * @throws IllegalStateException if there was none
   */
  public String messageOf(String key, String command) throws InterruptedException {
    for (JsonNode entry : ask("GET", "/trail?key=" + encode(key), null).path("entries")) {
      if (entry.path("room").asText().equals("sqs")) {
        String body = readTree(entry.path("text").asText()).path("MessageBody").asText();
        if (body.contains("\"" + command + "\"")) {
          return body;
        }
      }
    }
    throw new IllegalStateException("no message carried " + command + " of " + key);
  }

  /**
   * Returns the bodies of the messages about an order that carried these commands, as far as the
   * runner remembers, in the order in which they were sent.
   */
  public List<String> messagesOf(String orderId, Set<String> commandIds)
      throws InterruptedException {
    List<String> bodies = new ArrayList<>();
    for (JsonNode entry : ask("GET", "/trail?key=" + encode(orderId), null).path("entries")) {
      if (entry.path("room").asText().equals("sqs")) {
        String body = readTree(entry.path("text").asText()).path("MessageBody").asText();
        JsonNode message = readTree(body);
        if (message.path("schema").asInt() == 1
            && commandIds.contains(message.path("commandId").asText())) {
          bodies.add(body);
        }
      }
    }
    return bodies;
  }

  /** Returns how many log lines about a key say this. */
  public long logged(String key, String message) throws InterruptedException {
    long lines = 0;
    for (JsonNode entry : ask("GET", "/trail?key=" + encode(key), null).path("entries")) {
      if (entry.path("room").asText().equals("log")
          && readTree(entry.path("text").asText()).path("message").asText().equals(message)) {
        lines++;
      }
    }
    return lines;
  }

  /**
   * Returns the invocations about a key that failed in a process that nobody here sent a signal to,
   * as far as the runner remembers: what the function did to itself. An invocation that answered on
   * the last delivery is among them: it could have given the reason.
   *
   * @param deliveries how often the queue delivers a message
   */
  public List<String> ownFailures(String function, String key, long deliveries)
      throws InterruptedException {
    List<String> failures = new ArrayList<>();
    long seen = 0;
    String last = "";
    for (JsonNode entry : ask("GET", "/trail?key=" + encode(key), null).path("entries")) {
      String summary = entry.path("summary").asText();
      Matcher failed = FAILED.matcher(summary);
      if (entry.path("room").asText().equals("function")
          && entry.path("source").asText().equals(function)) {
        seen++;
        last = entry.path("at").asText() + " " + summary;
      }
      if (entry.path("room").asText().equals("function")
          && entry.path("source").asText().equals(function)
          && failed.matches()
          && !signalled.contains(Long.parseLong(failed.group(1)))) {
        failures.add(entry.path("at").asText() + " " + summary);
      }
    }
    if (seen >= deliveries && last.contains(" answered ")) {
      failures.add(last + ", and returned it on its last delivery without a reason");
    }
    return failures;
  }

  /** Returns how many calls of an action a service has answered, such as {@code sns:Publish}. */
  public long calls(String action) throws InterruptedException {
    return ask("GET", "/calls", null).path(action).path("calls").asLong();
  }

  private static JsonNode readTree(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException cut) {
      return JSON.createObjectNode();
    }
  }

  /** Replaces the faults that the services' fronts make. */
  public void faults(long seed, List<ServiceFault> rules) throws InterruptedException {
    ask("PUT", "/faults", ServiceFault.json(seed, rules).toString());
  }

  /** Returns how often each of the faults that are set was made, in their order. */
  public List<Long> made() throws InterruptedException {
    List<Long> made = new ArrayList<>();
    for (JsonNode rule : ask("GET", "/faults", null).path("rules")) {
      made.add(rule.path("fired").asLong());
    }
    return made;
  }

  public void noFaults() throws InterruptedException {
    ask("DELETE", "/faults", null);
  }

  /** Returns how many messages a queue holds: waiting, hidden and delayed. */
  public long depth(String queueUrl) {
    Map<QueueAttributeName, String> counts =
        sqs.getQueueAttributes(
                get ->
                    get.queueUrl(queueUrl)
                        .attributeNames(
                            QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                            QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE,
                            QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED))
            .attributes();
    return counts.values().stream().mapToLong(Long::parseLong).sum();
  }

  /** Sets a queue's visibility timeout; returns the one it had. */
  public Duration visibility(String queueUrl, Duration timeout) {
    String before =
        sqs.getQueueAttributes(
                get -> get.queueUrl(queueUrl).attributeNames(QueueAttributeName.VISIBILITY_TIMEOUT))
            .attributes()
            .get(QueueAttributeName.VISIBILITY_TIMEOUT);
    sqs.setQueueAttributes(
        set ->
            set.queueUrl(queueUrl)
                .attributes(
                    Map.of(
                        QueueAttributeName.VISIBILITY_TIMEOUT,
                        Long.toString(timeout.toSeconds()))));
    return Duration.ofSeconds(Long.parseLong(before));
  }

  private JsonNode ask(String method, String path, @Nullable String body)
      throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(control + path))
            .timeout(Duration.ofSeconds(30))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .header("Content-Type", "application/json")
            .build();
    try {
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      if (response.statusCode() >= 400) {
        throw new IllegalStateException(
            method + " " + control + path + " answered " + response.body());
      }
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new IllegalStateException(
          "nothing runs on " + control + "; start it with ./orders up", e);
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    dynamoDb.close();
    sqs.close();
    sns.close();
    http.shutdownNow();
    http.close();
  }
}
