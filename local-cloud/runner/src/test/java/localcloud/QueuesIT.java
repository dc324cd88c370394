package localcloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import localcloud.functions.Await;
import localcloud.model.Arns;
import localcloud.model.QueueSpec;
import localcloud.services.ElasticMqProcess;
import localcloud.services.Installation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

class QueuesIT {
  private static ElasticMqProcess process;
  private static URI address;
  private static SqsClient sqs;

  @BeforeAll
  static void startQueues() throws Exception {
    process =
        ElasticMqProcess.start(new Installation(Path.of("..")), 0, Optional.empty(), line -> {});
    address = URI.create("http://127.0.0.1:" + process.port());
    sqs =
        SqsClient.builder()
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .endpointOverride(address)
            .httpClient(UrlConnectionHttpClient.create())
            .region(Region.of(Arns.REGION))
            .build();
  }

  @AfterAll
  static void stopQueues() {
    sqs.close();
    process.close();
  }

  /** A queue and the one for its dead letters. */
  private static final class Pair {
    private final QueueSpec source;
    private final QueueSpec dead;
    private final Queues queues;

    Pair(boolean fifo) {
      String name = "q-" + UUID.randomUUID();
      dead = spec("Dead", name + "-dead", fifo, Optional.empty());
      source = spec("Source", name, fifo, Optional.of(new QueueSpec.Redrive(dead.arn(), 1)));
      for (QueueSpec queue : List.of(dead, source)) {
        sqs.createQueue(
            create ->
                create
                    .queueName(queue.name())
                    .attributes(fifo ? Map.of(QueueAttributeName.FIFO_QUEUE, "true") : Map.of()));
      }
      queues = new Queues(List.of(source, dead), sqs, address);
    }

    private static QueueSpec spec(
        String id, String name, boolean fifo, Optional<QueueSpec.Redrive> redrive) {
      return new QueueSpec(
          id,
          name + (fifo ? ".fifo" : ""),
          fifo,
          false,
          false,
          false,
          Duration.ofSeconds(30),
          Duration.ZERO,
          Duration.ofDays(4),
          Duration.ZERO,
          1024 * 1024,
          redrive);
    }

    void deadLetter(String body, Optional<String> group) {
      sqs.sendMessage(
          send -> {
            send.queueUrl(url(dead)).messageBody(body);
            group.ifPresent(it -> send.messageGroupId(it).messageDeduplicationId(body));
          });
    }

    /** Takes what is in the source, and deletes it. */
    List<Message> moved(int count) throws Exception {
      List<Message> all = new ArrayList<>();
      Await.until(
          count + " messages",
          () -> {
            List<Message> some =
                sqs.receiveMessage(
                        receive ->
                            receive
                                .queueUrl(url(source))
                                .maxNumberOfMessages(10)
                                .messageSystemAttributeNames(MessageSystemAttributeName.ALL))
                    .messages();
            for (Message message : some) {
              all.add(message);
              sqs.deleteMessage(
                  delete -> delete.queueUrl(url(source)).receiptHandle(message.receiptHandle()));
            }
            return all.size() >= count;
          });
      return all;
    }

    long left(QueueSpec queue) {
      return queues.states().stream()
          .filter(state -> state.name().equals(queue.name()))
          .mapToLong(state -> state.visible() + state.inFlight())
          .sum();
    }

    private static String url(QueueSpec queue) {
      return address + "/" + Arns.ACCOUNT + "/" + queue.name();
    }
  }

  @Test
  void dead_letters_go_back_once_each() throws Exception {
    Pair pair = new Pair(false);
    List<String> bodies = IntStream.range(0, 25).mapToObj(i -> "m" + i).toList();
    bodies.forEach(body -> pair.deadLetter(body, Optional.empty()));

    assertThat(pair.queues.redrive("Dead", Optional.empty())).isEqualTo(25);

    assertThat(pair.left(pair.dead)).isZero();
    assertThat(pair.left(pair.source)).isEqualTo(25);
    assertThat(pair.moved(25))
        .extracting(Message::body)
        .containsExactlyInAnyOrderElementsOf(bodies);
  }

  @Test
  void dead_letters_that_somebody_looks_at_go_back_all_the_same() throws Exception {
    Pair pair = new Pair(false);
    List<String> bodies = List.of("a", "b", "c");
    bodies.forEach(body -> pair.deadLetter(body, Optional.empty()));
    CountDownLatch looking = new CountDownLatch(1);
    CountDownLatch lookedAt = new CountDownLatch(1);
    SqsClient slow =
        putsBack(
            () -> {
              looking.countDown();
              lookedAt.await();
            });
    Queues console = new Queues(List.of(pair.source, pair.dead), slow, address);
    FutureTask<Integer> look = new FutureTask<>(() -> console.deadLetters("Dead").size());
    FutureTask<Integer> press =
        new FutureTask<>(() -> pair.queues.redrive("Dead", Optional.empty()));
    Thread.ofPlatform().start(look);
    looking.await();

    Thread pressing = Thread.ofPlatform().start(press);

    Await.until(
        "it waits or is done", () -> press.isDone() || pressing.getState() == Thread.State.WAITING);
    lookedAt.countDown();
    assertThat(look.get()).isEqualTo(3);
    assertThat(press.get()).isEqualTo(3);
    assertThat(pair.moved(3)).extracting(Message::body).containsExactlyInAnyOrderElementsOf(bodies);
  }

  private interface Waiting {
    void await() throws InterruptedException;
  }

  /** Returns a client that waits before it puts a message back. */
  private static SqsClient putsBack(Waiting waiting) {
    return (SqsClient)
        Proxy.newProxyInstance(
            SqsClient.class.getClassLoader(),
            new Class<?>[] {SqsClient.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("changeMessageVisibility")) {
                waiting.await();
              }
              return method.invoke(sqs, arguments);
            });
  }

  @Test
  void a_fifo_queues_dead_letters_keep_group_and_order_and_none_is_lost_as_a_duplicate()
      throws Exception {
    Pair pair = new Pair(true);
    for (int i = 0; i < 12; i++) {
      for (String group : List.of("one", "two")) {
        String body = group + "-" + i;
        // Sent and deleted moments ago: its deduplication id is still remembered there.
        sqs.sendMessage(
            send ->
                send.queueUrl(Pair.url(pair.source))
                    .messageBody(body)
                    .messageGroupId(group)
                    .messageDeduplicationId(body));
        pair.deadLetter(body, Optional.of(group));
      }
    }
    pair.moved(24);

    assertThat(pair.queues.redrive("Dead", Optional.empty())).isEqualTo(24);

    assertThat(pair.left(pair.dead)).isZero();
    List<Message> moved = pair.moved(24);
    for (String group : List.of("one", "two")) {
      assertThat(moved)
          .filteredOn(
              it -> group.equals(it.attributes().get(MessageSystemAttributeName.MESSAGE_GROUP_ID)))
          .extracting(Message::body)
          .containsExactlyElementsOf(
              IntStream.range(0, 12).mapToObj(i -> group + "-" + i).toList());
    }
  }

  @Test
  void a_message_for_a_fifo_queue_needs_a_group_and_is_never_a_duplicate() throws Exception {
    Pair pair = new Pair(true);

    assertThatThrownBy(() -> pair.queues.send("Source", "same", Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("say ?group=GROUP");
    pair.queues.send("Source", "same", Optional.of("g"));
    pair.queues.send("Source", "same", Optional.of("g"));

    assertThat(pair.moved(2))
        .allSatisfy(
            message ->
                assertThat(message.attributes())
                    .containsEntry(MessageSystemAttributeName.MESSAGE_GROUP_ID, "g"));
  }

  @Test
  void one_dead_letter_goes_back_and_the_others_can_be_read_at_once() throws Exception {
    Pair pair = new Pair(false);
    List.of("a", "b", "c").forEach(body -> pair.deadLetter(body, Optional.empty()));
    String wanted =
        pair.queues.deadLetters("Dead").stream()
            .filter(letter -> letter.body().equals("b"))
            .findFirst()
            .orElseThrow()
            .messageId();

    assertThat(pair.queues.redrive("Dead", Optional.of(wanted))).isEqualTo(1);
    assertThat(pair.queues.redrive("Dead", Optional.of("unknown"))).isZero();

    assertThat(pair.moved(1)).extracting(Message::body).containsExactly("b");
    assertThat(pair.queues.deadLetters("Dead"))
        .extracting(letter -> letter.body())
        .containsExactlyInAnyOrder("a", "c");
  }
}
