package localcloud.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import localcloud.model.Arns;
import localcloud.services.DynamoDbProcess;
import localcloud.services.ElasticMqProcess;
import localcloud.services.Installation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsRequest;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;

/** What the quick clients answer, beside what the SDK answers from the same services. */
@Timeout(600)
class QuickClientsIT {
  private static final String CALLER = "test";

  private static DynamoDbProcess tables;
  private static ElasticMqProcess queues;
  private static DynamoDbClient dynamoDb;
  private static DynamoDbStreamsClient streams;
  private static DynamoDbStreamsClient quickStreams;
  private static SqsClient sqs;
  private static SqsClient quickQueues;
  private static DynamoDbStreamsClient streamsAlone;
  private static SqsClient queuesAlone;

  /** An SDK that must not be asked: all it could do is not supported. */
  private static final class NoQueues implements SqsClient {
    @Override
    public String serviceName() {
      return "none";
    }

    @Override
    public void close() {}
  }

  /** An SDK that must not be asked: all it could do is not supported. */
  private static final class NoStreams implements DynamoDbStreamsClient {
    @Override
    public String serviceName() {
      return "none";
    }

    @Override
    public void close() {}
  }

  @BeforeAll
  static void start() throws Exception {
    Installation home = new Installation(Path.of(".."));
    tables = DynamoDbProcess.start(home, Optional.empty(), line -> {});
    queues = ElasticMqProcess.start(home, 0, Optional.empty(), line -> {});
    dynamoDb = to(tables.port(), DynamoDbClient.builder());
    streams = to(tables.port(), DynamoDbStreamsClient.builder());
    quickStreams = new QuickStreams(streams, tables.port(), CALLER);
    sqs = to(queues.port(), SqsClient.builder());
    quickQueues = new QuickQueues(sqs, queues.port(), CALLER);
    streamsAlone = new QuickStreams(new NoStreams(), tables.port(), CALLER);
    queuesAlone = new QuickQueues(new NoQueues(), queues.port(), CALLER);
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable open :
        List.of(
            queuesAlone,
            streamsAlone,
            quickQueues,
            sqs,
            quickStreams,
            streams,
            dynamoDb,
            queues,
            tables)) {
      open.close();
    }
  }

  private static <C, B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>> C to(
      int port, B builder) {
    return builder
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(CALLER, "secret")))
        .endpointOverride(URI.create("http://127.0.0.1:" + port))
        .httpClient(UrlConnectionHttpClient.create())
        .region(Region.of(Arns.REGION))
        .build();
  }

  @Test
  void records_are_those_that_the_sdk_reads() {
    String table = table("everything");
    Map<String, AttributeValue> item = everything();
    dynamoDb.putItem(put -> put.tableName(table).item(item));
    item.put("n", AttributeValue.fromN("2"));
    dynamoDb.putItem(put -> put.tableName(table).item(item));
    dynamoDb.deleteItem(
        delete -> delete.tableName(table).key(Map.of("id", AttributeValue.fromS("1"))));
    GetRecordsRequest two =
        GetRecordsRequest.builder().limit(2).shardIterator(oldest(table)).build();

    var page = streamsAlone.getRecords(two);
    var rest = streamsAlone.getRecords(get -> get.shardIterator(page.nextShardIterator()));

    assertThat(page.records()).hasSize(2).isEqualTo(streams.getRecords(two).records());
    assertThat(page.records())
        .extracting(Record::eventNameAsString)
        .containsExactly("INSERT", "MODIFY");
    assertThat(page.records().getFirst().dynamodb().newImage()).isEqualTo(everything());
    assertThat(rest.records()).extracting(Record::eventNameAsString).containsExactly("REMOVE");
    assertThat(rest.records().getFirst().dynamodb().hasNewImage()).isFalse();
  }

  @Test
  void an_empty_map_in_a_list_is_one_again() {
    String table = table("empty-map");
    Map<String, AttributeValue> item =
        Map.of(
            "id",
            AttributeValue.fromS("1"),
            "list",
            AttributeValue.fromL(List.of(AttributeValue.fromM(Map.of()))));
    dynamoDb.putItem(put -> put.tableName(table).item(item));

    var page = streamsAlone.getRecords(get -> get.shardIterator(oldest(table)));

    assertThat(page.records().getFirst().dynamodb().newImage()).isEqualTo(item);
  }

  @Test
  void what_is_wrong_with_an_iterator_is_told_as_the_sdk_tells_it() {
    GetRecordsRequest wrong = GetRecordsRequest.builder().shardIterator("no such thing").build();

    assertThatThrownBy(() -> quickStreams.getRecords(wrong))
        .isInstanceOf(DynamoDbException.class)
        .satisfies(
            thrown ->
                assertThatThrownBy(() -> streams.getRecords(wrong))
                    .hasSameClassAs(thrown)
                    .isInstanceOf(DynamoDbException.class));
  }

  @Test
  void messages_are_those_that_the_sdk_receives() {
    String url = queue("everything");
    sqs.sendMessage(
        send ->
            send.queueUrl(url)
                .messageBody("{\"text\":\"grüße\\n\"}")
                .messageAttributes(
                    Map.of(
                        "text",
                        MessageAttributeValue.builder().dataType("String").stringValue("ü").build(),
                        "bytes",
                        MessageAttributeValue.builder()
                            .dataType("Binary")
                            .binaryValue(SdkBytes.fromByteArray(new byte[] {0, -1, 7}))
                            .build())));
    ReceiveMessageRequest all =
        ReceiveMessageRequest.builder()
            .queueUrl(url)
            .maxNumberOfMessages(10)
            .waitTimeSeconds(5)
            .messageSystemAttributeNames(MessageSystemAttributeName.ALL)
            .messageAttributeNames("All")
            .build();

    Message first = queuesAlone.receiveMessage(all).messages().getFirst();
    Message again = sqs.receiveMessage(all).messages().getFirst();

    assertThat(comparable(first)).isEqualTo(comparable(again));
    assertThat(first.body()).isEqualTo("{\"text\":\"grüße\\n\"}");
    assertThat(first.attributes())
        .containsEntry(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "1");
  }

  @Test
  void an_empty_queue_gives_no_messages() {
    String url = queue("empty");

    assertThat(
            queuesAlone
                .receiveMessage(
                    receive -> receive.queueUrl(url).maxNumberOfMessages(1).waitTimeSeconds(0))
                .messages())
        .isEmpty();
  }

  @Test
  void each_message_is_deleted_or_named_as_the_sdk_names_it() {
    String url = queue("deleted");
    sqs.sendMessage(send -> send.queueUrl(url).messageBody("a"));
    Message received =
        sqs.receiveMessage(receive -> receive.queueUrl(url).waitTimeSeconds(5))
            .messages()
            .getFirst();
    DeleteMessageBatchRequest request =
        DeleteMessageBatchRequest.builder()
            .queueUrl(url)
            .entries(entry("0", received.receiptHandle()), entry("1", "no such thing"))
            .build();

    var answer = queuesAlone.deleteMessageBatch(request);

    assertThat(answer.successful()).extracting(entry -> entry.id()).containsExactly("0");
    assertThat(answer.failed()).extracting(BatchResultErrorEntry::id).containsExactly("1");
    assertThat(sqs.deleteMessageBatch(request).failed()).containsAll(answer.failed());
    assertThat(sqs.receiveMessage(receive -> receive.queueUrl(url).waitTimeSeconds(0)).messages())
        .isEmpty();
  }

  @Test
  void a_queue_that_is_not_there_is_told_as_the_sdk_tells_it() {
    String url = queue("gone");
    sqs.deleteQueue(delete -> delete.queueUrl(url));

    assertThatThrownBy(
            () ->
                quickQueues.receiveMessage(
                    receive -> receive.queueUrl(url).maxNumberOfMessages(1).waitTimeSeconds(0)))
        .isInstanceOf(QueueDoesNotExistException.class);
    assertThatThrownBy(
            () ->
                quickQueues.deleteMessageBatch(
                    delete -> delete.queueUrl(url).entries(entry("0", "handle"))))
        .isInstanceOf(QueueDoesNotExistException.class);
  }

  private static String table(String table) {
    dynamoDb.createTable(
        create ->
            create
                .tableName(table)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(
                    AttributeDefinition.builder()
                        .attributeName("id")
                        .attributeType(ScalarAttributeType.S)
                        .build())
                .keySchema(
                    KeySchemaElement.builder().attributeName("id").keyType(KeyType.HASH).build())
                .streamSpecification(
                    stream ->
                        stream
                            .streamEnabled(true)
                            .streamViewType(StreamViewType.NEW_AND_OLD_IMAGES)));
    return table;
  }

  private static String oldest(String table) {
    String arn =
        dynamoDb.describeTable(describe -> describe.tableName(table)).table().latestStreamArn();
    String shard =
        quickStreams
            .describeStream(describe -> describe.streamArn(arn))
            .streamDescription()
            .shards()
            .getFirst()
            .shardId();
    return quickStreams
        .getShardIterator(
            get ->
                get.streamArn(arn).shardId(shard).shardIteratorType(ShardIteratorType.TRIM_HORIZON))
        .shardIterator();
  }

  private static Map<String, AttributeValue> everything() {
    Map<String, AttributeValue> item = new HashMap<>();
    SdkBytes bytes = SdkBytes.fromByteArray(new byte[] {0, -1, 7});
    item.put("id", AttributeValue.fromS("1"));
    item.put("n", AttributeValue.fromN("123456789012345678901234567890.12"));
    item.put("b", AttributeValue.fromB(bytes));
    item.put("bool", AttributeValue.fromBool(false));
    item.put("null", AttributeValue.fromNul(true));
    item.put("ss", AttributeValue.fromSs(List.of("a", "ü")));
    item.put("ns", AttributeValue.fromNs(List.of("1", "2.5")));
    item.put("bs", AttributeValue.fromBs(List.of(bytes)));
    item.put(
        "m",
        AttributeValue.fromM(
            Map.of("l", AttributeValue.fromL(List.of(AttributeValue.fromS("deep"))))));
    item.put("l", AttributeValue.fromL(List.of()));
    return item;
  }

  private static String queue(String name) {
    return sqs.createQueue(
            create ->
                create
                    .queueName(name)
                    .attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "0")))
        .queueUrl();
  }

  private static DeleteMessageBatchRequestEntry entry(String id, String receiptHandle) {
    return DeleteMessageBatchRequestEntry.builder().id(id).receiptHandle(receiptHandle).build();
  }

  /** What stays the same from one receive to the next. */
  private static Message comparable(Message message) {
    Map<MessageSystemAttributeName, String> attributes = new HashMap<>(message.attributes());
    attributes.remove(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT);
    return message.toBuilder().receiptHandle("").attributes(attributes).build();
  }
}
