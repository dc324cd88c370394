package localcloud.services.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import localcloud.functions.Await;
import localcloud.model.Arns;
import localcloud.services.ElasticMqProcess;
import localcloud.services.Installation;
import localcloud.services.Service;
import localcloud.services.ServiceProxy;
import localcloud.services.TestHooks;
import localcloud.wire.WireServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchRequestTooLongException;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.InvalidAttributeValueException;
import software.amazon.awssdk.services.sqs.model.ListMessageMoveTasksResultEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SqsException;
import software.amazon.awssdk.services.sqs.model.UnsupportedOperationException;

/** The front before the real ElasticMQ, used through the real client. */
@Timeout(600)
class SqsExtensionIT {
  private static final int MEBIBYTE = 1024 * 1024;

  private static ElasticMqProcess process;
  private static ServiceProxy front;
  private static SqsExtension supplement;
  private static SqsClient sqs;

  @BeforeAll
  static void startQueues() throws Exception {
    supplement = new SqsExtension(List.of(), () -> sqs);
    front = new ServiceProxy(Service.SQS, WireServer.bind(0), TestHooks.quiet(), supplement);
    process =
        ElasticMqProcess.start(
            new Installation(Path.of("..")), front.port(), Optional.empty(), line -> {});
    front.serve(process.port());
    sqs =
        SqsClient.builder()
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .endpointOverride(URI.create("http://127.0.0.1:" + front.port()))
            .httpClient(UrlConnectionHttpClient.create())
            .region(Region.of(Arns.REGION))
            .build();
  }

  @AfterAll
  static void stopQueues() {
    supplement.close();
    sqs.close();
    front.close();
    process.close();
  }

  private static String queue(Map<QueueAttributeName, String> attributes) {
    boolean fifo = attributes.containsKey(QueueAttributeName.FIFO_QUEUE);
    String name = "q-" + UUID.randomUUID() + (fifo ? ".fifo" : "");
    return sqs.createQueue(create -> create.queueName(name).attributes(attributes)).queueUrl();
  }

  private static String arn(String url) {
    return Arns.queue(url.substring(url.lastIndexOf('/') + 1));
  }

  private static void send(String url, String body) {
    sqs.sendMessage(send -> send.queueUrl(url).messageBody(body));
  }

  private static void send(String url, String body, String group, String deduplicationId) {
    sqs.sendMessage(
        send ->
            send.queueUrl(url)
                .messageBody(body)
                .messageGroupId(group)
                .messageDeduplicationId(deduplicationId));
  }

  private static List<Message> receive(String url, int count) throws Exception {
    List<Message> all = new ArrayList<>();
    Await.until(
        count + " messages",
        () -> {
          List<Message> some =
              sqs.receiveMessage(
                      receive ->
                          receive
                              .queueUrl(url)
                              .maxNumberOfMessages(10)
                              .messageSystemAttributeNames(MessageSystemAttributeName.ALL))
                  .messages();
          for (Message message : some) {
            all.add(message);
            sqs.deleteMessage(
                delete -> delete.queueUrl(url).receiptHandle(message.receiptHandle()));
          }
          return all.size() >= count;
        });
    return all;
  }

  private static long left(String url) {
    QueueAttributeName visible = QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES;
    return Long.parseLong(
        sqs.getQueueAttributes(get -> get.queueUrl(url).attributeNames(visible))
            .attributes()
            .get(visible));
  }

  @Test
  void a_message_may_be_as_large_as_its_queue_says_and_no_larger() {
    String url = queue(Map.of(QueueAttributeName.MAXIMUM_MESSAGE_SIZE, "1024"));

    send(url, "x".repeat(1024));
    send(url, "\u00e9".repeat(512));

    assertThatThrownBy(() -> send(url, "x".repeat(1025)))
        .isInstanceOfSatisfying(
            SqsException.class,
            refused -> {
              assertThat(refused.statusCode()).isEqualTo(400);
              assertThat(refused.awsErrorDetails().errorCode()).isEqualTo("InvalidParameterValue");
              assertThat(refused.awsErrorDetails().errorMessage())
                  .isEqualTo(
                      "One or more parameters are invalid. Reason: Message must be shorter than"
                          + " 1024 bytes.");
            });
    assertThatThrownBy(() -> send(url, "\u00e9".repeat(513))).isInstanceOf(SqsException.class);
    assertThat(left(url)).isEqualTo(2);
  }

  @Test
  void attributes_count_with_their_names_and_types() {
    String url = queue(Map.of(QueueAttributeName.MAXIMUM_MESSAGE_SIZE, "1024"));
    MessageAttributeValue text =
        MessageAttributeValue.builder().dataType("String").stringValue("value").build();
    MessageAttributeValue bytes =
        MessageAttributeValue.builder()
            .dataType("Binary")
            .binaryValue(SdkBytes.fromByteArray(new byte[9]))
            .build();
    int counted = "a".length() + "String".length() + "value".length() + "b".length() + 6 + 9;

    sqs.sendMessage(
        send ->
            send.queueUrl(url)
                .messageBody("x".repeat(1024 - counted))
                .messageAttributes(Map.of("a", text, "b", bytes)));

    assertThatThrownBy(
            () ->
                sqs.sendMessage(
                    send ->
                        send.queueUrl(url)
                            .messageBody("x".repeat(1025 - counted))
                            .messageAttributes(Map.of("a", text, "b", bytes))))
        .hasMessageContaining("shorter than 1024 bytes");
  }

  private static SendMessageBatchRequestEntry entry(String id, int size) {
    return SendMessageBatchRequestEntry.builder().id(id).messageBody("x".repeat(size)).build();
  }

  @Test
  void of_a_batch_those_that_are_too_large_fail_each_and_the_others_go_on() {
    String url = queue(Map.of(QueueAttributeName.MAXIMUM_MESSAGE_SIZE, "1024"));

    var answer =
        sqs.sendMessageBatch(
            batch -> batch.queueUrl(url).entries(entry("fits", 10), entry("large", 1025)));
    var none = sqs.sendMessageBatch(batch -> batch.queueUrl(url).entries(entry("large", 2000)));

    assertThat(answer.successful()).extracting(each -> each.id()).containsExactly("fits");
    BatchResultErrorEntry failed = answer.failed().getFirst();
    assertThat(failed.id()).isEqualTo("large");
    assertThat(failed.senderFault()).isTrue();
    assertThat(failed.code()).isEqualTo("InvalidParameterValue");
    assertThat(failed.message()).contains("Message must be shorter than 1024 bytes");
    assertThat(none.failed()).hasSize(1);
    assertThat(left(url)).isEqualTo(1);
  }

  @Test
  void a_batch_may_hold_a_mebibyte_and_no_more() {
    String url = queue(Map.of());

    send(url, "x".repeat(MEBIBYTE));
    sqs.sendMessageBatch(
        batch -> batch.queueUrl(url).entries(entry("a", MEBIBYTE / 2), entry("b", MEBIBYTE / 2)));

    assertThatThrownBy(() -> send(url, "x".repeat(MEBIBYTE + 1)))
        .hasMessageContaining("shorter than 1048576 bytes");
    assertThatThrownBy(
            () ->
                sqs.sendMessageBatch(
                    batch ->
                        batch
                            .queueUrl(url)
                            .entries(entry("a", MEBIBYTE / 2), entry("b", MEBIBYTE / 2 + 1))))
        .isInstanceOf(BatchRequestTooLongException.class)
        .hasMessageContaining(
            "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.");
    assertThat(left(url)).isEqualTo(3);
  }

  @Test
  void limits_are_told_and_can_be_changed() {
    String url = queue(Map.of());
    QueueAttributeName size = QueueAttributeName.MAXIMUM_MESSAGE_SIZE;

    sqs.setQueueAttributes(set -> set.queueUrl(url).attributes(Map.of(size, "2048")));

    assertThat(sqs.getQueueAttributes(get -> get.queueUrl(url).attributeNames(size)).attributes())
        .isEqualTo(Map.of(size, "2048"));
    assertThat(
            sqs.getQueueAttributes(get -> get.queueUrl(url).attributeNames(QueueAttributeName.ALL))
                .attributes())
        .containsEntry(size, "2048")
        .containsEntry(QueueAttributeName.MESSAGE_RETENTION_PERIOD, "345600")
        .containsEntry(QueueAttributeName.QUEUE_ARN, arn(url));
    assertThatThrownBy(() -> send(url, "x".repeat(2049))).isInstanceOf(SqsException.class);
    assertThatThrownBy(
            () -> sqs.setQueueAttributes(set -> set.queueUrl(url).attributes(Map.of(size, "1"))))
        .isInstanceOf(InvalidAttributeValueException.class);
    assertThatThrownBy(() -> queue(Map.of(size, "1048577")))
        .isInstanceOf(InvalidAttributeValueException.class);
  }

  private static String byGroup(String byContent) {
    return queue(
        Map.of(
            QueueAttributeName.FIFO_QUEUE,
            "true",
            QueueAttributeName.CONTENT_BASED_DEDUPLICATION,
            byContent,
            QueueAttributeName.DEDUPLICATION_SCOPE,
            "messageGroup",
            QueueAttributeName.FIFO_THROUGHPUT_LIMIT,
            "perMessageGroupId"));
  }

  @Test
  void with_deduplication_by_group_the_same_id_in_another_group_is_no_duplicate() throws Exception {
    String url = byGroup("false");

    send(url, "first", "one", "id");
    send(url, "again", "one", "id");
    sqs.sendMessageBatch(
        batch ->
            batch
                .queueUrl(url)
                .entries(
                    entry("a", 5).toBuilder()
                        .messageGroupId("two")
                        .messageDeduplicationId("id")
                        .build()));

    List<Message> messages = receive(url, 2);
    assertThat(messages).extracting(Message::body).containsExactlyInAnyOrder("first", "xxxxx");
    assertThat(messages)
        .allSatisfy(
            message ->
                assertThat(message.attributes())
                    .containsEntry(MessageSystemAttributeName.MESSAGE_DEDUPLICATION_ID, "id"));
    assertThat(left(url)).isZero();
  }

  @Test
  void deduplication_by_content_keeps_to_its_scope() throws Exception {
    String url = byGroup("true");
    String whole =
        queue(
            Map.of(
                QueueAttributeName.FIFO_QUEUE,
                "true",
                QueueAttributeName.CONTENT_BASED_DEDUPLICATION,
                "true"));

    for (String queue : List.of(url, whole)) {
      for (String group : List.of("one", "one", "two")) {
        sqs.sendMessage(send -> send.queueUrl(queue).messageBody("same").messageGroupId(group));
      }
    }

    assertThat(receive(url, 2)).hasSize(2);
    assertThat(receive(whole, 1)).hasSize(1);
    assertThat(left(url)).isZero();
    assertThat(left(whole)).isZero();
  }

  @Test
  void an_id_that_leaves_no_room_for_its_group_is_refused_by_name() {
    String url = byGroup("false");

    assertThatThrownBy(() -> send(url, "body", "group", "i".repeat(106)))
        .hasMessageContaining("up to 105 characters here");
    send(url, "body", "group", "i".repeat(105));
  }

  @Test
  void throughput_by_group_needs_deduplication_by_group() {
    assertThatThrownBy(
            () ->
                queue(
                    Map.of(
                        QueueAttributeName.FIFO_QUEUE,
                        "true",
                        QueueAttributeName.FIFO_THROUGHPUT_LIMIT,
                        "perMessageGroupId")))
        .isInstanceOf(InvalidAttributeValueException.class)
        .hasMessageContaining("only when the value for DeduplicationScope is messageGroup");
  }

  /** A queue and the one for its dead letters. */
  private record Pair(String source, String dead) {
    static Pair of(boolean fifo) {
      Map<QueueAttributeName, String> kind =
          fifo ? Map.of(QueueAttributeName.FIFO_QUEUE, "true") : Map.of();
      String dead = queue(kind);
      Map<QueueAttributeName, String> attributes = new java.util.HashMap<>(kind);
      attributes.put(QueueAttributeName.VISIBILITY_TIMEOUT, "0");
      attributes.put(
          QueueAttributeName.REDRIVE_POLICY,
          "{\"deadLetterTargetArn\":\"" + arn(dead) + "\",\"maxReceiveCount\":1}");
      return new Pair(queue(attributes), dead);
    }

    /** Lets SQS itself move everything to the dead letters. */
    void letDie(int count) throws Exception {
      Await.until(
          count + " dead letters",
          () -> {
            sqs.receiveMessage(receive -> receive.queueUrl(source).maxNumberOfMessages(10));
            return left(dead) >= count;
          });
    }

    ListMessageMoveTasksResultEntry task() {
      return sqs.listMessageMoveTasks(list -> list.sourceArn(arn(dead))).results().getFirst();
    }

    ListMessageMoveTasksResultEntry ended() throws Exception {
      Await.until("an ended task", () -> !task().status().equals("RUNNING"));
      return task();
    }
  }

  @Test
  void a_move_task_takes_a_fifo_queues_dead_letters_back_in_order() throws Exception {
    Pair pair = Pair.of(true);
    for (int i = 0; i < 12; i++) {
      for (String group : List.of("one", "two")) {
        send(pair.source(), group + "-" + i, group, group + "-" + i);
      }
    }
    pair.letDie(24);

    String handle = sqs.startMessageMoveTask(it -> it.sourceArn(arn(pair.dead()))).taskHandle();
    var ended = pair.ended();

    assertThat(handle).isNotBlank();
    assertThat(ended.status()).isEqualTo("COMPLETED");
    assertThat(ended.taskHandle()).isNull();
    assertThat(ended.approximateNumberOfMessagesMoved()).isEqualTo(24);
    assertThat(ended.approximateNumberOfMessagesToMove()).isEqualTo(24);
    sqs.setQueueAttributes(
        set ->
            set.queueUrl(pair.source())
                .attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "30")));
    List<Message> back = receive(pair.source(), 24);
    for (String group : List.of("one", "two")) {
      assertThat(back)
          .filteredOn(
              it -> group.equals(it.attributes().get(MessageSystemAttributeName.MESSAGE_GROUP_ID)))
          .extracting(Message::body)
          .containsExactlyElementsOf(
              IntStream.range(0, 12).mapToObj(i -> group + "-" + i).toList());
    }
    assertThat(left(pair.dead())).isZero();
  }

  @Test
  void what_no_queue_sent_to_the_dead_letters_needs_a_destination() throws Exception {
    Pair pair = Pair.of(false);
    String elsewhere = queue(Map.of());
    send(pair.dead(), "dead-lettered");

    sqs.startMessageMoveTask(it -> it.sourceArn(arn(pair.dead())));
    var failed = pair.ended();

    assertThat(failed.status()).isEqualTo("FAILED");
    assertThat(failed.failureReason()).isEqualTo("CouldNotDetermineMessageSource");
    Await.until("its return", () -> left(pair.dead()) == 1);
    sqs.startMessageMoveTask(it -> it.sourceArn(arn(pair.dead())).destinationArn(arn(elsewhere)));
    assertThat(receive(elsewhere, 1)).extracting(Message::body).containsExactly("dead-lettered");
    assertThat(sqs.listMessageMoveTasks(it -> it.sourceArn(arn(pair.dead())).maxResults(10)))
        .satisfies(list -> assertThat(list.results()).hasSize(2));
  }

  @Test
  void one_task_runs_at_a_time_and_can_be_cancelled() throws Exception {
    Pair pair = Pair.of(false);
    String elsewhere = queue(Map.of());
    IntStream.range(0, 100).forEach(i -> send(pair.dead(), "m" + i));

    String handle =
        sqs.startMessageMoveTask(
                it ->
                    it.sourceArn(arn(pair.dead()))
                        .destinationArn(arn(elsewhere))
                        .maxNumberOfMessagesPerSecond(1))
            .taskHandle();

    assertThat(pair.task().taskHandle()).isEqualTo(handle);
    assertThat(pair.task().maxNumberOfMessagesPerSecond()).isEqualTo(1);
    assertThatThrownBy(() -> sqs.startMessageMoveTask(it -> it.sourceArn(arn(pair.dead()))))
        .hasMessageContaining("There is already a task running.");
    sqs.cancelMessageMoveTask(cancel -> cancel.taskHandle(handle));
    Await.until("its end", () -> pair.task().status().equals("CANCELLED"));
    assertThatThrownBy(() -> sqs.cancelMessageMoveTask(cancel -> cancel.taskHandle(handle)))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(pair.task().approximateNumberOfMessagesMoved()).isLessThan(100);
  }

  @Test
  void a_move_task_needs_a_dead_letter_queue_and_a_destination_of_its_kind() {
    Pair pair = Pair.of(true);
    String plain = queue(Map.of());

    assertThatThrownBy(() -> sqs.startMessageMoveTask(it -> it.sourceArn(arn(plain))))
        .hasMessageContaining("Source queue must be configured as a Dead Letter Queue.");
    assertThatThrownBy(() -> sqs.startMessageMoveTask(it -> it.sourceArn(Arns.queue("none"))))
        .isInstanceOf(ResourceNotFoundException.class)
        .hasMessageContaining("SourceArn parameter doesn't exist");
    assertThatThrownBy(
            () ->
                sqs.startMessageMoveTask(
                    it -> it.sourceArn(arn(pair.dead())).destinationArn(Arns.queue("none"))))
        .isInstanceOf(ResourceNotFoundException.class)
        .hasMessageContaining("DestinationArn parameter doesn't exist");
    assertThatThrownBy(
            () ->
                sqs.startMessageMoveTask(
                    it -> it.sourceArn(arn(pair.dead())).destinationArn(arn(plain))))
        .hasMessageContaining("must be of the same queue type");
    assertThatThrownBy(() -> sqs.cancelMessageMoveTask(cancel -> cancel.taskHandle("unknown")))
        .isInstanceOf(ResourceNotFoundException.class);
  }
}
