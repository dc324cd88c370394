package orders.proof.faults;

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
import orders.ops.Replay;
import orders.ops.Stack;
import orders.ops.StackFinder;
import orders.proof.chaos.Pipeline;
import orders.proof.chaos.ServiceFault;
import orders.proof.checker.ReceivedEvent;
import orders.proof.checker.Rule;
import orders.proof.checker.Violation;
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

/** What the stream gives up after its retries, of which there are few here so that it is soon. */
class GivenUpIT extends CaseTools {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path folder;
  private static Optional<LocalCloud> cloud = Optional.empty();

  @BeforeAll
  static void start() {
    Path template =
        new Workshop(folder)
            .template(
                new Workshop.Edit(
                    "template.yaml", "MaximumRetryAttempts: 30", "MaximumRetryAttempts: 2"));
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
    await("the first event", () -> eventsOf(id).size() == 1);
    Instant outage = Instant.now().minusSeconds(1);
    faults(ServiceFault.of("refuse", "sns", "*", Pipeline.NOTIFIER));
    assertThat(session.client().move(session.customer(), id, "cancel", "c").accepted()).isTrue();
    awaitVersion(id, 2);

    JsonNode letter = letter();
    pipeline.noFaults();

    assertThat(letter.path("requestContext").path("condition").asText())
        .isEqualTo("RetryAttemptsExhausted");
    assertThat(orderOf(recordOf(letter))).isEqualTo(id);
    String later = stored();
    await("the events after it", () -> eventsOf(later).size() == 1);
    assertThat(violations()).extracting(Violation::rule).contains(Rule.ANNOUNCED);

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
      await("the event of its neighbour", () -> eventsOf(id).size() == 1);
    }
    everyPromiseWasKept();
  }

  private List<ReceivedEvent> eventsOf(String orderId) {
    return session.events().stream().filter(e -> e.orderId().equals(orderId)).toList();
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
