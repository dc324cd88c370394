package localcloud.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import localcloud.functions.Await;
import localcloud.functions.Functions;
import localcloud.functions.ProbePackage;
import localcloud.journal.Journal;
import localcloud.model.Arns;
import localcloud.model.FunctionSpec;
import localcloud.model.SubscriptionSpec;
import localcloud.model.TopicSpec;
import localcloud.services.ElasticMqProcess;
import localcloud.services.FaultRule;
import localcloud.services.Hooks;
import localcloud.services.Installation;
import localcloud.services.Service;
import localcloud.services.ServiceExtension;
import localcloud.services.ServiceProxy;
import localcloud.services.TestHooks;
import localcloud.services.sns.Sns;
import localcloud.wire.WireServer;
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
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** Destinations of a real function's events: a real queue, and the runner's own SNS. */
class DestinationsIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static Hooks hooks;
  private static ElasticMqProcess process;
  private static ServiceProxy front;
  private static SqsClient sqs;
  private static Sns sns;
  private static ServiceDestinations destinations;

  @TempDir private Path folder;

  private String queue;
  private String topicArn;

  @BeforeAll
  static void startServices() throws Exception {
    hooks = TestHooks.quiet();
    front = new ServiceProxy(Service.SQS, WireServer.bind(0), hooks, ServiceExtension.NONE);
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
            .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
            .build();
    sns =
        new Sns(
            WireServer.bind(0),
            front.port(),
            new ScriptedFunction(e -> ""),
            hooks,
            Optional.empty());
    destinations = new ServiceDestinations(sqs, URI.create("http://127.0.0.1:" + sns.port()));
  }

  @AfterAll
  static void stopServices() {
    destinations.close();
    sns.close();
    sqs.close();
    front.close();
    process.close();
  }

  @BeforeEach
  void aQueueAndATopic() throws IOException {
    queue = "q-" + UUID.randomUUID();
    sqs.createQueue(create -> create.queueName(queue));
    String topic = "t-" + UUID.randomUUID();
    topicArn = Arns.topic(topic);
    sns.provision(
        List.of(new TopicSpec("Topic", topic, false, false, false)),
        List.of(
            new SubscriptionSpec(
                topicArn,
                "sqs",
                Arns.queue(queue),
                true,
                Optional.empty(),
                "MessageAttributes",
                Optional.empty())));
  }

  @AfterEach
  void withoutFaults() {
    hooks.faults().clear();
  }

  private static List<JsonNode> received(String name) throws Exception {
    String url = sqs.getQueueUrl(get -> get.queueName(name)).queueUrl();
    List<JsonNode> bodies = new ArrayList<>();
    Await.until(
        "a message in " + name,
        () -> {
          for (Message message : sqs.receiveMessage(r -> r.queueUrl(url)).messages()) {
            bodies.add(JSON.readTree(message.body()));
          }
          return !bodies.isEmpty();
        });
    return bodies;
  }

  private Functions functions(Optional<String> onFailure, Optional<String> onSuccess)
      throws IOException {
    FunctionSpec probe =
        ProbePackage.spec(ProbePackage.zip(folder, "first"))
            .withAsync(new FunctionSpec.AsyncSpec(2, Duration.ofHours(6), onFailure, onSuccess));
    return new Functions(
        List.of(probe),
        ProbePackage.NOWHERE,
        new Journal(100_000),
        (function, pid, line) -> {},
        destinations,
        ProbePackage.options(folder.resolve("cache"))
            .withAsyncRetryDelays(List.of(Duration.ofMillis(20), Duration.ofMillis(40))));
  }

  @Test
  void an_event_that_failed_three_times_is_told_to_a_queue_although_it_is_down_at_first()
      throws Exception {
    hooks
        .faults()
        .set(
            1,
            List.of(FaultRule.always(Service.SQS, "SendMessage", FaultRule.Kind.ERROR).times(1)));
    try (Functions functions = functions(Optional.of(Arns.queue(queue)), Optional.empty())) {
      functions.invokeAsync("Probe", "\"fail badly\"".getBytes(UTF_8), Optional.empty());

      JsonNode record = received(queue).getFirst();

      assertThat(record.at("/requestContext/condition").asText()).isEqualTo("RetriesExhausted");
      assertThat(record.at("/requestContext/approximateInvokeCount").asInt()).isEqualTo(3);
      assertThat(record.path("requestPayload").asText()).isEqualTo("fail badly");
      assertThat(record.at("/responsePayload/errorMessage").asText()).isEqualTo("badly");
    }
  }

  @Test
  void an_event_that_succeeded_is_told_to_a_topic_and_its_subscribers() throws Exception {
    try (Functions functions = functions(Optional.empty(), Optional.of(topicArn))) {
      functions.invokeAsync("Probe", "\"hello\"".getBytes(UTF_8), Optional.empty());

      JsonNode record = received(queue).getFirst();

      assertThat(record.at("/requestContext/condition").asText()).isEqualTo("Success");
      assertThat(record.path("responsePayload").asText()).isEqualTo("hello");
    }
  }

  @Test
  void what_a_destination_will_never_take_is_refused_and_what_it_may_take_later_is_not() {
    String fifo = "fifo-" + UUID.randomUUID() + ".fifo";
    sqs.createQueue(
        create -> create.queueName(fifo).attributes(Map.of(QueueAttributeName.FIFO_QUEUE, "true")));
    String large = "{\"a\":\"" + "x".repeat(300_000) + "\"}";

    assertThatThrownBy(() -> destinations.deliver(Arns.queue("nobody"), "{}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there is no queue");
    assertThatThrownBy(() -> destinations.deliver(Arns.queue(fifo), "{}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not take it");
    assertThatThrownBy(() -> destinations.deliver(Arns.topic("nobody"), "{}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there is no topic");
    assertThatThrownBy(() -> destinations.deliver(topicArn, large))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not take it");
    for (FaultRule.Kind later : List.of(FaultRule.Kind.THROTTLE, FaultRule.Kind.ERROR)) {
      hooks
          .faults()
          .set(
              1,
              List.of(
                  FaultRule.always(Service.SQS, "SendMessage", later),
                  FaultRule.always(Service.SNS, "Publish", later)));
      assertThatThrownBy(() -> destinations.deliver(Arns.queue(queue), "{}"))
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() -> destinations.deliver(topicArn, "{}"))
          .isInstanceOf(IOException.class);
    }
  }
}
