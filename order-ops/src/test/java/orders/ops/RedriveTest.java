package orders.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.SqsException;

class RedriveTest {
  private static final String DEAD_LETTERS = "dead-lettered";

  private final ScriptedQueues queues = new ScriptedQueues();
  private final Stack stack =
      new Stack(
          Map.of(
              "IdempotencyTableName",
              "answers",
              "OrderQueueUrl",
              "orders",
              "OrderDeadLetterQueueUrl",
              DEAD_LETTERS),
          new DynamoDbClient() {
            @Override
            public String serviceName() {
              return SERVICE_NAME;
            }

            @Override
            public void close() {}
          },
          new DynamoDbStreamsClient() {
            @Override
            public String serviceName() {
              return SERVICE_NAME;
            }

            @Override
            public void close() {}
          },
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
  void a_message_that_is_back_in_sight_does_not_hide_those_that_were_not_seen_yet() {
    queues
        .brings(DEAD_LETTERS, deadLettered(1, 10))
        .brings(DEAD_LETTERS, deadLettered(1, 4))
        .brings(DEAD_LETTERS, deadLettered(5, 8))
        .brings(DEAD_LETTERS, deadLettered(11, 12));

    Redrive.Result result = new Redrive(stack).run(reason -> false);

    assertThat(result.left()).containsExactly(Map.entry("outage", 12));
  }

  @Test
  void a_queue_that_always_brings_the_same_comes_to_an_end() {
    for (int i = 0; i < 1000; i++) {
      queues.brings(DEAD_LETTERS, deadLettered(1, 10));
    }

    assertThat(new Redrive(stack).run(reason -> false).left()).containsEntry("outage", 10);
    assertThat(queues.receiveMessage(receive -> receive.queueUrl(DEAD_LETTERS)).messages())
        .isNotEmpty();
  }

  @Test
  void what_is_back_in_sight_by_itself_need_not_be_put_back() {
    queues.refusesToPutBack = true;
    queues.brings(DEAD_LETTERS, deadLettered(1, 3));

    Redrive.Result result = new Redrive(stack).run(reason -> false);

    assertThat(result.left()).containsEntry("outage", 3);
  }

  @Test
  void a_command_goes_back_as_it_was_accepted() {
    queues.brings(DEAD_LETTERS, deadLettered(1, 1));

    assertThat(new Redrive(stack).run("outage"::equals).sent()).isEqualTo(1);

    assertThat(queues.deleted).containsExactly("handle-1");
    assertThat(queues.sent)
        .singleElement()
        .satisfies(
            message -> {
              assertThat(message.queueUrl()).isEqualTo("orders");
              assertThat(message.messageBody()).isEqualTo("body-1");
              assertThat(message.messageAttributes()).containsOnlyKeys("correlationId");
            });
  }

  @Test
  void a_dead_letter_without_a_reason_is_copied_to_a_fresh_message_and_then_deleted() {
    Message reasonless =
        deadLettered(1, 1)[0].toBuilder()
            .messageAttributes(Map.of("correlationId", text("c")))
            .build();
    queues.brings(DEAD_LETTERS, reasonless, deadLettered(2, 2)[0]);

    assertThat(new Redrive(stack).refresh()).isEqualTo(1);

    assertThat(queues.deleted).containsExactly("handle-1");
    assertThat(queues.sent)
        .singleElement()
        .satisfies(
            message -> {
              assertThat(message.queueUrl()).isEqualTo(DEAD_LETTERS);
              assertThat(message.messageBody()).isEqualTo("body-1");
              assertThat(message.messageAttributes())
                  .isEqualTo(
                      Map.of(
                          "correlationId", text("c"),
                          "reason", text("moved-by-queue"),
                          "sourceMessageId", text("message-1")));
            });
  }

  @Test
  void a_dead_letter_stays_if_its_copy_could_not_be_sent() {
    queues.refusesToSend = true;
    queues.brings(
        DEAD_LETTERS, deadLettered(1, 1)[0].toBuilder().messageAttributes(Map.of()).build());

    assertThatThrownBy(() -> new Redrive(stack).refresh()).isInstanceOf(SqsException.class);

    assertThat(queues.deleted).isEmpty();
  }

  private static Message[] deadLettered(int first, int last) {
    return IntStream.rangeClosed(first, last)
        .mapToObj(
            i ->
                Message.builder()
                    .messageId("message-" + i)
                    .receiptHandle("handle-" + i)
                    .body("body-" + i)
                    .messageAttributes(
                        Map.of(
                            "correlationId", text("c"),
                            "reason", text("outage"),
                            "sourceMessageId", text("before-" + i)))
                    .build())
        .toArray(Message[]::new);
  }

  private static MessageAttributeValue text(String value) {
    return MessageAttributeValue.builder().dataType("String").stringValue(value).build();
  }
}
