package localcloud.functions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import localcloud.AwsCli;
import localcloud.journal.Journal;
import localcloud.model.FunctionSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;

/** Lambda's Invoke API, over HTTP and by the AWS CLI, and asynchronous invocations behind it. */
class InvokeApiIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  private final HttpClient http = HttpClient.newHttpClient();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, JsonNode> delivered =
      Collections.synchronizedMap(new java.util.LinkedHashMap<>());
  private FunctionSpec probe;
  private boolean plainLoop;
  private Functions functions;
  private HttpServer server;

  @BeforeEach
  void packageProbe() throws IOException {
    probe = ProbePackage.spec(ProbePackage.zip(folder, "first"));
  }

  @AfterEach
  void stop() {
    server.stop(0);
    functions.close();
    http.close();
    threads.close();
  }

  private void run(FunctionSpec spec) throws IOException {
    functions =
        new Functions(
            List.of(spec),
            ProbePackage.NOWHERE,
            new Journal(100_000),
            (function, pid, line) -> lines.add(line),
            (arn, json) -> delivered.put(arn, JSON.readTree(json)),
            ProbePackage.options(folder.resolve("cache"))
                .withPlainLoop(plainLoop)
                .withAsyncRetryDelays(List.of(Duration.ofMillis(20), Duration.ofMillis(40))));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", functions.invokeApi());
    server.setExecutor(threads);
    server.start();
  }

  private String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private HttpResponse<byte[]> invoke(String name, byte[] payload, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(endpoint() + "/2015-03-31/functions/" + name + "/invocations"))
            .POST(HttpRequest.BodyPublishers.ofByteArray(payload));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  /**
   * Asks for the log's tail, again until it has what the function wrote: a machine too busy to read
   * it in time gives a shorter one.
   */
  private HttpResponse<byte[]> invokeForTail(String words, String wanted) throws Exception {
    AtomicReference<HttpResponse<byte[]>> last = new AtomicReference<>();
    Await.until(
        "the tail has " + wanted,
        () -> {
          last.set(invoke("stack-Probe", event(words), "X-Amz-Log-Type", "Tail"));
          return decoded(header(last.get(), "X-Amz-Log-Result")).contains(wanted);
        });
    return last.get();
  }

  private static byte[] event(String words) {
    return ('"' + words + '"').getBytes(UTF_8);
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), UTF_8);
  }

  @Test
  void a_synchronous_invocation_answers_with_payload_version_and_log_tail() throws Exception {
    run(probe);

    HttpResponse<byte[]> response = invokeForTail("print 3", "line 3\n");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(text(response)).isEqualTo("\"done\"");
    assertThat(header(response, "X-Amz-Executed-Version")).isEqualTo("$LATEST");
    assertThat(header(response, "X-Amz-Function-Error")).isEmpty();
    String requestId = header(response, "x-amzn-RequestId");
    assertThat(decoded(header(response, "X-Amz-Log-Result")))
        .contains("START RequestId: " + requestId + " Version: $LATEST")
        .contains("line 1\nline 2\nline 3\n")
        .contains("END RequestId: " + requestId)
        .contains("REPORT RequestId: " + requestId);
  }

  @Test
  void the_log_tail_is_the_last_four_kibibytes() throws Exception {
    run(probe);

    HttpResponse<byte[]> response = invokeForTail("print 5000", "line 5000\n");

    assertThat(Base64.getDecoder().decode(header(response, "X-Amz-Log-Result"))).hasSize(4096);
  }

  @Test
  void a_failure_is_marked() throws Exception {
    run(probe);

    HttpResponse<byte[]> response = invoke("Probe", event("fail badly"));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(header(response, "X-Amz-Function-Error")).isEqualTo("Unhandled");
    assertThat(JSON.readTree(response.body()).path("errorMessage").asText()).isEqualTo("badly");
  }

  @Test
  void a_web_page_from_elsewhere_invokes_nothing() throws Exception {
    run(probe);

    HttpResponse<byte[]> refused =
        invoke(probe.logicalId(), event("echo"), "Origin", "https://evil.example");

    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(functions.workers()).allMatch(worker -> worker.invocations() == 0);
  }

  @Test
  void an_unknown_function_is_a_404() throws Exception {
    run(probe);

    HttpResponse<byte[]> response = invoke("nobody", event("hello"));

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(header(response, "x-amzn-ErrorType")).isEqualTo("ResourceNotFoundException");
    assertThat(JSON.readTree(response.body()).path("Message").asText())
        .isEqualTo("Function not found: arn:aws:lambda:eu-west-1:000000000000:function:nobody");
  }

  @ParameterizedTest
  @CsvSource({
    "stack-Probe, $LATEST, $LATEST",
    "stack-Probe, live, live",
    "stack-Probe, 1, 1",
    "stack-Probe:live, '', live",
    "stack-Probe:live, live, live",
    "arn:aws:lambda:eu-west-1:000000000000:function:stack-Probe:live, '', live",
    "000000000000:function:stack-Probe, live, live",
  })
  void a_function_is_invoked_by_the_qualifiers_that_the_template_gives_it(
      String name, String qualifier, String arnEndsWith) throws Exception {
    run(probe.withQualifier("live").withQualifier("1"));

    HttpResponse<byte[]> response = invokeQualified(name, qualifier);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(JSON.readTree(response.body()).path("arn").asText())
        .isEqualTo(probe.arn() + ":" + arnEndsWith);
  }

  @ParameterizedTest
  @CsvSource({
    "stack-Probe, staging, ':staging'",
    "stack-Probe, 2, ':2'",
    "stack-Probe:staging, '', ':staging'",
  })
  void an_unknown_qualifier_is_a_404(String name, String qualifier, String named) throws Exception {
    run(probe.withQualifier("live").withQualifier("1"));

    HttpResponse<byte[]> response = invokeQualified(name, qualifier);

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(header(response, "x-amzn-ErrorType")).isEqualTo("ResourceNotFoundException");
    assertThat(JSON.readTree(response.body()).path("Message").asText())
        .isEqualTo("Function not found: " + probe.arn() + named);
  }

  @Test
  void two_qualifiers_that_differ_are_a_400() throws Exception {
    run(probe.withQualifier("live").withQualifier("1"));

    HttpResponse<byte[]> response = invokeQualified("stack-Probe:live", "1");

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(header(response, "x-amzn-ErrorType")).isEqualTo("InvalidParameterValueException");
  }

  private HttpResponse<byte[]> invokeQualified(String name, String qualifier)
      throws IOException, InterruptedException {
    String path =
        "/2015-03-31/functions/"
            + URLEncoder.encode(name, UTF_8)
            + "/invocations?Qualifier="
            + URLEncoder.encode(qualifier, UTF_8);
    return http.send(
        HttpRequest.newBuilder(URI.create(endpoint() + path))
            .POST(HttpRequest.BodyPublishers.ofByteArray(event("context")))
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void the_client_context_reaches_the_function_of_a_synchronous_invocation(boolean plain)
      throws Exception {
    plainLoop = plain;
    run(probe);
    String context = base64("{\n\"custom\": {\"greeting\": \"gr\u00fc\u00df dich\"}}");

    HttpResponse<byte[]> response =
        invoke("Probe", event("client"), "X-Amz-Client-Context", context);
    HttpResponse<byte[]> without = invoke("Probe", event("client"));

    assertThat(text(response)).isEqualTo("{\"greeting\":\"gr\u00fc\u00df dich\"}");
    assertThat(text(without)).isEqualTo("{}");
  }

  @Test
  void a_client_context_that_is_none_is_a_400() throws Exception {
    run(probe);
    String longest = base64("{\"custom\":{\"a\":\"" + "x".repeat(2664) + "\"}}");
    String tooLong = base64("{\"custom\":{\"a\":\"" + "x".repeat(2670) + "\"}}");
    assertThat(longest.length()).isBetween(3576, 3583);

    assertThat(invoke("Probe", event("client"), "X-Amz-Client-Context", longest).statusCode())
        .isEqualTo(200);
    for (String wrong : List.of(tooLong, "not base64!", base64("[1]"), base64("{} {}"))) {
      HttpResponse<byte[]> response =
          invoke("Probe", event("client"), "X-Amz-Client-Context", wrong);
      assertThat(response.statusCode()).as(wrong).isEqualTo(400);
      assertThat(header(response, "x-amzn-ErrorType")).isEqualTo("InvalidRequestContentException");
    }
  }

  @Test
  void a_request_over_its_limit_is_a_413() throws Exception {
    run(probe);

    HttpResponse<byte[]> synchronous = invoke("Probe", new byte[6 * 1024 * 1024 + 1]);
    HttpResponse<byte[]> asynchronous =
        invoke("Probe", new byte[1024 * 1024 + 1], "X-Amz-Invocation-Type", "Event");

    assertThat(List.of(synchronous, asynchronous))
        .allSatisfy(
            response -> {
              assertThat(response.statusCode()).isEqualTo(413);
              assertThat(header(response, "x-amzn-ErrorType"))
                  .isEqualTo("RequestTooLargeException");
            });
    assertThat(text(synchronous)).contains("smaller than 6291456 bytes");
  }

  @Test
  void a_payload_that_is_no_json_is_a_400() throws Exception {
    run(probe);

    HttpResponse<byte[]> response = invoke("Probe", "{broken".getBytes(UTF_8));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(header(response, "x-amzn-ErrorType")).isEqualTo("InvalidRequestContentException");
  }

  @Test
  void reserved_concurrency_used_up_is_a_429() throws Exception {
    run(ProbePackage.withReserved(probe, 1));
    Path goOn = folder.resolve("go-on");
    Future<HttpResponse<byte[]>> first =
        threads.submit(() -> invoke("Probe", event("await " + goOn)));
    Await.until("it is at work", () -> !functions.workers().isEmpty());

    HttpResponse<byte[]> response = invoke("Probe", event("hello"));

    assertThat(response.statusCode()).isEqualTo(429);
    assertThat(header(response, "x-amzn-ErrorType")).isEqualTo("TooManyRequestsException");
    assertThat(text(response)).contains("ReservedFunctionConcurrentInvocationLimitExceeded");
    Files.createFile(goOn);
    assertThat(first.get().statusCode()).isEqualTo(200);
  }

  @Test
  void a_dry_run_checks_and_invokes_nothing() throws Exception {
    run(probe);

    HttpResponse<byte[]> response =
        invoke("Probe", event("hello"), "X-Amz-Invocation-Type", "DryRun");

    assertThat(response.statusCode()).isEqualTo(204);
    assertThat(functions.workers()).isEmpty();
  }

  @Test
  void an_event_is_accepted_at_once_and_runs_later() throws Exception {
    run(probe);

    HttpResponse<byte[]> response =
        invoke("Probe", event("print 1"), "X-Amz-Invocation-Type", "Event");

    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(response.body()).isEmpty();
    Await.until("it ran", () -> lines.contains("line 1"));
  }

  @Test
  void a_failing_event_is_retried_twice_and_told_to_the_on_failure_destination() throws Exception {
    run(
        ProbePackage.with(
            probe,
            ProbePackage.async(
                2, Duration.ofHours(6), Optional.of("arn:failures"), Optional.empty())));

    String requestId =
        header(
            invoke("Probe", event("fail badly"), "X-Amz-Invocation-Type", "Event"),
            "x-amzn-RequestId");

    Await.until("it is told", () -> delivered.containsKey("arn:failures"));
    JsonNode message = delivered.get("arn:failures");
    assertThat(message.path("version").asText()).isEqualTo("1.0");
    assertThat(message.path("requestContext"))
        .isEqualTo(
            JSON.createObjectNode()
                .put("requestId", requestId)
                .put("functionArn", probe.arn() + ":$LATEST")
                .put("condition", "RetriesExhausted")
                .put("approximateInvokeCount", 3));
    assertThat(message.path("requestPayload").asText()).isEqualTo("fail badly");
    assertThat(message.path("responseContext"))
        .isEqualTo(
            JSON.readTree(
                """
                {"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"}\
                """));
    assertThat(message.path("responsePayload").path("errorMessage").asText()).isEqualTo("badly");
  }

  @Test
  void an_event_that_grows_too_old_is_given_up() throws Exception {
    run(
        ProbePackage.with(
            probe,
            ProbePackage.async(
                2, Duration.ofMillis(1), Optional.of("arn:failures"), Optional.empty())));

    functions.invokeAsync("Probe", event("fail badly"), Optional.empty());

    Await.until("it is told", () -> delivered.containsKey("arn:failures"));
    assertThat(delivered.get("arn:failures").path("requestContext").path("condition").asText())
        .isEqualTo("EventAgeExceeded");
  }

  @Test
  void an_event_that_succeeds_is_told_to_the_on_success_destination() throws Exception {
    run(
        ProbePackage.with(
            probe,
            ProbePackage.async(
                2, Duration.ofHours(6), Optional.empty(), Optional.of("arn:successes"))));

    functions.invokeAsync("Probe", event("hello"), Optional.empty());

    Await.until("it is told", () -> delivered.containsKey("arn:successes"));
    JsonNode message = delivered.get("arn:successes");
    assertThat(message.path("requestContext").path("condition").asText()).isEqualTo("Success");
    assertThat(message.path("responsePayload").asText()).isEqualTo("hello");
  }

  /** What a client was answered. */
  private record Invoked(int status, String payload, String version, String error, String log) {}

  @ParameterizedTest
  @CsvSource({"RequestResponse, 200", "Event, 202", "DryRun, 204"})
  void the_plain_aws_cli_invokes_or_where_it_is_absent_the_sdk(String type, int status)
      throws Exception {
    run(probe);

    Invoked invoked = withTail(type, () -> AwsCli.isHere() ? byCli(type) : bySdk(type, "print 2"));

    assertThat(invoked.status()).isEqualTo(status);
    if (type.equals("RequestResponse")) {
      assertThat(invoked.payload()).isEqualTo("\"done\"");
      assertThat(invoked.version()).isEqualTo("$LATEST");
      assertThat(invoked.log()).contains("line 1\nline 2\n");
    }
  }

  /** Invokes, again where a machine too busy to read it in time gave too short a tail. */
  private static Invoked withTail(String type, Callable<Invoked> invocation) throws Exception {
    AtomicReference<Invoked> last = new AtomicReference<>();
    Await.until(
        "the tail is whole",
        () -> {
          last.set(invocation.call());
          return !type.equals("RequestResponse") || last.get().log().contains("line 2\n");
        });
    return last.get();
  }

  @ParameterizedTest
  @CsvSource({"RequestResponse, 200", "Event, 202", "DryRun, 204"})
  void the_sdks_client_invokes(String type, int status) throws Exception {
    run(probe);

    Invoked invoked = withTail(type, () -> bySdk(type, "print 2"));

    assertThat(invoked.status()).isEqualTo(status);
    assertThat(invoked.payload()).isEqualTo(type.equals("RequestResponse") ? "\"done\"" : "");
    assertThat(invoked.log()).contains(type.equals("RequestResponse") ? "line 1\nline 2\n" : "");
  }

  @Test
  void the_sdks_client_tells_a_functions_failure_from_a_function_that_is_not_there()
      throws Exception {
    run(probe);

    assertThat(bySdk("RequestResponse", "fail now").error()).isEqualTo("Unhandled");
    try (LambdaClient lambda = sdk()) {
      assertThatThrownBy(() -> lambda.invoke(it -> it.functionName("Nobody")))
          .isInstanceOf(ResourceNotFoundException.class);
    }
  }

  private Invoked byCli(String type) throws IOException, InterruptedException {
    Path answer = folder.resolve("answer.json");
    // Raw bytes in both: what stands in the command itself is text in version 1, base64 in 2.
    Path payload = Files.write(folder.resolve("payload.json"), event("print 2"));
    JsonNode result =
        AwsCli.run(
            URI.create(endpoint()),
            "lambda",
            "invoke",
            "--function-name",
            "stack-Probe",
            "--invocation-type",
            type,
            "--payload",
            "fileb://" + payload,
            "--log-type",
            "Tail",
            answer.toString());
    return new Invoked(
        result.path("StatusCode").asInt(),
        Files.readString(answer),
        result.path("ExecutedVersion").asText(),
        result.path("FunctionError").asText(),
        decoded(result.path("LogResult").asText()));
  }

  private Invoked bySdk(String type, String words) {
    try (LambdaClient lambda = sdk()) {
      InvokeResponse response =
          lambda.invoke(
              it ->
                  it.functionName("stack-Probe")
                      .invocationType(type)
                      .logType("Tail")
                      .payload(SdkBytes.fromByteArray(event(words))));
      return new Invoked(
          response.statusCode(),
          response.payload().asUtf8String(),
          String.valueOf(response.executedVersion()),
          String.valueOf(response.functionError()),
          decoded(response.logResult() == null ? "" : response.logResult()));
    }
  }

  private static String decoded(String log) {
    return new String(Base64.getDecoder().decode(log), UTF_8);
  }

  private LambdaClient sdk() {
    return LambdaClient.builder()
        .endpointOverride(URI.create(endpoint()))
        .region(Region.EU_WEST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .httpClient(UrlConnectionHttpClient.create())
        .build();
  }
}
