package orders.ops;

import static orders.domain.OrderBuilder.aFullOrder;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import orders.domain.CommandHeader;
import orders.domain.CorrelationId;
import orders.domain.CustomerId;
import orders.domain.Fingerprint;
import orders.domain.OrderCommand;
import orders.domain.OrderCommand.PlaceOrder;
import orders.wire.OrderJson;
import orders.wire.QueueMessage;
import orders.wire.WireJson;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsRequest;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.model.TrimmedDataAccessException;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.model.Message;

class ReconcileTest {
  private static final String GIVEN_UP = "given-up";
  private static final Message RANGE =
      Message.builder()
          .messageId("range")
          .receiptHandle("range")
          .body(
              """
              {"DDBStreamBatchInfo":{"streamArn":"s","shardId":"0",\
              "startSequenceNumber":"99","endSequenceNumber":"101"}}\
              """)
          .build();

  private final Tables tables = new Tables();
  private final StreamOfChanges stream = new StreamOfChanges();
  private final ScriptedQueues queues = new ScriptedQueues();
  private final Stack stack =
      new Stack(
          Map.of(
              "OrdersTableName", "orders",
              "IdempotencyTableName", "answers",
              "OrderQueueUrl", "queue",
              "OrderDeadLetterQueueUrl", "dead-lettered",
              "NotifierDeadLetterQueueUrl", GIVEN_UP,
              "OrderEventsTopicArn", "topic"),
          tables,
          stream,
          queues,
          new SnsClient() {
            @Override
            public String serviceName() {
              return SERVICE_NAME;
            }

            @Override
            public void close() {}
          });

  @Test
  void a_range_is_read_to_its_end_though_a_page_between_is_empty() {
    queues.brings(GIVEN_UP, RANGE);
    stream.tells(records("99 a")).tells(List.of()).tells(records("100 b", "101 c", "102 d"));

    Reconcile.Result result = new Reconcile(stack).run(Duration.ZERO, false);

    assertThat(result.unannounced()).containsExactly("a", "b", "c");
    assertThat(result.forgotten()).isEmpty();
  }

  @Test
  void a_range_of_which_a_part_is_missing_is_kept() {
    queues.brings(GIVEN_UP, RANGE);
    stream.tells(records("99 a")).ends();

    Reconcile.Result result = new Reconcile(stack).run(Duration.ZERO, true);

    assertThat(result.unannounced()).isEmpty();
    assertThat(result.forgotten()).containsExactly(RANGE.body());
    assertThat(result.settled(true)).isFalse();
    assertThat(queues.deleted).isEmpty();
  }

  @Test
  void a_range_whose_end_never_comes_is_not_waited_for() {
    queues.brings(GIVEN_UP, RANGE);

    Reconcile.Result result = new Reconcile(stack).run(Duration.ZERO, false);

    assertThat(result.forgotten()).containsExactly(RANGE.body());
  }

  @Test
  void what_the_stream_no_longer_has_is_told_from_a_stream_that_does_not_answer() {
    queues.brings(GIVEN_UP, RANGE);
    stream.fails(TrimmedDataAccessException.builder().statusCode(400).build());
    assertThat(new Reconcile(stack).run(Duration.ZERO, false).forgotten()).hasSize(1);

    queues.brings(GIVEN_UP).brings(GIVEN_UP, RANGE);
    stream.fails(DynamoDbException.builder().statusCode(503).build());
    assertThatThrownBy(() -> new Reconcile(stack).run(Duration.ZERO, false))
        .isInstanceOf(DynamoDbException.class);
  }

  @Test
  void what_is_stored_counts_as_stored_even_if_it_cannot_be_read() {
    for (int i = 0; i < 250; i++) {
      tables.accept("order-" + i);
      if (i != 7) {
        tables.stored.add("order-" + i);
      }
    }

    Reconcile.Result result = new Reconcile(stack).run(Duration.ZERO, false);

    assertThat(result.accepted()).isEqualTo(250);
    assertThat(result.stored()).isEqualTo(249);
    assertThat(result.missing()).containsExactly("order-7");
    assertThat(result.balanced()).isFalse();
  }

  @Test
  void a_lost_order_is_sent_again_with_the_command_that_placed_it() throws IOException {
    PlaceOrder placing = (PlaceOrder) QueueMessage.read(recorded("place-order"));
    String head =
        "{\"by\":\"back-office\",\"correlationId\":\"the-first\",\"acceptedAt\":\"2026-01-31T09:30:00.000Z\"}";
    String body = WireJson.text(OrderJson.pending(placing));
    tables.accept(placing.orderId().toString(), head + "\n" + body, "a".repeat(64));

    new Reconcile(stack).run(Duration.ZERO, true);

    OrderCommand sent = QueueMessage.read(queues.sent.getFirst().messageBody());
    assertThat(sent)
        .isEqualTo(
            new PlaceOrder(
                new CommandHeader(
                    placing.commandId(),
                    placing.orderId(),
                    new CustomerId("back-office"),
                    new CorrelationId("the-first"),
                    placing.header().acceptedAt(),
                    new Fingerprint("a".repeat(64)),
                    OptionalLong.empty()),
                placing.customer(),
                placing.contents()));
  }

  @Test
  void what_is_in_flight_excuses_no_order_that_is_missing() {
    tables.accept("order-1");
    queues.inFlight = 5;

    Reconcile.Result result = new Reconcile(stack).run(Duration.ZERO, false);

    assertThat(result.inFlight()).isEqualTo(5);
    assertThat(result.balanced()).isFalse();
  }

  @Test
  void an_order_is_dead_lettered_by_its_placing_of_whatever_schema_and_by_no_change()
      throws IOException {
    String placing = recorded("place-order");
    String placed = QueueMessage.read(placing).orderId().toString();
    String later = "11111111-1111-8111-8111-111111111111";
    String changing = recorded("confirm-order");
    String changed = "22222222-2222-8222-8222-222222222222";
    String other = QueueMessage.read(changing).orderId().toString();
    List.of(placed, later, changed).forEach(tables::accept);
    queues.brings(
        "dead-lettered",
        deadLettered(placing),
        deadLettered(placing.replace("\"schema\":1", "\"schema\":2").replace(placed, later)),
        deadLettered(changing.replace(other, changed)),
        deadLettered("no JSON"));

    Reconcile.Result result = new Reconcile(stack).run(Duration.ZERO, false);

    assertThat(result.deadLettered()).isEqualTo(2);
    assertThat(result.missing()).containsExactly(changed);
  }

  @Test
  void a_mended_order_is_placed_with_everything_that_was_accepted() {
    PlaceOrder accepted = aFullOrder().placing();
    tables.accept(accepted);

    Reconcile.Result result = new Reconcile(stack).run(Duration.ZERO, true);

    assertThat(result.missing()).containsExactly(accepted.orderId().toString());
    assertThat(queues.sent).hasSize(1);
    PlaceOrder mended = (PlaceOrder) QueueMessage.read(queues.sent.getFirst().messageBody());
    assertThat(mended.contents()).isEqualTo(accepted.contents());
    assertThat(mended.customer()).isEqualTo(accepted.customer());
    assertThat(mended.header().acceptedAt()).isEqualTo(accepted.header().acceptedAt());
    assertThat(mended.header().fingerprint()).isEqualTo(accepted.header().fingerprint());
  }

  /** A message as order-wire's tests hold it to be written. */
  private static String recorded(String command) throws IOException {
    return Files.readString(
        Path.of("../order-wire/src/test/resources/messages", command + ".json"));
  }

  private static Message deadLettered(String body) {
    return Message.builder().messageId(body).receiptHandle(body).body(body).build();
  }

  private static List<Record> records(String... sequenceNumbersAndOrders) {
    return Stream.of(sequenceNumbersAndOrders)
        .map(text -> text.split(" ", -1))
        .map(
            parts ->
                Record.builder()
                    .dynamodb(
                        change ->
                            change
                                .sequenceNumber(parts[0])
                                .keys(Map.of("orderId", AttributeValue.fromS(parts[1]))))
                    .build())
        .toList();
  }

  /** A stream that says what a real one says seldom. */
  private static final class StreamOfChanges implements DynamoDbStreamsClient {
    private final Deque<List<Record>> pages = new ArrayDeque<>();
    private boolean ends;
    private AwsServiceException failure;

    StreamOfChanges tells(List<Record> page) {
      pages.add(page);
      return this;
    }

    void ends() {
      ends = true;
    }

    void fails(AwsServiceException with) {
      failure = with;
    }

    @Override
    public GetShardIteratorResponse getShardIterator(GetShardIteratorRequest request) {
      return GetShardIteratorResponse.builder().shardIterator("i").build();
    }

    @Override
    public GetRecordsResponse getRecords(GetRecordsRequest request) {
      if (failure != null) {
        throw failure;
      }
      List<Record> page = pages.poll();
      return GetRecordsResponse.builder()
          .records(page == null ? List.of() : page)
          .nextShardIterator(ends && pages.isEmpty() ? null : "i")
          .build();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }

  /** The table of answers, and one of orders whose items only have their key. */
  private static final class Tables implements DynamoDbClient {
    final Set<String> stored = new HashSet<>();
    private final List<Map<String, AttributeValue>> answers = new ArrayList<>();

    void accept(String id) {
      accept(
          id,
          "{}\n{\"orderId\":\""
              + id
              + "\",\"status\":\"PENDING\",\"placedAt\":\"2026-01-31T09:30:00.000Z\"}",
          "f");
    }

    void accept(String id, String data, String fingerprint) {
      answers.add(
          Map.of(
              "id", AttributeValue.fromS(id),
              "validation", AttributeValue.fromS(fingerprint),
              "data", AttributeValue.fromS(data)));
    }

    void accept(PlaceOrder command) {
      answers.add(
          Map.of(
              "id", AttributeValue.fromS(command.orderId().toString()),
              "validation", AttributeValue.fromS(command.header().fingerprint().value()),
              "data", AttributeValue.fromS("{}\n" + WireJson.text(OrderJson.pending(command)))));
    }

    @Override
    public UpdateItemResponse updateItem(UpdateItemRequest request) {
      return UpdateItemResponse.builder().build();
    }

    @Override
    public ScanResponse scan(ScanRequest request) {
      return ScanResponse.builder().items(answers).build();
    }

    @Override
    public BatchGetItemResponse batchGetItem(BatchGetItemRequest request) {
      assertThat(request.requestItems().get("orders").keys()).hasSizeLessThanOrEqualTo(100);
      List<Map<String, AttributeValue>> found =
          request.requestItems().get("orders").keys().stream()
              .filter(key -> stored.contains(key.get("orderId").s()))
              .toList();
      return BatchGetItemResponse.builder()
          .responses(Map.of("orders", found))
          .unprocessedKeys(Map.of())
          .build();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }
}
