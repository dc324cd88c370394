package orders.systemtests.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import localcloud.LocalCloud;
import orders.domain.CommandHeader;
import orders.domain.CommandId;
import orders.domain.CorrelationId;
import orders.domain.CustomerId;
import orders.domain.Fingerprint;
import orders.domain.OrderCommand.ConfirmOrder;
import orders.domain.OrderId;
import orders.wire.QueueMessage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * One whole story, told by a pipeline whose functions may do only what their policies allow: a life
 * from placed to delivered, a repeated request, refusals before and after the 202, a message that
 * nobody can read. Everything a person might write holds a canary. The tests look at the lines.
 */
class OperationsIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String CANARY = "CANARY7f3c";
  private static final String FORGED = "\"},{\"level\":\"ERROR\",\"message\":\"forged\"}";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The keys that Powertools gives every line. */
  private static final List<String> KEYS =
      List.of(
          "level",
          "message",
          "timestamp",
          "service",
          "cold_start",
          "function_name",
          "function_version",
          "function_arn",
          "function_memory_size",
          "function_request_id",
          "xray_trace_id");

  private static final Lines LINES = new Lines();
  private static final Set<String> TOKENS = new HashSet<>();
  private static final List<String> WARNINGS = new CopyOnWriteArrayList<>();

  /** What the story comes to, by service and metric. */
  private static final Map<String, Map<String, Long>> SUMS =
      Map.of(
          "order-api",
          Map.of("OrdersAccepted", 2L, "OrdersReplayed", 1L, "RequestsRefused", 5L),
          "order-processor",
          Map.of("CommandsApplied", 7L, "CommandsRefused", 1L, "CommandsParked", 1L),
          "order-notifier",
          Map.of("EventsPublished", 8L));

  /** How often the story is told at most, if a busy machine disturbs it. */
  private static final int TRIES = 3;

  private static LocalCloud cloud;
  private static HttpClient http;
  private static String delivered;
  private static String cancelled;
  private static String refusedCommand;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    cloud =
        LocalCloud.of(project().resolve("template.yaml"))
            .onFreePorts()
            .strictIam(true)
            .aotCache(false)
            .maximumWorkers(2)
            .logs((function, pid, line) -> LINES.add(line))
            .warnings(WARNINGS::add)
            .start();
    http = HttpClient.newHttpClient();
    String first = place(token("first", Set.of("orders/read", "orders/write")), "key");
    await("every function has started", () -> LINES.commands(first, "event published") == 1);
    await("told its metrics", () -> LINES.sum("order-notifier", "EventsPublished") > 0);
    for (int told = 0; told == 0 || (told < TRIES && disturbed()); told++) {
      LINES.begin();
      tell(token("alice-" + told, Set.of("orders/read", "orders/write")));
    }
  }

  /** Whether a call took too long and was made again, so that a line or more is there twice. */
  private static boolean disturbed() {
    return LINES.log().stream()
            .anyMatch(
                line ->
                    line.path("level").asText().equals("WARN")
                        || line.path("message").asText().equals("command already applied"))
        || !sums(Long::equals);
  }

  private static boolean sums(BiPredicate<Long, Long> compare) {
    return SUMS.entrySet().stream()
        .allMatch(
            service ->
                service.getValue().entrySet().stream()
                    .allMatch(
                        sum ->
                            compare.test(
                                (long) LINES.sum(service.getKey(), sum.getKey()), sum.getValue())));
  }

  private static void awaitCommands(String orderId, long count) throws InterruptedException {
    await(
        count + " commands of " + orderId,
        () -> LINES.commands(orderId, "command applied", "command already applied") >= count);
  }

  private static void tell(String customer) throws IOException, InterruptedException {
    String office = token("office", Set.of("orders/read", "orders/write", "orders/admin"));
    delivered = place(customer, "key-1");
    place(customer, "key-1");
    awaitCommands(delivered, 1);
    send(
        "PATCH",
        "/orders/" + delivered,
        customer,
        "{\"note\":\"" + CANARY + " amended\"}",
        Map.of("If-Match", "*"));
    awaitCommands(delivered, 2);
    int steps = 2;
    for (String move : List.of("confirm", "ship", "deliver")) {
      String body = move.equals("ship") ? "{\"carrier\":\"" + CANARY + "\"}" : "{}";
      HttpResponse<String> answer =
          send("POST", "/orders/" + delivered + "/" + move, office, body, Map.of());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
      awaitCommands(delivered, ++steps);
    }

    cancelled = place(customer, "key-2");
    awaitCommands(cancelled, 1);
    send(
        "POST",
        "/orders/" + cancelled + "/cancel",
        customer,
        JSON.createObjectNode().put("reason", CANARY + FORGED + '\u2028').toString(),
        Map.of());
    awaitCommands(cancelled, 2);
    theRefusedRequests(customer);
    theMessagesThatComeTooLateOrMakeNoSense();
    await("announced", () -> LINES.commands(delivered, "event published") == 5);
    await("announced too", () -> LINES.commands(cancelled, "event published") == 3);
    await("all metrics are out", () -> sums((sum, expected) -> sum >= expected));
  }

  private static void theRefusedRequests(String customer) throws IOException, InterruptedException {
    for (String body :
        List.of(
            "{\"currency\":\"EUR\",\"lines\":[],\"note\":\"" + CANARY + "\"}",
            "{\"" + CANARY + "\":",
            "{\"" + CANARY + "\":\"\\ud800\"}")) {
      assertThat(send("POST", "/orders", customer, body, Map.of()).statusCode())
          .isBetween(400, 422);
    }
    send("GET", "/orders/" + CANARY, customer, "", Map.of());
    send("GET", "/orders?cursor=" + CANARY, customer, "", Map.of());
    send("GET", "/orders", "not." + CANARY + ".a-token", "", Map.of());
    send(
        "GET",
        "/orders/" + delivered,
        customer,
        "",
        Map.of("X-Correlation-Id", "x\",\"level\":\"ERROR", "If-None-Match", CANARY));
  }

  private static void theMessagesThatComeTooLateOrMakeNoSense() {
    CustomerId office = new CustomerId("office");
    refusedCommand = CommandId.derive(office, "POST /orders/late", "key").toString();
    try (SqsClient sqs =
        SqsClient.builder()
            .endpointOverride(cloud.sqsUrl())
            .region(Region.EU_WEST_1)
            .httpClient(UrlConnectionHttpClient.create())
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .build()) {
      String queue = cloud.outputs().get("OrderQueueUrl");
      sqs.sendMessage(
          send ->
              send.queueUrl(queue)
                  .messageBody(
                      QueueMessage.write(
                          new ConfirmOrder(
                              new CommandHeader(
                                  CommandId.of(refusedCommand),
                                  OrderId.of(cancelled),
                                  office,
                                  new CorrelationId("too-late"),
                                  Instant.parse("2026-01-02T03:04:05.006Z"),
                                  new Fingerprint("b".repeat(64)),
                                  OptionalLong.empty())))));
      sqs.sendMessage(send -> send.queueUrl(queue).messageBody(CANARY + FORGED + "\nforged line"));
    }
  }

  @AfterAll
  static void stop() {
    if (cloud != null) {
      cloud.close();
    }
    if (http != null) {
      http.close();
    }
  }

  @Test
  void every_line_is_one_json_object_with_the_keys_of_the_contract() {
    assertThat(LINES.all()).hasSizeGreaterThan(20);
    for (JsonNode line : LINES.log()) {
      if (isBeforeInvocations(line)) {
        assertThat(line.path("service").asText()).as(line.toString()).startsWith("order-");
        continue;
      }
      for (String key : KEYS) {
        assertThat(line.has(key)).as(key + " in " + line).isTrue();
      }
      assertThat(line.path("level").asText()).isIn("DEBUG", "INFO", "WARN", "ERROR");
      assertThat(Instant.parse(line.path("timestamp").asText())).isAfter("2026-01-01T00:00:00Z");
      assertThat(line.path("cold_start").isBoolean()).isTrue();
      if (line.has("order_id")) {
        assertThat(line.path("correlation_id").asText()).as(line.toString()).isNotEmpty();
        assertThat(line.path("outcome").asText()).as(line.toString()).isNotEmpty();
      }
    }
  }

  /** A busy machine may keep a process from reading a table before its first invocation. */
  private static boolean isBeforeInvocations(JsonNode line) {
    return line.path("message").asText().equals("priming failed");
  }

  @Test
  void each_step_of_an_order_is_exactly_one_line_of_level_info() {
    for (String order : List.of(delivered, cancelled)) {
      assertThat(LINES.log("order accepted", order)).hasSize(1);
      for (String step : List.of("command applied", "event published")) {
        Set<String> commands = new TreeSet<>();
        for (JsonNode line : LINES.log(step, order)) {
          assertThat(commands.add(line.path("command_id").asText())).as(line.toString()).isTrue();
          assertThat(line.path("level").asText()).isEqualTo("INFO");
          assertThat(line.path("version").isIntegralNumber()).isTrue();
          assertThat(line.path("duration_ms").isIntegralNumber()).isTrue();
        }
      }
    }
    assertThat(LINES.log("command applied", delivered)).hasSize(5);
    assertThat(LINES.log("command applied", cancelled)).hasSize(2);
    assertThat(LINES.log("order accepted before", delivered)).hasSize(1);
    assertThat(LINES.log("change accepted", delivered))
        .hasSize(4)
        .extracting(line -> line.path("command_id").asText())
        .isSubsetOf(
            LINES.log("command applied", delivered).stream()
                .map(line -> line.path("command_id").asText())
                .toList());
  }

  @Test
  void a_refusal_after_the_202_is_told_with_its_reason() {
    JsonNode line = LINES.log("command refused", cancelled).get(0);

    assertThat(line.path("level").asText()).isEqualTo("INFO");
    assertThat(line.path("command_id").asText()).isEqualTo(refusedCommand);
    assertThat(line.path("correlation_id").asText()).isEqualTo("too-late");
    assertThat(line.path("reason").asText()).isNotEmpty();
  }

  @Test
  void only_what_a_person_must_look_at_is_an_error_and_nothing_else_warns() {
    List<String> loud =
        LINES.log().stream()
            .filter(line -> !line.path("level").asText().equals("INFO"))
            .map(line -> line.path("level").asText() + " " + line.path("message").asText())
            .toList();

    assertThat(loud).containsExactly("ERROR command dead-lettered");
  }

  @Test
  void nothing_secret_or_personal_is_in_any_line() {
    for (String line : LINES.all()) {
      assertThat(line).doesNotContain(CANARY);
      assertThat(TOKENS).noneMatch(line::contains);
    }
  }

  @Test
  void nobody_can_write_a_line_of_their_own() {
    assertThat(LINES.all()).noneMatch(line -> line.contains("forged"));
    assertThat(LINES.log())
        .noneMatch(line -> line.path("correlation_id").asText().contains("level"));
  }

  @Test
  void one_correlation_id_and_one_trace_lead_from_the_request_to_the_write() {
    JsonNode accepted = LINES.log("order accepted", delivered).get(0);
    JsonNode applied =
        LINES.log("command applied", delivered).stream()
            .filter(line -> line.path("version").asInt() == 1)
            .findFirst()
            .orElseThrow();
    JsonNode published =
        LINES.log("event published", delivered).stream()
            .filter(line -> line.path("version").asInt() == 1)
            .findFirst()
            .orElseThrow();

    assertThat(accepted.path("correlation_id").asText()).isEqualTo("story-key-1");
    assertThat(applied.path("correlation_id")).isEqualTo(accepted.path("correlation_id"));
    assertThat(published.path("correlation_id")).isEqualTo(accepted.path("correlation_id"));
    assertThat(accepted.path("xray_trace_id").asText()).startsWith("1-");
    assertThat(applied.path("xray_trace_id")).isEqualTo(accepted.path("xray_trace_id"));
  }

  @Test
  void metrics_count_what_happened() {
    SUMS.forEach(
        (service, sums) ->
            sums.forEach(
                (metric, sum) ->
                    assertThat(LINES.sum(service, metric)).as(metric).isEqualTo((double) sum)));
    assertThat(LINES.series())
        .contains(
            "AcceptToStoreMillis [Service=order-processor]",
            "StoreToPublishMillis [Service=order-notifier]",
            "OrderValue [Service=order-processor, Currency=EUR]");
  }

  @Test
  void metrics_have_the_namespace_and_the_few_dimensions_that_the_template_watches()
      throws IOException {
    for (JsonNode line : LINES.metricLines()) {
      for (JsonNode directive : line.at("/_aws/CloudWatchMetrics")) {
        assertThat(directive.path("Namespace").asText()).isEqualTo("Orders");
        for (JsonNode dimensions : directive.path("Dimensions")) {
          assertThat(dimensions.toString()).isIn("[\"Service\"]", "[\"Service\",\"Currency\"]");
        }
      }
    }
    assertThat(Files.readString(project().resolve("template.yaml")))
        .contains("{ Name: Service, Value: order-api }")
        .doesNotContain("Name: service,");
  }

  @Test
  void the_runner_shows_the_same_numbers_to_prometheus() throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(cloud.invokeUrl().resolve("/_local/metrics")).build(),
            BodyHandlers.ofString());

    assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
    assertThat(answer.body())
        .contains(
            "orders_orders_accepted_sum{service=\"order-api\"} "
                + LINES.sumOfAll("order-api", "OrdersAccepted")
                + "\n")
        .contains(
            "orders_events_published_sum{service=\"order-notifier\"} "
                + LINES.sumOfAll("order-notifier", "EventsPublished")
                + "\n");
    assertThat(answer.body().lines())
        .allMatch(line -> line.matches("(#.*|[a-z_]+\\{[^{}]*} -?[0-9.E-]+)"));
  }

  @Test
  void the_policies_allow_all_that_was_done_and_the_runner_had_nothing_to_remark_on() {
    assertThat(WARNINGS).noneMatch(warning -> warning.contains("AccessDenied"));
    assertThat(LINES.all()).noneMatch(line -> line.contains("AccessDenied"));
  }

  private static String place(String token, String key) throws IOException, InterruptedException {
    String body =
        JSON.createObjectNode()
            .put("currency", "EUR")
            .put("note", CANARY + FORGED)
            .put("reference", CANARY)
            .<ObjectNode>set("metadata", JSON.createObjectNode().put("channel", CANARY))
            .<ObjectNode>set(
                "shippingAddress",
                JSON.createObjectNode()
                    .put("name", CANARY)
                    .put("line1", CANARY)
                    .put("city", CANARY)
                    .put("country", "IE"))
            .<ObjectNode>set(
                "lines",
                JSON.createArrayNode()
                    .add(
                        JSON.createObjectNode()
                            .put("sku", CANARY)
                            .put("name", CANARY)
                            .put("quantity", 1)
                            .put("unitPrice", 7889)))
            .toString();
    HttpResponse<String> answer =
        send(
            "POST",
            "/orders",
            token,
            body,
            Map.of("Idempotency-Key", key, "X-Correlation-Id", "story-" + key));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return JSON.readTree(answer.body()).path("orderId").asText();
  }

  private static HttpResponse<String> send(
      String method, String path, String token, String body, Map<String, String> headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(cloud.apiUrl().toString().replaceAll("/$", "") + path))
            .timeout(PATIENCE)
            .header("Authorization", "Bearer " + token)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    headers.forEach(request::header);
    HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
    // As a careful customer does; the story is disturbed then, and told again.
    while (answer.statusCode() >= 500) {
      answer = http.send(request.build(), BodyHandlers.ofString());
    }
    return answer;
  }

  private static String token(String subject, Set<String> scopes) {
    String token = cloud.token(subject, scopes, Duration.ofHours(1));
    TOKENS.add(token);
    return token;
  }

  private static void await(String what, BooleanSupplier done) throws InterruptedException {
    Instant end = Instant.now().plus(PATIENCE);
    while (!done.getAsBoolean()) {
      if (Instant.now().isAfter(end)) {
        throw new AssertionError(
            "not in time: " + what + "; lines:\n" + String.join("\n", LINES.all()));
      }
      LINES.awaitAnother(Duration.ofMillis(200));
    }
  }

  private static Path project() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("template.yaml"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("template.yaml is in no folder above this one");
      }
    }
    return folder;
  }
}
