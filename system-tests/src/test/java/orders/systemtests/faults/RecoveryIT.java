package orders.systemtests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import localcloud.LocalCloud;
import orders.ops.Reconcile;
import orders.ops.Redrive;
import orders.ops.Replay;
import orders.ops.Stack;
import orders.ops.StackFinder;
import orders.systemtests.chaos.Pipeline;
import orders.systemtests.chaos.ServiceFault;
import orders.systemtests.checker.ReceivedEvent;
import orders.wire.QueueMessage;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/** What the recovery commands bring back. */
class RecoveryIT extends FaultCase {
  private static Stack stack(LocalCloud cloud) throws InterruptedException {
    return StackFinder.local(cloud.invokePort(), Map.of());
  }

  private void deadLetter(String body, String reason) {
    pipeline
        .sqs()
        .sendMessage(
            send ->
                send.queueUrl(pipeline.output("OrderDeadLetterQueueUrl"))
                    .messageBody(body)
                    .messageAttributes(
                        Map.of(
                            "reason",
                            MessageAttributeValue.builder()
                                .dataType("String")
                                .stringValue(reason)
                                .build())));
  }

  @Test
  void a_full_dead_letter_queue_is_redriven_and_redriven_again_without_harm(LocalCloud cloud)
      throws Exception {
    String model = stored();
    String message = pipeline.messageOf(model, "place-order");
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      String id = UUID.randomUUID().toString();
      ids.add(id);
      deadLetter(message.replace(model, id), "outage-of-the-test");
    }
    deadLetter(message, "outage-of-the-test");

    try (Stack stack = stack(cloud)) {
      assertThat(new Redrive(stack).run("outage-of-the-test"::equals).sent()).isEqualTo(26);
      for (String id : ids) {
        awaitVersion(id, 1);
      }
      assertThat(new Redrive(stack).run("outage-of-the-test"::equals).sent()).isZero();
    }
    assertThat(run.quiet(LONG)).isTrue();
    assertThat(order(model).version()).isEqualTo(1);
  }

  @Test
  void a_redriven_order_stays_readable_for_as_long_as_its_message_may_lie_again(LocalCloud cloud)
      throws Exception {
    String id = stored();
    Instant nextWeek = Instant.now().plus(Duration.ofDays(7));
    expire(id, nextWeek);
    deadLetter(pipeline.messageOf(id, "place-order"), "neglected");

    try (Stack stack = stack(cloud)) {
      assertThat(new Redrive(stack).run("neglected"::equals).sent()).isOne();
    }

    assertThat(expiryOf(id)).isAfter(Instant.now().plus(QueueMessage.LONGEST_WAY));
  }

  private void expire(String orderId, Instant at) {
    pipeline
        .dynamoDb()
        .updateItem(
            update ->
                update
                    .tableName(pipeline.output("IdempotencyTableName"))
                    .key(Map.of("id", AttributeValue.fromS(orderId)))
                    .updateExpression("SET expiration = :at")
                    .expressionAttributeValues(
                        Map.of(":at", AttributeValue.fromN(Long.toString(at.getEpochSecond())))));
  }

  private Instant expiryOf(String orderId) {
    return Instant.ofEpochSecond(
        Long.parseLong(
            pipeline
                .dynamoDb()
                .getItem(
                    get ->
                        get.tableName(pipeline.output("IdempotencyTableName"))
                            .key(Map.of("id", AttributeValue.fromS(orderId)))
                            .consistentRead(true))
                .item()
                .get("expiration")
                .n()));
  }

  @Test
  void replayed_events_are_the_same_to_the_byte(LocalCloud cloud) throws Exception {
    Instant before = Instant.now().minusSeconds(5);
    String id = stored();
    cancel(id, "cancel");
    awaitVersion(id, 2);
    everyPromiseWasKept();
    int known = eventsOf(id).size();

    try (Stack stack = stack(cloud)) {
      assertThat(new Replay(stack).orders(List.of(id)).events()).isEqualTo(2);
      await("the replayed events", () -> eventsOf(id).size() >= known + 2);
      Replay.Result since = new Replay(stack).since(before, Duration.ofDays(30));
      assertThat(since.events()).isGreaterThanOrEqualTo(2);
      await("the events since then", () -> eventsOf(id).size() >= known + 4);
    }

    // The checker compares each repeat with the first; only their order is not the stream's.
    assertThat(eventsOf(id).stream().map(ReceivedEvent::raw).distinct()).hasSize(2);
  }

  @Test
  void an_accepted_order_that_vanished_from_the_queue_is_found_and_mended(LocalCloud cloud)
      throws Exception {
    pipeline.visibility(queue(), Duration.ofSeconds(1));
    faults(
        ServiceFault.of("hold-back", "sqs", "SendMessage", Pipeline.API)
            .withDelay(Duration.ofMinutes(10)));
    String id = place();
    pipeline.noFaults();
    assertThat(run.state().order(id)).isEmpty();

    try (Stack stack = stack(cloud)) {
      Reconcile.Result found = new Reconcile(stack).run(Duration.ZERO, false);
      assertThat(found.missing()).contains(id);

      Reconcile.Result mended = new Reconcile(stack).run(Duration.ZERO, true);
      assertThat(mended.mended()).isPositive();
      awaitVersion(id, 1);
    }
    pipeline.sqs().purgeQueue(purge -> purge.queueUrl(queue()));
    everyPromiseWasKept();
  }

  /**
   * DynamoDB Local restores nothing: the table loses what was written after the second restored.
   */
  @Test
  void an_order_lost_by_a_restore_is_mended_with_the_same_event(LocalCloud cloud) throws Exception {
    String id = stored();
    everyPromiseWasKept();
    await("the event of placing", () -> !eventsOf(id).isEmpty());
    int known = eventsOf(id).size();
    pipeline
        .dynamoDb()
        .deleteItem(
            delete ->
                delete
                    .tableName(pipeline.output("OrdersTableName"))
                    .key(Map.of("orderId", AttributeValue.fromS(id))));

    try (Stack stack = stack(cloud)) {
      assertThat(new Reconcile(stack).run(Duration.ZERO, false).missing()).contains(id);
      new Reconcile(stack).run(Duration.ZERO, true);
      awaitVersion(id, 1);
    }

    await("the event again", () -> eventsOf(id).size() > known);
    assertThat(eventsOf(id).stream().map(ReceivedEvent::raw).distinct()).hasSize(1);
  }
}
