package localcloud.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import localcloud.events.ScriptedFunction.FunctionFailure;
import localcloud.functions.Await;
import localcloud.functions.FunctionInvoker.ThrottledException;
import localcloud.journal.Journal;
import localcloud.model.Arns;
import localcloud.model.EventSourceMappingSpec.FromQueue;
import localcloud.services.ElasticMqProcess;
import localcloud.services.FaultRule;
import localcloud.services.Installation;
import localcloud.services.Service;
import localcloud.services.ServiceExtension;
import localcloud.services.ServiceProxy;
import localcloud.services.TestHooks;
import localcloud.wire.WireServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeNameForSends;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeValue;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** Queues feeding functions: AWS's rules, one test each, on a real queue. */
class SqsMappingIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration NO_WINDOW = Duration.ZERO;

  private static ElasticMqProcess process;
  private static SqsClient sqs;

  private final List<SqsMapping> mappings = new ArrayList<>();
  private String name;
  private String url;

  @BeforeAll
  static void startQueues() throws Exception {
    process =
        ElasticMqProcess.start(new Installation(Path.of("..")), 0, Optional.empty(), line -> {});
    sqs =
        SqsClient.builder()
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .endpointOverride(URI.create("http://127.0.0.1:" + process.port()))
            .httpClient(UrlConnectionHttpClient.create())
            .region(Region.of(Arns.REGION))
            .build();
  }

  @AfterAll
  static void stopQueues() {
    sqs.close();
    process.close();
  }

  @BeforeEach
  void queue() {
    // What a busy machine does not get done in time would come again, and be counted twice.
    queue(60);
  }

  private void queue(int visibilitySeconds) {
    queue(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, Integer.toString(visibilitySeconds)), "");
  }

  @AfterEach
  void stopMappings() {
    mappings.forEach(SqsMapping::close);
    sqs.deleteQueue(delete -> delete.queueUrl(url));
  }

  private void queue(Map<QueueAttributeName, String> attributes, String suffix) {
    name = "q-" + UUID.randomUUID() + suffix;
    url = sqs.createQueue(create -> create.queueName(name).attributes(attributes)).queueUrl();
  }

  private FromQueue spec(int batchSize, Duration window, boolean partial, String... filters)
      throws IOException {
    List<JsonNode> patterns = new ArrayList<>();
    for (String filter : filters) {
      patterns.add(JSON.readTree(filter));
    }
    return new FromQueue(
        "Mapping",
        "Function",
        true,
        batchSize,
        window,
        partial,
        patterns,
        Arns.queue(name),
        OptionalInt.empty());
  }

  private static FromQueue withConcurrency(FromQueue spec, int concurrency) {
    return new FromQueue(
        spec.logicalId(),
        spec.functionLogicalId(),
        spec.enabled(),
        spec.batchSize(),
        spec.batchingWindow(),
        spec.reportBatchItemFailures(),
        spec.filters(),
        spec.queueArn(),
        OptionalInt.of(concurrency));
  }

  private void run(FromQueue spec, ScriptedFunction function) {
    SqsMapping mapping = new SqsMapping(spec, sqs, function, new Journal(100_000));
    mappings.add(mapping);
    mapping.start();
  }

  private void run(FromQueue spec, ScriptedFunction function, Duration patience) {
    SqsMapping mapping = new SqsMapping(spec, sqs, function, new Journal(100_000), patience);
    mappings.add(mapping);
    mapping.start();
  }

  private void send(String... bodies) {
    for (String body : bodies) {
      sqs.sendMessage(send -> send.queueUrl(url).messageBody(body));
    }
  }

  private int left() {
    Map<QueueAttributeName, String> counts =
        sqs.getQueueAttributes(
                get ->
                    get.queueUrl(url)
                        .attributeNames(
                            QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                            QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
            .attributes();
    return counts.values().stream().mapToInt(Integer::parseInt).sum();
  }

  private static String failing(JsonNode event, String body) {
    for (JsonNode record : event.path("Records")) {
      if (record.path("body").asText().equals(body)) {
        return "{\"batchItemFailures\":[{\"itemIdentifier\":\""
            + record.path("messageId").asText()
            + "\"}]}";
      }
    }
    return "{\"batchItemFailures\":[]}";
  }

  private static ScriptedFunction until(CountDownLatch held) {
    return new ScriptedFunction(
        event -> {
          held.await();
          return "{}";
        });
  }

  @Test
  void messages_that_come_while_a_batch_is_under_way_make_the_next_one_together() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    ScriptedFunction function = until(held);
    run(spec(10, NO_WINDOW, true), function, Duration.ofHours(1));
    send("1");
    Await.until("the first batch", () -> function.batches().size() == 1);
    send("2", "3", "4");
    held.countDown();
    Await.until("all", () -> function.all().size() == 4);

    assertThat(function.batches()).hasSize(2);
  }

  @Test
  void messages_that_have_waited_long_enough_go_beside_the_batch_under_way() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    ScriptedFunction function = until(held);
    run(spec(10, NO_WINDOW, true), function);
    send("1");
    Await.until("the first batch", () -> function.batches().size() == 1);
    send("2");
    Await.until("the second beside it", () -> function.batches().size() == 2);
    held.countDown();
  }

  @Test
  void a_message_that_waits_or_comes_is_handed_over_and_deleted() throws Exception {
    ScriptedFunction function = new ScriptedFunction(event -> "null");
    send("before");
    run(spec(10, NO_WINDOW, true), function);
    Await.until("the waiting one came", () -> function.all().contains("before"));

    send("after");

    Await.until("the new one came", () -> function.all().contains("after"));
    Await.until("both are deleted", () -> left() == 0);
    assertThat(function.all()).containsExactly("before", "after");
  }

  @Test
  void the_event_is_as_lambda_sends_it() throws Exception {
    sqs.sendMessage(
        send ->
            send.queueUrl(url)
                .messageBody("body")
                .messageAttributes(
                    Map.of(
                        "text",
                        MessageAttributeValue.builder()
                            .dataType("String")
                            .stringValue("value")
                            .build(),
                        "bytes",
                        MessageAttributeValue.builder()
                            .dataType("Binary")
                            .binaryValue(SdkBytes.fromString("abc", StandardCharsets.UTF_8))
                            .build()))
                .messageSystemAttributes(
                    Map.of(
                        MessageSystemAttributeNameForSends.AWS_TRACE_HEADER,
                        MessageSystemAttributeValue.builder()
                            .dataType("String")
                            .stringValue("Root=1-5e3d83c1-e6a0db584850d61342823d4c")
                            .build())));
    ScriptedFunction function = new ScriptedFunction(event -> "null");
    run(spec(10, NO_WINDOW, true), function);
    Await.until("it came", () -> !function.events.isEmpty());

    JsonNode record = function.events.get(0).path("Records").path(0);

    assertThat(record.path("messageId").asText()).isNotEmpty();
    assertThat(record.path("receiptHandle").asText()).isNotEmpty();
    assertThat(record.path("body").asText()).isEqualTo("body");
    assertThat(record.path("md5OfBody").asText()).isEqualTo("841a2d689ad86bd1611447453c22c6fc");
    assertThat(record.path("eventSource").asText()).isEqualTo("aws:sqs");
    assertThat(record.path("eventSourceARN").asText()).isEqualTo(Arns.queue(name));
    assertThat(record.path("awsRegion").asText()).isEqualTo("eu-west-1");
    assertThat(record.path("attributes").path("ApproximateReceiveCount").asText()).isEqualTo("1");
    assertThat(record.path("attributes").path("SentTimestamp").asText()).matches("\\d{13}");
    assertThat(record.path("attributes").path("SenderId").asText()).isNotEmpty();
    assertThat(record.path("attributes").path("ApproximateFirstReceiveTimestamp").asText())
        .matches("\\d{13}");
    assertThat(record.path("messageAttributes").path("text"))
        .isEqualTo(
            JSON.readTree(
                """
                {"stringValue":"value","stringListValues":[],"binaryListValues":[],
                 "dataType":"String"}\
                """));
    assertThat(record.path("messageAttributes").path("bytes").path("binaryValue").asText())
        .isEqualTo("YWJj");
    assertThat(function.traces)
        .containsExactly(Optional.of("Root=1-5e3d83c1-e6a0db584850d61342823d4c"));
  }

  @Test
  void a_batch_holds_at_most_its_size() throws Exception {
    for (int i = 0; i < 9; i++) {
      send("m" + i);
    }
    ScriptedFunction function = new ScriptedFunction(event -> "null");

    run(spec(4, NO_WINDOW, true), function);

    Await.until("all came", () -> function.all().size() == 9);
    assertThat(function.batches()).allMatch(batch -> batch.size() <= 4);
  }

  @Test
  void a_batching_window_gathers_more_than_one_receive_gives() throws Exception {
    ScriptedFunction function = new ScriptedFunction(event -> "null");
    // Before it is looked for: the sends themselves may take longer than the window.
    for (int i = 0; i < 15; i++) {
      send("m" + i);
    }

    run(spec(25, Duration.ofSeconds(2), true), function);

    Await.until("all came", () -> function.all().size() == 15);

    assertThat(function.batches()).hasSize(1);
  }

  @Test
  void a_full_batch_does_not_wait_for_its_window() throws Exception {
    ScriptedFunction function = new ScriptedFunction(event -> "null");
    for (int i = 0; i < 12; i++) {
      send("m" + i);
    }

    run(spec(12, Duration.ofMinutes(5), true), function);

    Await.until("all came", () -> function.all().size() == 12);
  }

  @Test
  void batches_run_in_parallel_up_to_the_maximum_concurrency() throws Exception {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch bothRun = new CountDownLatch(2);
    ScriptedFunction function =
        new ScriptedFunction(
            event -> {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              bothRun.countDown();
              bothRun.await(60, TimeUnit.SECONDS);
              running.decrementAndGet();
              return "null";
            });
    for (int i = 0; i < 8; i++) {
      send("m" + i);
    }

    run(withConcurrency(spec(1, NO_WINDOW, true), 2), function);

    Await.until("all are done", () -> left() == 0);
    assertThat(most).hasValue(2);
  }

  @Test
  void what_no_process_can_take_yet_gathers_into_a_fuller_batch() throws Exception {
    CountDownLatch allSent = new CountDownLatch(1);
    ScriptedFunction function =
        new ScriptedFunction(
            1,
            event -> {
              allSent.await(60, TimeUnit.SECONDS);
              return "null";
            });
    run(withConcurrency(spec(10, NO_WINDOW, true), 20), function);
    send("first");
    Await.until("the only process is busy", () -> !function.batches().isEmpty());

    for (int i = 0; i < 10; i++) {
      send("m" + i);
    }
    allSent.countDown();

    Await.until("all are done", () -> left() == 0);
    assertThat(function.batches()).hasSize(2);
  }

  @Test
  void reported_messages_come_again_after_their_visibility_timeout_and_the_others_do_not()
      throws Exception {
    queue(5);
    AtomicInteger calls = new AtomicInteger();
    ScriptedFunction function =
        new ScriptedFunction(event -> calls.incrementAndGet() == 1 ? failing(event, "bad") : "{}");
    send("good", "bad", "fine");
    long began = System.nanoTime();
    run(spec(10, NO_WINDOW, true), function);

    Await.until("it came again", () -> function.all().stream().filter("bad"::equals).count() == 2);

    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofSeconds(5));
    Await.until("all are done", () -> left() == 0);
    assertThat(function.all()).containsOnlyOnce("good", "fine");
    assertThat(
            function
                .events
                .get(1)
                .path("Records")
                .path(0)
                .path("attributes")
                .path("ApproximateReceiveCount")
                .asText())
        .isEqualTo("2");
  }

  @Test
  void without_the_response_type_a_report_is_ignored_and_all_are_deleted() throws Exception {
    ScriptedFunction function = new ScriptedFunction(event -> failing(event, "bad"));
    send("bad");

    run(spec(10, NO_WINDOW, false), function);

    Await.until("it came", () -> function.all().contains("bad"));
    Await.until("it is deleted", () -> left() == 0);
  }

  @Test
  void an_unhandled_error_fails_the_whole_batch() throws Exception {
    queue(5);
    AtomicInteger calls = new AtomicInteger();
    ScriptedFunction function =
        new ScriptedFunction(
            event -> {
              if (calls.incrementAndGet() == 1) {
                throw new FunctionFailure();
              }
              return "null";
            });
    send("a", "b");

    run(spec(10, NO_WINDOW, true), function);

    Await.until("both came twice", () -> function.all().size() >= 4);
    Await.until("both are done", () -> left() == 0);
    assertThat(function.all()).containsExactlyInAnyOrder("a", "b", "a", "b");
  }

  @Test
  void an_answer_that_cannot_be_understood_fails_the_whole_batch() throws Exception {
    queue(5);
    AtomicInteger calls = new AtomicInteger();
    ScriptedFunction function =
        new ScriptedFunction(
            event ->
                calls.incrementAndGet() == 1
                    ? "{\"batchItemFailures\":[{\"itemIdentifier\":\"\"}]}"
                    : "null");
    send("a");

    run(spec(10, NO_WINDOW, true), function);

    Await.until("it came again", () -> function.all().equals(List.of("a", "a")));
    Await.until("it is done", () -> left() == 0);
  }

  @Test
  void a_message_received_too_often_goes_to_the_dead_letter_queue() throws Exception {
    String dead = "dead-" + UUID.randomUUID();
    String deadUrl = sqs.createQueue(create -> create.queueName(dead)).queueUrl();
    queue(
        Map.of(
            QueueAttributeName.VISIBILITY_TIMEOUT,
            "5",
            QueueAttributeName.REDRIVE_POLICY,
            "{\"deadLetterTargetArn\":\"" + Arns.queue(dead) + "\",\"maxReceiveCount\":\"2\"}"),
        "");
    ScriptedFunction function =
        new ScriptedFunction(
            event -> {
              throw new FunctionFailure();
            });
    send("poison");

    run(spec(10, NO_WINDOW, true), function);

    Await.until(
        "it is dead-lettered",
        () ->
            sqs.receiveMessage(receive -> receive.queueUrl(deadUrl)).messages().stream()
                .anyMatch(message -> message.body().equals("poison")));
    assertThat(function.all()).containsExactly("poison", "poison");
  }

  @Test
  void throttled_messages_go_back_to_the_queue_and_polling_backs_off() throws Exception {
    queue(5);
    AtomicInteger calls = new AtomicInteger();
    ScriptedFunction function =
        new ScriptedFunction(
            event -> {
              if (calls.incrementAndGet() <= 2) {
                throw new ThrottledException("Function");
              }
              return "null";
            });
    send("a");

    run(spec(10, NO_WINDOW, true), function);

    Await.until("it is done", () -> left() == 0);
    assertThat(calls).hasValue(3);
  }

  @Test
  void filtered_messages_are_deleted_and_never_seen() throws Exception {
    ScriptedFunction function = new ScriptedFunction(event -> "null");
    send("{\"kind\":\"b\"}", "{\"kind\":\"a\"}", "plain");

    run(spec(10, NO_WINDOW, true, "{\"body\":{\"kind\":[\"a\"]}}"), function);

    Await.until("all are gone", () -> left() == 0 && !function.all().isEmpty());
    assertThat(function.all()).containsExactly("{\"kind\":\"a\"}");
  }

  @Test
  void a_fifo_groups_messages_come_in_order_and_groups_in_parallel() throws Exception {
    queue(
        Map.of(QueueAttributeName.FIFO_QUEUE, "true", QueueAttributeName.VISIBILITY_TIMEOUT, "60"),
        ".fifo");
    CountDownLatch groups = new CountDownLatch(2);
    Map<String, List<String>> seen = new HashMap<>();
    ScriptedFunction function =
        new ScriptedFunction(
            event -> {
              String group =
                  event.path("Records").path(0).path("attributes").path("MessageGroupId").asText();
              synchronized (seen) {
                if (!seen.containsKey(group)) {
                  groups.countDown();
                }
                seen.computeIfAbsent(group, g -> new ArrayList<>())
                    .addAll(ScriptedFunction.values(event));
              }
              groups.await(60, TimeUnit.SECONDS);
              return "null";
            });
    for (int i = 0; i < 5; i++) {
      for (String group : List.of("one", "two")) {
        String body = group + i;
        sqs.sendMessage(
            send ->
                send.queueUrl(url)
                    .messageBody(body)
                    .messageGroupId(group)
                    .messageDeduplicationId(body));
      }
    }

    run(spec(1, NO_WINDOW, true), function);

    Await.until("all are done", () -> left() == 0);
    assertThat(groups.getCount()).isZero();
    assertThat(seen.get("one")).containsExactly("one0", "one1", "one2", "one3", "one4");
    assertThat(seen.get("two")).containsExactly("two0", "two1", "two2", "two3", "two4");
  }

  @Test
  void a_disabled_mapping_does_not_poll() throws Exception {
    FromQueue enabled = spec(10, NO_WINDOW, true);
    ScriptedFunction never = new ScriptedFunction(event -> "null");
    ScriptedFunction other = new ScriptedFunction(event -> "null");
    send("a");

    run(
        new FromQueue(
            "Disabled",
            "Function",
            false,
            10,
            NO_WINDOW,
            true,
            List.of(),
            enabled.queueArn(),
            OptionalInt.empty()),
        never);
    run(enabled, other);

    Await.until("the enabled one took it", () -> left() == 0);
    assertThat(never.events).isEmpty();
    assertThat(new HashSet<>(other.all())).containsExactly("a");
  }

  @Test
  void an_empty_queue_is_polled_long() throws Exception {
    ScriptedFunction function = new ScriptedFunction(event -> "null");
    var hooks = TestHooks.quiet();
    try (var front =
            new ServiceProxy(Service.SQS, WireServer.bind(0), hooks, ServiceExtension.NONE);
        var client =
            SqsClient.builder()
                .credentialsProvider(
                    StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .endpointOverride(URI.create("http://127.0.0.1:" + front.port()))
                .httpClient(UrlConnectionHttpClient.create())
                .region(Region.of(Arns.REGION))
                .build();
        var mapping =
            new SqsMapping(spec(10, NO_WINDOW, true), client, function, new Journal(100_000))) {
      front.serve(process.port());
      mapping.start();
      sqs.sendMessage(send -> send.queueUrl(url).messageBody("late").delaySeconds(2));

      Await.until("it came", () -> function.all().contains("late"));

      assertThat(hooks.counts().calls("sqs:ReceiveMessage")).isEqualTo(1);
    }
  }

  @Test
  void what_was_received_is_handed_over_when_the_rest_of_the_window_cannot_be_polled()
      throws Exception {
    queue(600);
    send("received");
    ScriptedFunction function = new ScriptedFunction(event -> "null");
    var hooks = TestHooks.quiet();
    try (var front =
            new ServiceProxy(Service.SQS, WireServer.bind(0), hooks, ServiceExtension.NONE);
        var client =
            SqsClient.builder()
                .credentialsProvider(
                    StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .endpointOverride(URI.create("http://127.0.0.1:" + front.port()))
                .httpClient(UrlConnectionHttpClient.create())
                .region(Region.of(Arns.REGION))
                .build();
        var mapping =
            new SqsMapping(
                spec(10, Duration.ofSeconds(3), true), client, function, new Journal(100_000))) {
      front.serve(process.port());
      mapping.start();
      Await.until("it is received", () -> hooks.counts().calls("sqs:ReceiveMessage") >= 1);

      hooks
          .faults()
          .set(1, List.of(FaultRule.always(Service.SQS, "ReceiveMessage", FaultRule.Kind.ERROR)));

      Await.until("it is done", () -> left() == 0);
    }
    assertThat(function.all()).containsExactly("received");
  }

  @Test
  void more_than_six_megabytes_are_split_into_several_events() throws Exception {
    ScriptedFunction function = new ScriptedFunction(event -> "null");
    String large = "x".repeat(250_000);
    for (int i = 0; i < 30; i++) {
      send(large);
    }

    run(spec(100, Duration.ofSeconds(3), true), function);

    Await.until("all are done", () -> left() == 0);
    assertThat(function.all()).hasSize(30);
    assertThat(function.events)
        .allMatch(event -> event.toString().length() <= 6 * 1024 * 1024)
        .hasSizeGreaterThan(1);
  }

  @Test
  void of_a_fifo_batch_over_six_megabytes_the_second_part_waits_for_the_first() throws Exception {
    queue(
        Map.of(QueueAttributeName.FIFO_QUEUE, "true", QueueAttributeName.VISIBILITY_TIMEOUT, "10"),
        ".fifo");
    String large = "x".repeat(700_000);
    for (int i = 0; i < 10; i++) {
      String body = i + large;
      String id = "m" + i;
      sqs.sendMessage(
          send ->
              send.queueUrl(url).messageBody(body).messageGroupId("g").messageDeduplicationId(id));
    }
    AtomicInteger calls = new AtomicInteger();
    ScriptedFunction function =
        new ScriptedFunction(
            event -> {
              if (calls.incrementAndGet() == 1) {
                throw new FunctionFailure();
              }
              return "null";
            });

    run(spec(10, NO_WINDOW, true), function);

    Await.until("all are done", () -> left() == 0);
    List<String> first =
        function.batches().getFirst().stream().map(body -> body.substring(0, 1)).toList();
    assertThat(first).hasSizeBetween(1, 9);
    List<String> wanted = new ArrayList<>(first);
    wanted.addAll(List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"));
    assertThat(function.all())
        .extracting(body -> body.substring(0, 1))
        .containsExactlyElementsOf(wanted);
  }

  @Test
  void a_fault_of_any_kind_does_not_end_the_polling() throws Exception {
    Faulty<SqsClient> unsteady = new Faulty<>(SqsClient.class, sqs, "receiveMessage");
    unsteady.failNext(new IllegalStateException("no such thing"));
    unsteady.failNext(new OutOfMemoryError("a very large message"));
    ScriptedFunction function = new ScriptedFunction(event -> "null");
    send("a");

    try (SqsMapping mapping =
        new SqsMapping(
            spec(10, NO_WINDOW, true), unsteady.client(), function, new Journal(100_000))) {
      mapping.start();
      Await.until("it is done", () -> left() == 0);
    }

    assertThat(function.all()).containsExactly("a");
  }
}
