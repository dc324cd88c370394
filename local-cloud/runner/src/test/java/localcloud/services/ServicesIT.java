package localcloud.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import localcloud.AwsCli;
import localcloud.model.QueueSpec;
import localcloud.model.StackSpec;
import localcloud.model.TableSpec;
import localcloud.wire.WireServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/** The real services behind their fronts, used through the real clients. */
@Timeout(600)
class ServicesIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("somebody", "secret"));

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final Hooks hooks = TestHooks.quiet();
  @TempDir private Path folder;

  @AfterEach
  void closeAll() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  private <T extends AutoCloseable> T keep(T opened) {
    open.push(opened);
    return opened;
  }

  private record Running(
      DynamoDbProcess dynamoDbProcess,
      ElasticMqProcess sqsProcess,
      DynamoDbClient dynamoDb,
      SqsClient sqs) {}

  private Running run(StackSpec stack, Optional<Path> data)
      throws IOException, InterruptedException {
    Installation home = Installation.find();
    var dynamoDb =
        keep(DynamoDbProcess.start(home, data.map(path -> path.resolve("tables")), line -> {}));
    var sqsFront =
        keep(new ServiceProxy(Service.SQS, WireServer.bind(0), hooks, ServiceExtension.NONE));
    var sqs =
        keep(
            ElasticMqProcess.start(
                home, sqsFront.port(), data.map(path -> path.resolve("queues")), line -> {}));
    var dynamoDbFront =
        keep(new ServiceProxy(Service.DYNAMODB, WireServer.bind(0), hooks, ServiceExtension.NONE));
    Provisioning.apply(stack, dynamoDb.port(), sqs.port());
    sqsFront.serve(sqs.port());
    dynamoDbFront.serve(dynamoDb.port());
    return new Running(
        dynamoDb,
        sqs,
        keep(
            DynamoDbClient.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + dynamoDbFront.port()))
                .region(Region.EU_WEST_1)
                .credentialsProvider(CREDENTIALS)
                .httpClient(UrlConnectionHttpClient.create())
                .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
                .build()),
        keep(
            SqsClient.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + sqsFront.port()))
                .region(Region.EU_WEST_1)
                .credentialsProvider(CREDENTIALS)
                .httpClient(UrlConnectionHttpClient.create())
                .build()));
  }

  @Test
  void what_a_service_prints_is_waited_for_without_a_carrier_of_virtual_threads() throws Exception {
    keep(DynamoDbProcess.start(Installation.find(), Optional.empty(), line -> {})).port();

    // The JDK lists platform threads only.
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .contains("dynamodb-out", "dynamodb-err");
  }

  private static StackSpec stack() throws IOException {
    var table =
        JSON.readTree(
            """
            {"TableName": "Things", "BillingMode": "PAY_PER_REQUEST",
             "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"},
                                      {"AttributeName": "owner", "AttributeType": "S"}],
             "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
             "GlobalSecondaryIndexes": [{"IndexName": "ByOwner",
               "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}],
               "Projection": {"ProjectionType": "ALL"}}],
             "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"}}
            """);
    return new StackSpec(
        "test",
        List.of(),
        List.of(),
        // The source comes first, as a template may have it.
        List.of(
            queue(
                "Source",
                Optional.of(new QueueSpec.Redrive("arn:aws:sqs:eu-west-1:000000000000:Dead", 1))),
            queue("Dead", Optional.empty())),
        List.of(
            new TableSpec(
                "ThingsTable",
                "Things",
                table,
                Optional.of("NEW_AND_OLD_IMAGES"),
                Optional.of("expires"))),
        List.of(),
        List.of(),
        List.of(),
        Map.of(),
        List.of());
  }

  private static QueueSpec queue(String name, Optional<QueueSpec.Redrive> redrive) {
    return new QueueSpec(
        name + "Queue",
        name,
        false,
        false,
        false,
        false,
        Duration.ofSeconds(1),
        Duration.ZERO,
        Duration.ofDays(14),
        Duration.ZERO,
        262_144,
        redrive);
  }

  @Test
  void tables_and_queues_are_as_the_template_wants_them() throws Exception {
    var running = run(stack(), Optional.empty());

    var table = running.dynamoDb().describeTable(t -> t.tableName("Things")).table();
    assertThat(table.globalSecondaryIndexes())
        .singleElement()
        .satisfies(index -> assertThat(index.indexName()).isEqualTo("ByOwner"));
    assertThat(table.streamSpecification().streamViewType())
        .isEqualTo(StreamViewType.NEW_AND_OLD_IMAGES);
    assertThat(
            running
                .dynamoDb()
                .describeTimeToLive(t -> t.tableName("Things"))
                .timeToLiveDescription()
                .timeToLiveStatus())
        .isIn(TimeToLiveStatus.ENABLED, TimeToLiveStatus.ENABLING);
    String url = running.sqs().getQueueUrl(q -> q.queueName("Source")).queueUrl();
    var attributes =
        running
            .sqs()
            .getQueueAttributes(q -> q.queueUrl(url).attributeNames(QueueAttributeName.ALL))
            .attributes();
    assertThat(attributes)
        .containsEntry(QueueAttributeName.VISIBILITY_TIMEOUT, "1")
        .hasEntrySatisfying(
            QueueAttributeName.REDRIVE_POLICY, policy -> assertThat(policy).contains("Dead"));
  }

  @Test
  void a_templates_fifo_queues_are_made_and_are_there_again_on_the_same_folder() throws Exception {
    StackSpec fifo =
        new StackSpec(
            "test",
            List.of(),
            List.of(),
            List.of(fifo("ByContent.fifo", true), fifo("ById.fifo", false)),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            Map.of(),
            List.of());
    for (int start = 0; start < 2; start++) {
      Running running = run(fifo, Optional.of(folder));

      for (String name : List.of("ByContent.fifo", "ById.fifo")) {
        String url = running.sqs().getQueueUrl(q -> q.queueName(name)).queueUrl();
        assertThat(
                running
                    .sqs()
                    .getQueueAttributes(q -> q.queueUrl(url).attributeNames(QueueAttributeName.ALL))
                    .attributes())
            .containsEntry(QueueAttributeName.FIFO_QUEUE, "true")
            .containsEntry(
                QueueAttributeName.CONTENT_BASED_DEDUPLICATION,
                String.valueOf(name.equals("ByContent.fifo")));
      }
      closeAll();
    }
  }

  private static QueueSpec fifo(String name, boolean byContent) {
    return new QueueSpec(
        name,
        name,
        true,
        byContent,
        false,
        false,
        Duration.ofSeconds(30),
        Duration.ZERO,
        Duration.ofDays(4),
        Duration.ZERO,
        262_144,
        Optional.empty());
  }

  @Test
  void the_plain_aws_cli_sends_receives_and_deletes_or_where_it_is_absent_the_sdk()
      throws Exception {
    Running running = run(stack(), Optional.empty());
    String url = running.sqs().getQueueUrl(get -> get.queueName("Dead")).queueUrl();
    if (!AwsCli.isHere()) {
      running.sqs().sendMessage(send -> send.queueUrl(url).messageBody("by hand"));
      assertThat(running.sqs().receiveMessage(receive -> receive.queueUrl(url)).messages())
          .extracting(Message::body)
          .containsExactly("by hand");
      return;
    }
    URI sqs = running.sqs().serviceClientConfiguration().endpointOverride().orElseThrow();

    assertThat(AwsCli.run(sqs, "sqs", "list-queues").path("QueueUrls")).hasSize(2);
    assertThat(AwsCli.run(sqs, "sqs", "get-queue-url", "--queue-name", "Dead").path("QueueUrl"))
        .hasToString("\"" + url + "\"");
    AwsCli.run(
        sqs,
        "sqs",
        "send-message",
        "--queue-url",
        url,
        "--message-body",
        "by hand",
        "--message-attributes",
        "{\"kind\":{\"DataType\":\"String\",\"StringValue\":\"x\"}}");
    JsonNode message =
        AwsCli.run(
                sqs,
                "sqs",
                "receive-message",
                "--queue-url",
                url,
                "--wait-time-seconds",
                "5",
                "--message-attribute-names",
                "All")
            .path("Messages")
            .path(0);
    assertThat(message.path("Body").asText()).isEqualTo("by hand");
    assertThat(message.at("/MessageAttributes/kind/StringValue").asText()).isEqualTo("x");
    AwsCli.run(
        sqs,
        "sqs",
        "delete-message",
        "--queue-url",
        url,
        "--receipt-handle",
        message.path("ReceiptHandle").asText());
    JsonNode left =
        AwsCli.run(
            sqs, "sqs", "get-queue-attributes", "--queue-url", url, "--attribute-names", "All");
    assertThat(left.at("/Attributes/ApproximateNumberOfMessages").asText()).isEqualTo("0");
    assertThat(left.at("/Attributes/ApproximateNumberOfMessagesNotVisible").asText())
        .isEqualTo("0");
  }

  @Test
  void a_message_received_too_often_comes_to_the_dead_letter_queue() throws Exception {
    var running = run(stack(), Optional.empty());
    String source = running.sqs().getQueueUrl(q -> q.queueName("Source")).queueUrl();
    String dead = running.sqs().getQueueUrl(q -> q.queueName("Dead")).queueUrl();
    running.sqs().sendMessage(m -> m.queueUrl(source).messageBody("poison"));

    running.sqs().receiveMessage(r -> r.queueUrl(source).waitTimeSeconds(5));
    running.sqs().receiveMessage(r -> r.queueUrl(source).waitTimeSeconds(3).visibilityTimeout(0));

    assertThat(running.sqs().receiveMessage(r -> r.queueUrl(dead).waitTimeSeconds(10)).messages())
        .singleElement()
        .satisfies(message -> assertThat(message.body()).isEqualTo("poison"));
  }

  @Test
  void what_was_answered_survives_a_kill_of_every_process_and_provisioning_again()
      throws Exception {
    var first = run(stack(), Optional.of(folder));
    String source = first.sqs().getQueueUrl(q -> q.queueName("Source")).queueUrl();
    first
        .dynamoDb()
        .putItem(p -> p.tableName("Things").item(Map.of("id", AttributeValue.fromS("kept"))));
    first.sqs().sendMessage(m -> m.queueUrl(source).messageBody("kept"));
    kill(first.dynamoDbProcess().pid());
    kill(first.sqsProcess().pid());
    closeAll();

    var second = run(stack(), Optional.of(folder));

    String again = second.sqs().getQueueUrl(q -> q.queueName("Source")).queueUrl();
    assertThat(second.sqs().receiveMessage(r -> r.queueUrl(again).waitTimeSeconds(5)).messages())
        .singleElement()
        .satisfies(message -> assertThat(message.body()).isEqualTo("kept"));
    assertThat(
            second
                .dynamoDb()
                .getItem(g -> g.tableName("Things").key(Map.of("id", AttributeValue.fromS("kept"))))
                .hasItem())
        .isTrue();
  }

  @Test
  void a_queue_service_that_starts_again_serves_only_when_every_message_is_back() throws Exception {
    Installation home = Installation.find();
    var killed = keep(ElasticMqProcess.start(home, 0, Optional.of(folder), line -> {}));
    int messages = 400;
    try (SqsClient before = direct(killed.port())) {
      for (int i = 0; i < 20; i++) {
        String name = "Queue" + i;
        before.createQueue(create -> create.queueName(name));
      }
      String url = before.getQueueUrl(get -> get.queueName("Queue19")).queueUrl();
      for (int i = 0; i < messages / 10; i++) {
        before.sendMessageBatch(send -> send.queueUrl(url).entries(tenMessages()));
      }
    }
    kill(killed.pid());

    var again = keep(ElasticMqProcess.start(home, 0, Optional.of(folder), line -> {}));

    try (SqsClient after = direct(again.port())) {
      String url = after.getQueueUrl(get -> get.queueName("Queue19")).queueUrl();
      QueueAttributeName depth = QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES;
      assertThat(
              after
                  .getQueueAttributes(get -> get.queueUrl(url).attributeNames(depth))
                  .attributes()
                  .get(depth))
          .isEqualTo(Integer.toString(messages));
      assertThat(after.listQueues().queueUrls()).hasSize(20);
    }
  }

  private static List<SendMessageBatchRequestEntry> tenMessages() {
    return IntStream.range(0, 10)
        .mapToObj(
            i ->
                SendMessageBatchRequestEntry.builder()
                    .id(Integer.toString(i))
                    .messageBody("m".repeat(20_000))
                    .build())
        .toList();
  }

  private static SqsClient direct(int port) {
    return SqsClient.builder()
        .endpointOverride(URI.create("http://127.0.0.1:" + port))
        .region(Region.EU_WEST_1)
        .credentialsProvider(CREDENTIALS)
        .httpClient(UrlConnectionHttpClient.create())
        .build();
  }

  private static void kill(long pid) throws Exception {
    var process = ProcessHandle.of(pid).orElseThrow();
    process.destroyForcibly();
    process.onExit().get(60, TimeUnit.SECONDS);
  }

  @Test
  void a_table_with_other_keys_than_the_template_is_told() throws Exception {
    run(stack(), Optional.of(folder));
    closeAll();
    var before = stack();
    var other =
        JSON.readTree(
            before.tables().getFirst().createTable().toString().replace("\"id\"", "\"key\""));
    var changed =
        new StackSpec(
            "test",
            List.of(),
            List.of(),
            List.of(),
            List.of(
                new TableSpec("ThingsTable", "Things", other, Optional.empty(), Optional.empty())),
            List.of(),
            List.of(),
            List.of(),
            Map.of(),
            List.of());

    assertThatThrownBy(() -> run(changed, Optional.of(folder)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ThingsTable")
        .hasMessageContaining("other keys");
  }

  @Test
  void the_clients_read_the_faults_as_the_services_own() throws Exception {
    var running = run(stack(), Optional.empty());
    hooks
        .faults()
        .set(
            7,
            List.of(
                FaultRule.always(Service.DYNAMODB, "PutItem", FaultRule.Kind.THROTTLE)
                    .on("Things")
                    .times(1)));

    assertThatThrownBy(
            () ->
                running
                    .dynamoDb()
                    .putItem(
                        p -> p.tableName("Things").item(Map.of("id", AttributeValue.fromS("x")))))
        .isInstanceOf(ProvisionedThroughputExceededException.class);
  }

  @Test
  void a_write_that_was_made_and_not_answered_is_there() throws Exception {
    var running = run(stack(), Optional.empty());
    hooks
        .faults()
        .set(
            7,
            List.of(
                FaultRule.always(Service.DYNAMODB, "PutItem", FaultRule.Kind.CUT_AFTER).times(1)));
    var key = Map.of("id", AttributeValue.fromS("x"));

    assertThatThrownBy(() -> running.dynamoDb().putItem(p -> p.tableName("Things").item(key)))
        .isInstanceOf(Exception.class);

    assertThat(running.dynamoDb().getItem(g -> g.tableName("Things").key(key)).hasItem()).isTrue();
    assertThat(hooks.counts().calls("dynamodb:PutItem")).isEqualTo(1);
  }

  @Test
  void a_service_takes_its_temporary_files_with_it() throws Exception {
    var running = run(stack(), Optional.empty());
    List<Path> folders = new ArrayList<>();
    for (long pid : List.of(running.dynamoDbProcess().pid(), running.sqsProcess().pid())) {
      String[] arguments = ProcessHandle.of(pid).orElseThrow().info().arguments().orElseThrow();
      String option = "-Djava.io.tmpdir=";
      for (String argument : arguments) {
        if (argument.startsWith(option)) {
          folders.add(Path.of(argument.substring(option.length())));
        }
      }
    }
    assertThat(folders).hasSize(2).allSatisfy(it -> assertThat(it).isDirectory());
    // DynamoDB Local unpacks SQLite and leaves it there.
    assertThat(folders.getFirst()).isNotEmptyDirectory();

    closeAll();

    assertThat(folders).allSatisfy(it -> assertThat(it).doesNotExist());
  }

  @Test
  void a_service_ends_when_its_starter_is_gone_and_listens_on_127_0_0_1_alone() throws Exception {
    var lib = Installation.find().lib("elasticmq");
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                lib + "/*",
                "localcloud.elasticmq.ElasticMq",
                "0",
                "0",
                "eu-west-1",
                "000000000000")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    open.push(process::destroyForcibly);
    String ready = process.inputReader().readLine();
    assertThat(ready).startsWith("READY ");
    int port = Integer.parseInt(ready.substring("READY ".length()));
    for (var card : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      for (var address : Collections.list(card.getInetAddresses())) {
        if (!address.isLoopbackAddress() && !address.isLinkLocalAddress()) {
          assertThatThrownBy(
                  () -> {
                    try (var socket = new Socket()) {
                      socket.connect(new InetSocketAddress(address, port), 2000);
                    }
                  })
              .isInstanceOf(IOException.class);
        }
      }
    }

    process.getOutputStream().close();

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
  }
}
