package orders.processor.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import localcloud.services.ElasticMqProcess;
import localcloud.services.Installation;
import orders.processor.application.Delivery;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** Parking and redelivery on a queue that is really there. */
class SqsRedeliveryControlIT {
  private static final Duration MOST = Duration.ofSeconds(30);
  private static ElasticMqProcess elasticMq;
  private static SqsClient sqs;

  private String queueUrl = "";
  private String deadLetterQueueUrl = "";
  private final CallCounter counter = new CallCounter();

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    elasticMq =
        ElasticMqProcess.start(Installation.find(), 9324, Optional.empty(), System.err::println);
    sqs = client();
  }

  private static SqsClient client(CallCounter... counters)
      throws IOException, InterruptedException {
    return SqsClient.builder()
        .endpointOverride(URI.create("http://127.0.0.1:" + elasticMq.port()))
        .region(Region.EU_WEST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .overrideConfiguration(
            override -> {
              for (CallCounter counter : counters) {
                override.addExecutionInterceptor(counter);
              }
            })
        .build();
  }

  @AfterAll
  static void stop() {
    sqs.close();
    elasticMq.close();
  }

  @BeforeEach
  void newQueues() {
    queueUrl = newQueue();
    deadLetterQueueUrl = newQueue();
  }

  private static String newQueue() {
    return sqs.createQueue(create -> create.queueName("queue-" + UUID.randomUUID())).queueUrl();
  }

  @Test
  void a_dead_lettered_message_keeps_body_and_attributes_and_gains_its_reason() throws Exception {
    String body = "{ not json, \"ä🧥\" \n}";
    Delivery delivery =
        new Delivery(
            "message-1",
            "handle",
            1,
            body,
            Map.of("correlationId", new Delivery.Attribute("String", "correlation-1")));

    assertThat(queue().deadLetter(Map.of(delivery, "malformed-json"))).containsExactly(delivery);

    Message deadLettered = receive(deadLetterQueueUrl);
    assertThat(deadLettered.body()).isEqualTo(body);
    assertThat(texts(deadLettered))
        .containsOnly(
            Map.entry("correlationId", "correlation-1"),
            Map.entry("reason", "malformed-json"),
            Map.entry("sourceMessageId", "message-1"));
  }

  @Test
  void what_could_not_be_dead_lettered_is_said_not_to_be() throws Exception {
    SqsRedeliveryControl queue =
        new SqsRedeliveryControl(() -> sqs, queueUrl, deadLetterQueueUrl + "-that-never-was", MOST);

    assertThat(queue.deadLetter(Map.of(new Delivery("m", "h", 1, "body", Map.of()), "why")))
        .isEmpty();
  }

  @Test
  void ten_messages_are_dead_lettered_in_one_request_unless_their_bytes_need_more()
      throws Exception {
    Map<Delivery, String> small = new HashMap<>();
    Map<Delivery, String> large = new HashMap<>();
    for (int i = 0; i < 10; i++) {
      small.put(new Delivery("s" + i, "h", 10, "body", Map.of()), "out-of-time");
      large.put(new Delivery("l" + i, "h", 10, "b".repeat(200 * 1024), Map.of()), "out-of-time");
    }
    try (SqsClient counted = client(counter)) {
      SqsRedeliveryControl queue =
          new SqsRedeliveryControl(() -> counted, queueUrl, deadLetterQueueUrl, MOST);
      assertThat(queue.deadLetter(small)).isEqualTo(small.keySet());
      assertThat(counter.calls()).containsExactly("SendMessageBatch");

      assertThat(queue.deadLetter(large)).isEqualTo(large.keySet());
      assertThat(counter.calls()).containsExactly("SendMessageBatch", "SendMessageBatch");
    }
  }

  @Test
  void the_queue_says_itself_how_often_it_delivers() throws Exception {
    assertThat(queue().maxReceives()).as("it never gives up").isEmpty();
    String arn =
        sqs.getQueueAttributes(
                get ->
                    get.queueUrl(deadLetterQueueUrl).attributeNames(QueueAttributeName.QUEUE_ARN))
            .attributes()
            .get(QueueAttributeName.QUEUE_ARN);
    String policy = "{\"deadLetterTargetArn\":\"" + arn + "\",\"maxReceiveCount\":4}";
    sqs.setQueueAttributes(
        set ->
            set.queueUrl(queueUrl).attributes(Map.of(QueueAttributeName.REDRIVE_POLICY, policy)));

    assertThat(queue().maxReceives()).hasValue(4);
  }

  @Test
  void a_message_comes_again_after_its_own_time_and_not_the_queues() throws Exception {
    sqs.sendMessage(send -> send.queueUrl(queueUrl).messageBody("body"));
    Message first = receive(queueUrl);

    queue().redeliver(Map.of(delivery(first), Duration.ZERO));

    Message again = receive(queueUrl);
    assertThat(again.messageId()).isEqualTo(first.messageId());
    assertThat(again.attributes())
        .containsEntry(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "2");
  }

  @Test
  void ten_messages_are_put_off_in_one_request() throws Exception {
    Map<Delivery, Duration> delays = new HashMap<>();
    for (int i = 0; i < 11; i++) {
      delays.put(new Delivery("m" + i, "handle-" + i, 1, "body", Map.of()), Duration.ZERO);
    }
    try (SqsClient counted = client(counter)) {
      new SqsRedeliveryControl(() -> counted, queueUrl, deadLetterQueueUrl, MOST).redeliver(delays);
    }

    assertThat(counter.calls())
        .containsExactly("ChangeMessageVisibilityBatch", "ChangeMessageVisibilityBatch");
  }

  @Test
  void a_redelivery_that_cannot_be_hastened_is_no_failure() {
    SqsRedeliveryControl queue =
        new SqsRedeliveryControl(() -> sqs, queueUrl + "-that-never-was", deadLetterQueueUrl, MOST);

    queue.redeliver(Map.of(new Delivery("m", "h", 1, "body", Map.of()), Duration.ZERO));

    assertThat(deadLetterQueueUrl).isNotEmpty();
  }

  private SqsRedeliveryControl queue() {
    return new SqsRedeliveryControl(() -> sqs, queueUrl, deadLetterQueueUrl, MOST);
  }

  private static Delivery delivery(Message message) {
    return new Delivery(message.messageId(), message.receiptHandle(), 1, message.body(), Map.of());
  }

  private static Message receive(String url) {
    List<Message> messages =
        sqs.receiveMessage(
                receive ->
                    receive
                        .queueUrl(url)
                        .waitTimeSeconds(10)
                        .messageAttributeNames("All")
                        .messageSystemAttributeNames(MessageSystemAttributeName.ALL))
            .messages();
    assertThat(messages).hasSize(1);
    return messages.getFirst();
  }

  private static Map<String, String> texts(Message message) {
    Map<String, String> texts = new HashMap<>();
    for (Map.Entry<String, MessageAttributeValue> one : message.messageAttributes().entrySet()) {
      texts.put(one.getKey(), one.getValue().stringValue());
    }
    return texts;
  }
}
