package localcloud.services.sns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import localcloud.AwsCli;
import localcloud.functions.Await;
import localcloud.functions.FunctionInvoker;
import localcloud.services.ElasticMqProcess;
import localcloud.services.FaultRule;
import localcloud.services.Hooks;
import localcloud.services.Installation;
import localcloud.services.Service;
import localcloud.services.ServiceProxy;
import localcloud.services.TestHooks;
import localcloud.services.sqs.SqsExtension;
import localcloud.wire.Request;
import localcloud.wire.Response;
import localcloud.wire.WireServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.InternalErrorException;
import software.amazon.awssdk.services.sns.model.InvalidParameterException;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;
import software.amazon.awssdk.services.sns.model.NotFoundException;
import software.amazon.awssdk.services.sns.model.PublishBatchRequestEntry;
import software.amazon.awssdk.services.sns.model.Tag;
import software.amazon.awssdk.services.sns.model.TooManyEntriesInBatchRequestException;
import software.amazon.awssdk.services.sns.model.Topic;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** SNS before a real SQS, through the real clients. */
@Timeout(600)
class SnsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("somebody", "secret"));
  private static final RetryDelays QUICK =
      new RetryDelays(1000, Duration.ofMillis(20), Duration.ofMillis(100));
  private static final RetryDelays FEW =
      new RetryDelays(3, Duration.ofMillis(20), Duration.ofMillis(20));
  private static final AtomicInteger NAMES = new AtomicInteger();

  private static final Hooks SQS_HOOKS = TestHooks.quiet();
  private static ServiceProxy sqsFront;
  private static ElasticMqProcess sqsProcess;
  private static SqsClient sqs;

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final Hooks hooks = TestHooks.quiet();
  private final List<String> invoked = new CopyOnWriteArrayList<>();
  private final AtomicInteger faultsToCome = new AtomicInteger();
  @TempDir private Path folder;
  private Sns sns;
  private SnsClient client;

  @BeforeAll
  static void startSqs() throws Exception {
    sqsFront =
        new ServiceProxy(
            Service.SQS, WireServer.bind(0), SQS_HOOKS, new SqsExtension(List.of(), () -> sqs));
    sqsProcess =
        ElasticMqProcess.start(Installation.find(), sqsFront.port(), Optional.empty(), line -> {});
    sqsFront.serve(sqsProcess.port());
    sqs =
        SqsClient.builder()
            .endpointOverride(URI.create("http://127.0.0.1:" + sqsFront.port()))
            .region(Region.EU_WEST_1)
            .credentialsProvider(CREDENTIALS)
            .httpClient(UrlConnectionHttpClient.create())
            .build();
  }

  @AfterAll
  static void stopSqs() {
    sqs.close();
    sqsFront.close();
    sqsProcess.close();
  }

  @BeforeEach
  void startSns() throws IOException {
    start(Optional.empty());
  }

  private void start(Optional<Path> data) throws IOException {
    start(data, QUICK);
  }

  private void start(Optional<Path> data, RetryDelays delays) throws IOException {
    FunctionInvoker functions =
        (name, payload, trace) -> {
          if (faultsToCome.getAndDecrement() > 0) {
            throw new IllegalStateException("not to be invoked");
          }
          invoked.add(name + ' ' + new String(payload, StandardCharsets.UTF_8));
          return new FunctionInvoker.Answer("r", payload, Optional.empty(), new byte[0]);
        };
    sns = new Sns(WireServer.bind(0), sqsFront.port(), functions, hooks, data, delays, FEW);
    open.push(sns);
    client =
        SnsClient.builder()
            .endpointOverride(URI.create("http://127.0.0.1:" + sns.port()))
            .region(Region.EU_WEST_1)
            .credentialsProvider(CREDENTIALS)
            .httpClient(UrlConnectionHttpClient.create())
            .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
            .build();
    open.push(client);
  }

  @AfterEach
  void closeAll() throws Exception {
    SQS_HOOKS.faults().clear();
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  private record Queue(String url, String arn) {}

  private static Queue queue() {
    String url = sqs.createQueue(q -> q.queueName("q" + NAMES.incrementAndGet())).queueUrl();
    return new Queue(url, arnOf(url));
  }

  private static String arnOf(String url) {
    return sqs.getQueueAttributes(q -> q.queueUrl(url).attributeNames(QueueAttributeName.QUEUE_ARN))
        .attributes()
        .get(QueueAttributeName.QUEUE_ARN);
  }

  private String topic() {
    return client.createTopic(t -> t.name("t" + NAMES.incrementAndGet())).topicArn();
  }

  private String subscribe(String topic, Queue queue, Map<String, String> attributes) {
    return client
        .subscribe(
            s ->
                s.topicArn(topic)
                    .protocol("sqs")
                    .endpoint(queue.arn())
                    .attributes(attributes)
                    .returnSubscriptionArn(true))
        .subscriptionArn();
  }

  private static List<Message> receive(Queue queue, int wanted) throws Exception {
    List<Message> received = new ArrayList<>();
    Await.until(
        wanted + " messages in " + queue.url(),
        () -> {
          for (Message message :
              sqs.receiveMessage(
                      r ->
                          r.queueUrl(queue.url())
                              .maxNumberOfMessages(10)
                              .waitTimeSeconds(1)
                              .messageAttributeNames("All"))
                  .messages()) {
            received.add(message);
            sqs.deleteMessage(d -> d.queueUrl(queue.url()).receiptHandle(message.receiptHandle()));
          }
          return received.size() >= wanted;
        });
    return received;
  }

  private static MessageAttributeValue text(String value) {
    return MessageAttributeValue.builder().dataType("String").stringValue(value).build();
  }

  @Test
  void a_message_arrives_in_its_envelope() throws Exception {
    String topic = topic();
    var queue = queue();
    String subscription = subscribe(topic, queue, Map.of());

    String id =
        client
            .publish(
                p ->
                    p.topicArn(topic)
                        .subject("news")
                        .message("a \"text\" with <marks> & ünïcode\n")
                        .messageAttributes(Map.of("type", text("order.placed.v1"))))
            .messageId();

    JsonNode envelope = JSON.readTree(receive(queue, 1).getFirst().body());
    assertThat(envelope.path("Type").asText()).isEqualTo("Notification");
    assertThat(envelope.path("MessageId").asText()).isEqualTo(id);
    assertThat(envelope.path("TopicArn").asText()).isEqualTo(topic);
    assertThat(envelope.path("Subject").asText()).isEqualTo("news");
    assertThat(envelope.path("Message").asText()).isEqualTo("a \"text\" with <marks> & ünïcode\n");
    assertThat(envelope.path("Timestamp").asText())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    assertThat(envelope.at("/MessageAttributes/type/Type").asText()).isEqualTo("String");
    assertThat(envelope.at("/MessageAttributes/type/Value").asText()).isEqualTo("order.placed.v1");
    assertThat(envelope.path("SignatureVersion").asText()).isEqualTo("1");
    assertThat(envelope.path("UnsubscribeURL").asText()).contains(subscription);
  }

  @Test
  void a_raw_message_arrives_as_it_is_with_its_attributes() throws Exception {
    String topic = topic();
    var queue = queue();
    subscribe(topic, queue, Map.of("RawMessageDelivery", "true"));

    client.publish(
        p ->
            p.topicArn(topic)
                .message("{\"a\":1}")
                .messageAttributes(
                    Map.of(
                        "type",
                        text("x"),
                        "n",
                        MessageAttributeValue.builder()
                            .dataType("Number")
                            .stringValue("7")
                            .build())));

    var message = receive(queue, 1).getFirst();
    assertThat(message.body()).isEqualTo("{\"a\":1}");
    assertThat(message.messageAttributes().get("type").stringValue()).isEqualTo("x");
    assertThat(message.messageAttributes().get("n").dataType()).isEqualTo("Number");
  }

  @Test
  void a_batch_is_judged_entry_by_entry() throws Exception {
    String topic = topic();
    var queue = queue();
    subscribe(topic, queue, Map.of("RawMessageDelivery", "true"));

    var answer =
        client.publishBatch(
            b ->
                b.topicArn(topic)
                    .publishBatchRequestEntries(
                        entry("a", "first"), entry("b", ""), entry("c", "third")));

    assertThat(answer.successful()).extracting(e -> e.id()).containsExactly("a", "c");
    assertThat(answer.failed())
        .singleElement()
        .satisfies(
            failed -> {
              assertThat(failed.id()).isEqualTo("b");
              assertThat(failed.code()).isEqualTo("InvalidParameter");
              assertThat(failed.senderFault()).isTrue();
            });
    assertThat(receive(queue, 2))
        .extracting(Message::body)
        .containsExactlyInAnyOrder("first", "third");
  }

  private static PublishBatchRequestEntry entry(String id, String message) {
    return PublishBatchRequestEntry.builder().id(id).message(message).build();
  }

  @Test
  void a_batch_that_is_wrong_as_a_whole_is_refused_as_a_whole() {
    String topic = topic();
    List<PublishBatchRequestEntry> eleven = new ArrayList<>();
    for (int i = 0; i < 11; i++) {
      eleven.add(entry("e" + i, "m"));
    }

    assertThatThrownBy(
            () -> client.publishBatch(b -> b.topicArn(topic).publishBatchRequestEntries(eleven)))
        .isInstanceOf(TooManyEntriesInBatchRequestException.class);
    assertThatThrownBy(
            () ->
                client.publishBatch(
                    b ->
                        b.topicArn(topic)
                            .publishBatchRequestEntries(entry("a", "m"), entry("a", "m"))))
        .hasMessageContaining("same Id");
    assertThatThrownBy(
            () ->
                client.publishBatch(
                    b ->
                        b.topicArn(topic)
                            .publishBatchRequestEntries(
                                entry("a", "m".repeat(200_000)), entry("b", "m".repeat(100_000)))))
        .hasMessageContaining("more than the limit");
  }

  @Test
  void one_entry_of_a_batch_fails_when_a_fault_asks_for_it() throws Exception {
    String topic = topic();
    var queue = queue();
    subscribe(topic, queue, Map.of("RawMessageDelivery", "true"));
    hooks
        .faults()
        .set(
            1,
            List.of(
                FaultRule.always(Service.SNS, "PublishBatch", FaultRule.Kind.FAIL_ENTRY).times(1)));

    var answer =
        client.publishBatch(
            b -> b.topicArn(topic).publishBatchRequestEntries(entry("a", "1"), entry("b", "2")));

    assertThat(answer.failed()).extracting(f -> f.id()).containsExactly("a");
    assertThat(receive(queue, 1)).extracting(Message::body).containsExactly("2");
  }

  @Test
  void a_subscription_gets_what_its_filter_lets_through() throws Exception {
    String topic = topic();
    var placed = queue();
    var dear = queue();
    subscribe(
        topic,
        placed,
        Map.of(
            "RawMessageDelivery",
            "true",
            "FilterPolicy",
            "{\"type\":[{\"prefix\":\"order.placed\"}]}"));
    subscribe(
        topic,
        dear,
        Map.of(
            "RawMessageDelivery", "true",
            "FilterPolicyScope", "MessageBody",
            "FilterPolicy", "{\"data\":{\"total\":[{\"numeric\":[\">\",100]}]}}"));

    client.publish(
        p ->
            p.topicArn(topic)
                .message("{\"data\":{\"total\":1}}")
                .messageAttributes(Map.of("type", text("order.placed.v1"))));
    client.publish(
        p ->
            p.topicArn(topic)
                .message("{\"data\":{\"total\":1000}}")
                .messageAttributes(Map.of("type", text("order.shipped.v1"))));

    assertThat(receive(placed, 1))
        .extracting(Message::body)
        .containsExactly("{\"data\":{\"total\":1}}");
    assertThat(receive(dear, 1))
        .extracting(Message::body)
        .containsExactly("{\"data\":{\"total\":1000}}");
  }

  @Test
  void attributes_tags_and_lists_are_told_as_they_were_set() {
    String topic =
        client
            .createTopic(
                t ->
                    t.name("named" + NAMES.incrementAndGet())
                        .attributes(Map.of("DisplayName", "Things"))
                        .tags(Tag.builder().key("a").value("b").build()))
            .topicArn();
    var queue = queue();
    String subscription = subscribe(topic, queue, Map.of());
    client.setSubscriptionAttributes(
        s ->
            s.subscriptionArn(subscription)
                .attributeName("FilterPolicy")
                .attributeValue("{\"a\":[1]}"));
    client.setTopicAttributes(
        t -> t.topicArn(topic).attributeName("DisplayName").attributeValue("Others"));

    assertThat(client.getTopicAttributes(t -> t.topicArn(topic)).attributes())
        .containsEntry("DisplayName", "Others")
        .containsEntry("SubscriptionsConfirmed", "1");
    assertThat(client.getSubscriptionAttributes(s -> s.subscriptionArn(subscription)).attributes())
        .containsEntry("FilterPolicy", "{\"a\":[1]}")
        .containsEntry("FilterPolicyScope", "MessageAttributes")
        .containsEntry("PendingConfirmation", "false");
    assertThat(client.listTagsForResource(t -> t.resourceArn(topic)).tags())
        .containsExactly(Tag.builder().key("a").value("b").build());
    assertThat(client.listTopics().topics()).extracting(t -> t.topicArn()).contains(topic);
    assertThat(client.listSubscriptionsByTopic(t -> t.topicArn(topic)).subscriptions())
        .singleElement()
        .satisfies(each -> assertThat(each.endpoint()).isEqualTo(queue.arn()));
    assertThat(subscribe(topic, queue, Map.of())).isEqualTo(subscription);
    client.unsubscribe(u -> u.subscriptionArn(subscription));
    client.deleteTopic(t -> t.topicArn(topic));
    assertThatThrownBy(() -> client.publish(p -> p.topicArn(topic).message("m")))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void what_sns_refuses_is_refused_in_its_words() {
    String topic = topic();

    assertThatThrownBy(() -> client.publish(p -> p.topicArn(topic).message("")))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("Empty message");
    assertThatThrownBy(() -> client.publish(p -> p.topicArn(topic).message("m".repeat(262_145))))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("Message too long");
    assertThatThrownBy(
            () -> client.subscribe(s -> s.topicArn(topic).protocol("email").endpoint("a@b")))
        .isInstanceOf(InvalidParameterException.class);
    assertThatThrownBy(() -> client.createTopic(t -> t.name("no spaces")))
        .isInstanceOf(InvalidParameterException.class);
    assertThatThrownBy(
            () -> subscribe(topic, queue(), Map.of("FilterPolicy", "{\"a\":[{\"like\":1}]}")))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("Unrecognized match type like");
  }

  @Test
  void what_a_queue_does_not_take_now_comes_when_it_does() throws Exception {
    String topic = topic();
    var queue = queue();
    subscribe(topic, queue, Map.of("RawMessageDelivery", "true"));
    SQS_HOOKS
        .faults()
        .set(
            1,
            List.of(FaultRule.always(Service.SQS, "SendMessage*", FaultRule.Kind.ERROR).times(4)));

    client.publish(p -> p.topicArn(topic).message("late"));

    assertThat(receive(queue, 1)).extracting(Message::body).containsExactly("late");
    assertThat(SQS_HOOKS.faults().toJson().at("/rules/0/fired").asInt()).isEqualTo(4);
  }

  @Test
  void what_cannot_be_delivered_is_dead_lettered() throws Exception {
    String topic = topic();
    var dead = queue();
    var gone = new Queue("", "arn:aws:sqs:eu-west-1:000000000000:gone");
    subscribe(
        topic,
        gone,
        Map.of(
            "RawMessageDelivery",
            "true",
            "RedrivePolicy",
            "{\"deadLetterTargetArn\":\"" + dead.arn() + "\"}"));

    client.publish(p -> p.topicArn(topic).message("homeless"));

    assertThat(receive(dead, 1)).extracting(Message::body).containsExactly("homeless");
  }

  @Test
  void an_http_endpoint_confirms_and_then_gets_messages() throws Exception {
    List<Request> received = new CopyOnWriteArrayList<>();
    var endpoint =
        new WireServer(
            WireServer.bind(0),
            new WireServer.Limits(64_000, 1_000_000, Duration.ofMinutes(5), Duration.ofMinutes(5)));
    open.push(endpoint);
    AtomicInteger refusals = new AtomicInteger(1);
    endpoint.serve(
        "endpoint",
        request -> {
          received.add(request);
          // The first notification fails: it must come again.
          boolean fails =
              request.headers().first("x-amz-sns-message-type").orElse("").equals("Notification")
                  && refusals.getAndDecrement() > 0;
          return Response.of(fails ? 500 : 200, "text/plain", "");
        });
    String topic = topic();
    String pending =
        client
            .subscribe(
                s ->
                    s.topicArn(topic)
                        .protocol("http")
                        .endpoint("http://127.0.0.1:" + endpoint.port() + "/in"))
            .subscriptionArn();
    assertThat(pending).isEqualTo("pending confirmation");
    client.publish(p -> p.topicArn(topic).message("too early"));
    Await.until("the request to confirm", () -> !received.isEmpty());
    JsonNode asked = JSON.readTree(received.getFirst().body());
    assertThat(asked.path("Type").asText()).isEqualTo("SubscriptionConfirmation");

    client.confirmSubscription(c -> c.topicArn(topic).token(asked.path("Token").asText()));
    client.publish(p -> p.topicArn(topic).message("hello"));

    Await.until("the second attempt", () -> received.size() == 3);
    var last = received.getLast();
    assertThat(last.headers().first("x-amz-sns-message-type")).contains("Notification");
    assertThat(JSON.readTree(last.body()).path("Message").asText()).isEqualTo("hello");
  }

  @Test
  void an_http_endpoint_that_keeps_failing_is_given_up_and_its_message_dead_lettered()
      throws Exception {
    List<String> asked = new CopyOnWriteArrayList<>();
    List<String> tokens = new CopyOnWriteArrayList<>();
    var endpoint =
        new WireServer(
            WireServer.bind(0),
            new WireServer.Limits(64_000, 1_000_000, Duration.ofMinutes(5), Duration.ofMinutes(5)));
    open.push(endpoint);
    endpoint.serve(
        "endpoint",
        request -> {
          String type = request.headers().first("x-amz-sns-message-type").orElse("");
          asked.add(type);
          if (type.equals("Notification")) {
            return Response.of(503, "text/plain", "");
          }
          try {
            tokens.add(JSON.readTree(request.body()).path("Token").asText());
          } catch (IOException malformed) {
            throw new IllegalStateException(malformed);
          }
          return Response.of(200, "text/plain", "");
        });
    String topic = topic();
    var dead = queue();
    client.subscribe(
        s ->
            s.topicArn(topic)
                .protocol("http")
                .endpoint("http://127.0.0.1:" + endpoint.port() + "/in")
                .attributes(
                    Map.of(
                        "RawMessageDelivery",
                        "true",
                        "RedrivePolicy",
                        "{\"deadLetterTargetArn\":\"" + dead.arn() + "\"}")));
    Await.until("the request to confirm", () -> !tokens.isEmpty());
    client.confirmSubscription(c -> c.topicArn(topic).token(tokens.getFirst()));

    client.publish(p -> p.topicArn(topic).message("unheard"));

    assertThat(receive(dead, 1)).extracting(Message::body).containsExactly("unheard");
    assertThat(asked.stream().filter("Notification"::equals)).hasSize(FEW.attempts());
  }

  @Test
  void a_function_gets_the_event_that_lambda_gets() throws Exception {
    String topic = topic();
    String function = "arn:aws:lambda:eu-west-1:000000000000:function:F";
    client.subscribe(s -> s.topicArn(topic).protocol("lambda").endpoint(function));

    client.publish(p -> p.topicArn(topic).message("m").messageAttributes(Map.of("a", text("b"))));

    Await.until("an invocation", () -> !invoked.isEmpty());
    assertThat(invoked.getFirst()).startsWith(function + " ");
    JsonNode event = JSON.readTree(invoked.getFirst().substring(function.length()));
    assertThat(event.at("/Records/0/EventSource").asText()).isEqualTo("aws:sns");
    assertThat(event.at("/Records/0/Sns/Message").asText()).isEqualTo("m");
    assertThat(event.at("/Records/0/Sns/MessageAttributes/a/Value").asText()).isEqualTo("b");
  }

  @Test
  void a_fifo_topic_keeps_the_order_and_drops_what_it_had() throws Exception {
    String topic =
        client
            .createTopic(
                t ->
                    t.name("t" + NAMES.incrementAndGet() + ".fifo")
                        .attributes(
                            Map.of("FifoTopic", "true", "ContentBasedDeduplication", "true")))
            .topicArn();
    String url =
        sqs.createQueue(
                q ->
                    q.queueName("q" + NAMES.incrementAndGet() + ".fifo")
                        .attributes(Map.of(QueueAttributeName.FIFO_QUEUE, "true")))
            .queueUrl();
    var queue = new Queue(url, arnOf(url));
    subscribe(topic, queue, Map.of("RawMessageDelivery", "true"));
    SQS_HOOKS
        .faults()
        .set(
            3,
            List.of(
                FaultRule.always(Service.SQS, "SendMessage*", FaultRule.Kind.ERROR)
                    .withProbability(0.4)
                    .times(8)));

    List<String> numbers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      String text = "m" + i;
      numbers.add(
          client
              .publish(p -> p.topicArn(topic).message(text).messageGroupId("g"))
              .sequenceNumber());
    }
    String repeated =
        client.publish(p -> p.topicArn(topic).message("m0").messageGroupId("g")).sequenceNumber();

    assertThat(numbers).isSorted().doesNotHaveDuplicates();
    assertThat(repeated).isEqualTo(numbers.getFirst());
    assertThat(receive(queue, 10))
        .extracting(Message::body)
        .containsExactly("m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9");
    assertThatThrownBy(() -> client.publish(p -> p.topicArn(topic).message("m")))
        .hasMessageContaining("MessageGroupId");
  }

  @Test
  void what_a_fault_refused_is_no_duplicate_when_a_fifo_topic_gets_it_again() throws Exception {
    String topic =
        client
            .createTopic(
                t ->
                    t.name("t" + NAMES.incrementAndGet() + ".fifo")
                        .attributes(
                            Map.of("FifoTopic", "true", "ContentBasedDeduplication", "true")))
            .topicArn();
    var queue = queue();
    subscribe(topic, queue, Map.of("RawMessageDelivery", "true"));
    hooks
        .faults()
        .set(
            1,
            List.of(
                FaultRule.always(Service.SNS, "PublishBatch", FaultRule.Kind.FAIL_ENTRY).times(1)));
    var entry = entry("a", "once").toBuilder().messageGroupId("g").build();

    var refused = client.publishBatch(b -> b.topicArn(topic).publishBatchRequestEntries(entry));
    var again = client.publishBatch(b -> b.topicArn(topic).publishBatchRequestEntries(entry));

    assertThat(refused.failed()).hasSize(1);
    assertThat(refused.successful()).isEmpty();
    assertThat(again.successful()).hasSize(1);
    assertThat(receive(queue, 1)).extracting(Message::body).containsExactly("once");
  }

  private String fifoTopic() {
    return client
        .createTopic(
            t ->
                t.name("t" + NAMES.incrementAndGet() + ".fifo")
                    .attributes(Map.of("FifoTopic", "true", "ContentBasedDeduplication", "true")))
        .topicArn();
  }

  private static Queue fifoQueue() {
    String url =
        sqs.createQueue(
                q ->
                    q.queueName("q" + NAMES.incrementAndGet() + ".fifo")
                        .attributes(Map.of(QueueAttributeName.FIFO_QUEUE, "true")))
            .queueUrl();
    return new Queue(url, arnOf(url));
  }

  @Test
  void a_fifo_topics_groups_do_not_wait_for_each_other() throws Exception {
    closeAll();
    start(Optional.empty(), new RetryDelays(5, Duration.ofHours(1), Duration.ofHours(1)));
    String topic = fifoTopic();
    var queue = fifoQueue();
    subscribe(topic, queue, Map.of("RawMessageDelivery", "true"));
    SQS_HOOKS.counts().reset();
    SQS_HOOKS
        .faults()
        .set(1, List.of(FaultRule.always(Service.SQS, "SendMessage*", FaultRule.Kind.ERROR)));
    client.publish(p -> p.topicArn(topic).message("one-1").messageGroupId("one"));
    // The second try has failed too, and the third is an hour away.
    Await.until("two tries", () -> SQS_HOOKS.counts().calls("sqs:SendMessage") == 2);
    SQS_HOOKS.faults().clear();

    for (String text : List.of("one-2", "two-1", "two-2")) {
      client.publish(p -> p.topicArn(topic).message(text).messageGroupId(text.substring(0, 3)));
    }

    assertThat(receive(queue, 2)).extracting(Message::body).containsExactly("two-1", "two-2");
  }

  @Test
  void a_topic_can_look_for_duplicates_in_each_group_alone() throws Exception {
    String topic =
        client
            .createTopic(
                t ->
                    t.name("t" + NAMES.incrementAndGet() + ".fifo")
                        .attributes(
                            Map.of("FifoTopic", "true", "FifoThroughputScope", "MessageGroup")))
            .topicArn();
    var queue = queue();
    subscribe(topic, queue, Map.of("RawMessageDelivery", "true"));

    for (String text : List.of("one first", "one again", "two first")) {
      client.publish(
          p ->
              p.topicArn(topic)
                  .message(text)
                  .messageGroupId(text.substring(0, 3))
                  .messageDeduplicationId("id"));
    }

    assertThat(receive(queue, 2))
        .extracting(Message::body)
        .containsExactlyInAnyOrder("one first", "two first");
  }

  @Test
  void with_a_folder_a_duplicate_is_one_after_a_restart_too() throws Exception {
    closeAll();
    start(Optional.of(folder));
    String topic = fifoTopic();
    var queue = queue();
    subscribe(topic, queue, Map.of("RawMessageDelivery", "true"));
    String first =
        client.publish(p -> p.topicArn(topic).message("once").messageGroupId("g")).messageId();

    closeAll();
    start(Optional.of(folder));
    String again =
        client.publish(p -> p.topicArn(topic).message("once").messageGroupId("g")).messageId();
    client.publish(p -> p.topicArn(topic).message("another").messageGroupId("g"));

    assertThat(again).isEqualTo(first);
    assertThat(receive(queue, 2)).extracting(Message::body).containsExactly("once", "another");
  }

  @Test
  void what_is_too_large_for_its_queue_goes_to_the_dead_letters() throws Exception {
    String topic = topic();
    var small = queue();
    sqs.setQueueAttributes(
        set ->
            set.queueUrl(small.url())
                .attributes(Map.of(QueueAttributeName.MAXIMUM_MESSAGE_SIZE, "1024")));
    var dead = queue();
    subscribe(
        topic,
        small,
        Map.of(
            "RawMessageDelivery",
            "true",
            "RedrivePolicy",
            "{\"deadLetterTargetArn\":\"" + dead.arn() + "\"}"));

    client.publish(p -> p.topicArn(topic).message("x".repeat(1025)));
    client.publishBatch(
        b ->
            b.topicArn(topic)
                .publishBatchRequestEntries(entry("a", "y".repeat(1025)), entry("b", "fits")));

    assertThat(receive(small, 1)).extracting(Message::body).containsExactly("fits");
    assertThat(receive(dead, 2))
        .extracting(message -> message.body().substring(0, 1))
        .containsExactlyInAnyOrder("x", "y");
  }

  @Test
  void concurrent_publishers_messages_arrive_in_the_order_of_their_sequence_numbers()
      throws Exception {
    String topic = fifoTopic();
    var queue = fifoQueue();
    subscribe(topic, queue, Map.of("RawMessageDelivery", "true"));
    Map<String, String> numbers = new ConcurrentHashMap<>();

    try (var publishers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 60; i++) {
        String text = "m" + i;
        Future<String> unused =
            publishers.submit(
                () ->
                    numbers.put(
                        text,
                        client
                            .publish(p -> p.topicArn(topic).message(text).messageGroupId("g"))
                            .sequenceNumber()));
      }
    }

    assertThat(numbers).hasSize(60);
    assertThat(receive(queue, 60)).extracting(each -> numbers.get(each.body())).isSorted();
  }

  @Test
  void a_publish_that_could_not_be_written_down_is_no_duplicate_when_it_comes_again()
      throws Exception {
    closeAll();
    start(Optional.of(folder));
    String topic = fifoTopic();
    var queue = fifoQueue();
    subscribe(topic, queue, Map.of("RawMessageDelivery", "true"));
    SQS_HOOKS
        .faults()
        .set(1, List.of(FaultRule.always(Service.SQS, "SendMessage*", FaultRule.Kind.ERROR)));
    Files.delete(folder.resolve("deliveries"));

    assertThatThrownBy(
            () -> client.publish(p -> p.topicArn(topic).message("once").messageGroupId("g")))
        .isInstanceOf(InternalErrorException.class)
        .hasMessageContaining("could not be written down");
    Files.createDirectory(folder.resolve("deliveries"));
    SQS_HOOKS.faults().clear();
    client.publish(p -> p.topicArn(topic).message("once").messageGroupId("g"));

    assertThat(receive(queue, 1)).extracting(Message::body).containsExactly("once");
  }

  @Test
  void a_topic_that_could_not_be_written_down_is_none_until_it_is() throws Exception {
    closeAll();
    start(Optional.of(folder));
    Path file = folder.resolve("topics.json");
    Files.deleteIfExists(file);
    Files.createDirectories(file.resolve("in-the-way"));

    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(() -> client.createTopic(create -> create.name("kept")))
          .isInstanceOf(InternalErrorException.class)
          .hasMessageContaining("could not be written down");
    }
    Files.delete(file.resolve("in-the-way"));
    Files.delete(file);
    String topic = client.createTopic(create -> create.name("kept")).topicArn();
    closeAll();
    start(Optional.of(folder));

    assertThat(client.listTopics().topics()).extracting(Topic::topicArn).contains(topic);
  }

  @Test
  void a_delivery_that_cannot_be_struck_off_does_not_hold_up_those_behind_it() throws Exception {
    closeAll();
    start(Optional.of(folder));
    String topic = fifoTopic();
    var queue = fifoQueue();
    subscribe(topic, queue, Map.of("RawMessageDelivery", "true"));
    SQS_HOOKS
        .faults()
        .set(1, List.of(FaultRule.always(Service.SQS, "SendMessage*", FaultRule.Kind.ERROR)));
    client.publish(p -> p.topicArn(topic).message("m1").messageGroupId("g"));
    Path written;
    try (Stream<Path> owed = Files.list(folder.resolve("deliveries"))) {
      written = owed.findFirst().orElseThrow();
    }
    Files.delete(written);
    Files.createDirectories(written.resolve("not-empty"));
    SQS_HOOKS.faults().clear();

    client.publish(p -> p.topicArn(topic).message("m2").messageGroupId("g"));

    assertThat(receive(queue, 2)).extracting(Message::body).containsExactly("m1", "m2");
    Files.delete(written.resolve("not-empty"));
    Files.delete(written);
  }

  @Test
  void a_function_that_cannot_be_invoked_for_a_fault_of_this_side_is_tried_again()
      throws Exception {
    String topic = topic();
    String function = "arn:aws:lambda:eu-west-1:000000000000:function:F";
    client.subscribe(s -> s.topicArn(topic).protocol("lambda").endpoint(function));
    faultsToCome.set(1);

    client.publish(p -> p.topicArn(topic).message("m"));

    Await.until("an invocation", () -> !invoked.isEmpty());
  }

  @Test
  void a_fifo_dead_letter_queue_gets_the_messages_group() throws Exception {
    String topic = fifoTopic();
    var dead = fifoQueue();
    var gone = new Queue("", "arn:aws:sqs:eu-west-1:000000000000:gone");
    subscribe(
        topic, gone, Map.of("RedrivePolicy", "{\"deadLetterTargetArn\":\"" + dead.arn() + "\"}"));

    client.publish(p -> p.topicArn(topic).message("homeless").messageGroupId("g"));

    assertThat(receive(dead, 1).getFirst().body()).contains("homeless");
  }

  @Test
  void with_a_folder_topics_subscriptions_and_what_is_owed_survive() throws Exception {
    closeAll();
    start(Optional.of(folder));
    String topic = topic();
    var queue = queue();
    subscribe(topic, queue, Map.of("RawMessageDelivery", "true"));
    SQS_HOOKS
        .faults()
        .set(1, List.of(FaultRule.always(Service.SQS, "SendMessage*", FaultRule.Kind.ERROR)));
    client.publish(p -> p.topicArn(topic).message("owed"));
    try (Stream<Path> owed = Files.list(folder.resolve("deliveries"))) {
      assertThat(owed).hasSize(1);
    }
    while (!open.isEmpty()) {
      open.pop().close();
    }

    SQS_HOOKS.faults().clear();
    start(Optional.of(folder));

    assertThat(receive(queue, 1)).extracting(Message::body).containsExactly("owed");
    assertThat(client.listSubscriptionsByTopic(t -> t.topicArn(topic)).subscriptions()).hasSize(1);
    Await.until(
        "nothing owed",
        () -> {
          try (Stream<Path> owed = Files.list(folder.resolve("deliveries"))) {
            return owed.findAny().isEmpty();
          }
        });
  }

  @Test
  void the_aws_cli_subscribes_and_publishes() throws Exception {
    var queue = queue();
    if (!AwsCli.isHere()) {
      // Without the CLI an SDK client does the same.
      String topic = client.createTopic(create -> create.name("cli")).topicArn();
      client.subscribe(it -> it.topicArn(topic).protocol("sqs").endpoint(queue.arn()));
      client.publish(publish -> publish.topicArn(topic).message("from the command line"));
      assertThat(JSON.readTree(receive(queue, 1).getFirst().body()).path("Message").asText())
          .isEqualTo("from the command line");
      return;
    }
    String topic = cli("create-topic", "--name", "cli").path("TopicArn").asText();
    cli(
        "subscribe",
        "--topic-arn",
        topic,
        "--protocol",
        "sqs",
        "--notification-endpoint",
        queue.arn());

    cli(
        "publish",
        "--topic-arn",
        topic,
        "--message",
        "from the command line",
        "--message-attributes",
        "{\"type\":{\"DataType\":\"String\",\"StringValue\":\"x\"}}");

    assertThat(JSON.readTree(receive(queue, 1).getFirst().body()).path("Message").asText())
        .isEqualTo("from the command line");
    assertThat(cli("list-subscriptions-by-topic", "--topic-arn", topic).path("Subscriptions"))
        .hasSize(1);
  }

  private JsonNode cli(String... arguments) throws Exception {
    List<String> line = new ArrayList<>(List.of("sns"));
    line.addAll(List.of(arguments));
    return AwsCli.run(URI.create("http://127.0.0.1:" + sns.port()), line.toArray(String[]::new));
  }
}
