package orders.systemtests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import localcloud.LocalCloud;
import orders.ops.Redrive;
import orders.ops.Replay;
import orders.ops.Stack;
import orders.ops.StackFinder;
import orders.systemtests.chaos.MutantBuilder;
import orders.systemtests.chaos.MutantBuilder.TemplateEdit;
import orders.systemtests.chaos.Pipeline;
import orders.systemtests.chaos.ServiceFault;
import orders.systemtests.checker.DeadLetter;
import orders.systemtests.checker.ReceivedEvent;
import orders.systemtests.checker.Rule;
import orders.systemtests.checker.Violation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.sqs.model.Message;

/** What is given up after its retries, of which there are few here so that it is soon. */
class GivenUpIT extends PipelineCase {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final int RECEIVES = 3;

  @TempDir static Path folder;
  private static Optional<MutantBuilder> mutants = Optional.empty();
  private static Optional<LocalCloud> cloud = Optional.empty();

  @BeforeAll
  static void start() {
    MutantBuilder opened = new MutantBuilder(folder);
    mutants = Optional.of(opened);
    Path template =
        opened.template(
            new TemplateEdit("MaximumRetryAttempts: 30", "MaximumRetryAttempts: 2"),
            new TemplateEdit("maxReceiveCount: 10", "maxReceiveCount: " + RECEIVES),
            new TemplateEdit("MAX_RECEIVE_COUNT: '10'", "MAX_RECEIVE_COUNT: '" + RECEIVES + "'"));
    cloud =
        Optional.of(
            LocalCloud.of(template).onFreePorts().aotCache(false).maximumWorkers(2).start());
  }

  @AfterAll
  static void stop() {
    cloud.ifPresent(LocalCloud::close);
  }

  @BeforeEach
  void begin() throws InterruptedException {
    open(cloud.orElseThrow().invokePort());
  }

  @AfterEach
  void end() throws InterruptedException {
    close();
  }

  @Test
  void after_a_topic_that_was_away_for_longer_than_the_retries_replay_brings_the_events_back()
      throws Exception {
    String id = stored();
    await("the first event", () -> announced(id));
    Instant outage = Instant.now().minusSeconds(1);
    faults(ServiceFault.of("refuse", "sns", "*", Pipeline.NOTIFIER));
    cancel(id, "cancel");
    awaitVersion(id, 2);

    JsonNode letter = letter();
    pipeline.noFaults();

    assertThat(letter.path("requestContext").path("condition").asText())
        .isEqualTo("RetryAttemptsExhausted");
    assertThat(orderOf(recordOf(letter))).isEqualTo(id);
    String later = stored();
    await("the events after it", () -> announced(later));
    assertThat(violations()).extracting(Violation::rule).contains(Rule.COMPLETE_EVENTS);

    try (Stack stack = StackFinder.local(cloud.orElseThrow().invokePort(), Map.of())) {
      new Replay(stack).since(outage, Duration.ofDays(30));
      await("the event that was given up", () -> eventsOf(id).size() >= 2);
      new Replay(stack).orders(List.of(id));
      await("all events again", () -> eventsOf(id).size() >= 4);
    }
    // Among the checker's rules: a repeat has the bytes of the first, whoever published it.
    everyPromiseWasKept();
    assertThat(eventsOf(id).stream().map(ReceivedEvent::raw).distinct()).hasSize(2);
  }

  @Test
  void a_record_that_always_fails_is_given_up_alone_and_its_neighbours_are_announced()
      throws Exception {
    String bad = UUID.randomUUID().toString();
    faults(
        ServiceFault.of("delay", "sns", "PublishBatch", Pipeline.NOTIFIER)
            .times(1)
            .withDelay(Duration.ofSeconds(2)));
    String first = place();
    awaitFault();
    // What is written while the first event is on its way comes to the function together.
    String before = stored();
    pipeline
        .dynamoDb()
        .putItem(
            put ->
                put.tableName(pipeline.output("OrdersTableName"))
                    .item(
                        Map.of(
                            "orderId", AttributeValue.fromS(bad),
                            "version", AttributeValue.fromS("none"))));
    String after = stored();

    JsonNode letter = letter();

    assertThat(letter.path("DDBStreamBatchInfo").path("batchSize").asInt()).isEqualTo(1);
    assertThat(orderOf(recordOf(letter))).isEqualTo(bad);
    for (String id : List.of(first, before, after)) {
      await("the event of its neighbour", () -> announced(id));
    }
    everyPromiseWasKept();
  }

  @Test
  void what_the_table_never_takes_is_dead_lettered_with_its_reason_on_its_last_delivery()
      throws Exception {
    faults(ServiceFault.of("refuse", "dynamodb", "*", Pipeline.PROCESSOR));
    String id = place();

    DeadLetter deadLetter = awaitDeadLetter(id);

    assertThat(deadLetter.move()).isEmpty();
    assertThat(deadLetter.reason()).startsWith("no-answer: ");
    pipeline.noFaults();
    everyPromiseWasKept();
    comesBack(id, deadLetter.reason());
  }

  @Test
  void
      what_nobody_expected_of_a_message_is_dead_lettered_with_a_reason_and_its_neighbours_are_stored()
          throws Exception {
    deploy(ProcessorMutants.HasADefect.class);
    String bad = place("marked", marked());
    String good = stored();

    DeadLetter deadLetter = awaitDeadLetter(bad);

    assertThat(deadLetter.move()).isEmpty();
    assertThat(deadLetter.reason()).isEqualTo("unexpected: IllegalStateException");
    assertThat(order(good).version()).isEqualTo(1);
    everyPromiseWasKept();
    asBuilt();
    comesBack(bad, deadLetter.reason());
  }

  @Test
  void a_message_that_crashes_its_reader_is_moved_by_the_queue_and_the_checker_says_so()
      throws Exception {
    pipeline.visibility(queue(), Duration.ofSeconds(1));
    deploy(ProcessorMutants.Crashes.class);
    String bad = place("marked", marked());

    DeadLetter deadLetter = awaitDeadLetter(bad);

    assertThat(deadLetter.reason()).isEmpty();
    assertThat(run.quiet(LONG)).isTrue();
    assertThat(run.violations())
        .singleElement()
        .satisfies(
            violation -> {
              assertThat(violation.rule()).isEqualTo(Rule.DEAD_LETTER_REASON);
              assertThat(violation.trail()).anyMatch(line -> line.contains("exit status 3"));
            });
    asBuilt();
    comesBack(bad, "");
  }

  @Test
  void a_message_whose_readers_were_all_killed_is_moved_by_the_queue_and_that_is_its_reason()
      throws Exception {
    pipeline.visibility(queue(), Duration.ofSeconds(1));
    faults(
        ServiceFault.of("delay", "dynamodb", "BatchExecuteStatement", Pipeline.PROCESSOR)
            .withDelay(Duration.ofSeconds(20)));
    String id = place();

    await(
        "its readers to be killed",
        () -> {
          signalBusy(Pipeline.PROCESSOR, "KILL");
          return find(id).isPresent();
        });

    DeadLetter deadLetter = awaitDeadLetter(id);
    assertThat(deadLetter.reason()).isEmpty();
    assertThat(deadLetter.move()).isPresent();
    pipeline.noFaults();
    everyPromiseWasKept();
    comesBack(id, "");
  }

  private void deploy(Class<?> standIns) throws InterruptedException {
    mutants.orElseThrow().build(Pipeline.PROCESSOR, standIns);
    replace(Pipeline.PROCESSOR);
  }

  private static JsonNode marked() {
    return order().put("reference", ProcessorMutants.MARK);
  }

  private void asBuilt() throws InterruptedException {
    mutants.orElseThrow().asBuilt(Pipeline.PROCESSOR);
    replace(Pipeline.PROCESSOR);
  }

  private DeadLetter awaitDeadLetter(String orderId) throws InterruptedException {
    await("order " + orderId + " to be dead-lettered", () -> find(orderId).isPresent());
    return find(orderId).orElseThrow();
  }

  private Optional<DeadLetter> find(String orderId) throws InterruptedException {
    return run.deadLetters().stream().filter(m -> m.orderId().equals(orderId)).findFirst();
  }

  /** What was dead-lettered is not lost: a redrive brings it back. */
  private void comesBack(String orderId, String reason) throws Exception {
    // A process that is only just starting is not taken for one that died with the message.
    pipeline.visibility(queue(), Duration.ofMinutes(1));
    try (Stack stack = StackFinder.local(cloud.orElseThrow().invokePort(), Map.of())) {
      assertThat(new Redrive(stack).run(reason::equals).sent()).isOne();
    }
    awaitVersion(orderId, 1);
    everyPromiseWasKept();
    assertThat(run.deadLetters()).isEmpty();
  }

  /** Takes the one message out of the notifier's dead-letter queue, as soon as it is there. */
  private JsonNode letter() throws Exception {
    String queue = pipeline.output("NotifierDeadLetterQueueUrl");
    await("a record to be given up", () -> pipeline.depth(queue) > 0);
    List<Message> messages =
        pipeline.sqs().receiveMessage(receive -> receive.queueUrl(queue)).messages();
    assertThat(messages).hasSize(1);
    pipeline
        .sqs()
        .deleteMessage(
            delete -> delete.queueUrl(queue).receiptHandle(messages.getFirst().receiptHandle()));
    return JSON.readTree(messages.getFirst().body());
  }

  /** Reads what the message points to, as a person would who wants to know what was given up. */
  private Record recordOf(JsonNode letter) {
    String stream =
        pipeline
            .dynamoDb()
            .describeTable(table -> table.tableName(pipeline.output("OrdersTableName")))
            .table()
            .latestStreamArn();
    JsonNode range = letter.path("DDBStreamBatchInfo");
    assertThat(range.path("endSequenceNumber")).isEqualTo(range.path("startSequenceNumber"));
    try (DynamoDbStreamsClient streams =
        DynamoDbStreamsClient.builder()
            .endpointOverride(cloud.orElseThrow().dynamoDbUrl())
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("person", "person")))
            .region(Region.of("eu-west-1"))
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build()) {
      String iterator =
          streams
              .getShardIterator(
                  get ->
                      get.streamArn(stream)
                          .shardId(range.path("shardId").asText())
                          .sequenceNumber(range.path("startSequenceNumber").asText())
                          .shardIteratorType(ShardIteratorType.AT_SEQUENCE_NUMBER))
              .shardIterator();
      return streams.getRecords(get -> get.shardIterator(iterator).limit(1)).records().getFirst();
    }
  }

  private static String orderOf(Record record) {
    return record.dynamodb().keys().get("orderId").s();
  }
}
