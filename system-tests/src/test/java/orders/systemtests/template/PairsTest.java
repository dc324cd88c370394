package orders.systemtests.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import orders.wire.QueueMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers and names of the template that must agree with one another. */
class PairsTest {
  private static final int FOURTEEN_DAYS = 14 * 24 * 3600;

  private final SamTemplate template = SamTemplate.ofProject();
  private final JsonNode processor = template.properties("OrderProcessorFunction");
  private final JsonNode queueEvent = processor.at("/Events/OrderCommands/Properties");
  private final JsonNode streamEvent =
      template.properties("OrderNotifierFunction").at("/Events/OrderChanges/Properties");
  private final JsonNode queue = template.properties("OrderQueue");

  @Test
  void a_message_stays_invisible_six_times_as_long_as_the_processor_may_take() {
    assertThat(queue.path("VisibilityTimeout").asInt())
        .isEqualTo(6 * processor.path("Timeout").asInt());
  }

  @Test
  void the_processor_knows_after_how_many_tries_the_queue_gives_up() {
    assertThat(template.environment("OrderProcessorFunction").get("MAX_RECEIVE_COUNT").asInt())
        .isEqualTo(queue.at("/RedrivePolicy/maxReceiveCount").asInt())
        .isGreaterThanOrEqualTo(5);
  }

  @Test
  void the_processor_dead_letters_where_the_queue_does() {
    assertThat(template.environment("OrderProcessorFunction"))
        .containsEntry("ORDER_QUEUE_URL", ref("OrderQueue"))
        .containsEntry("ORDER_DEAD_LETTER_QUEUE_URL", ref("OrderDeadLetterQueue"));
    assertThat(queue.at("/RedrivePolicy/deadLetterTargetArn"))
        .isEqualTo(arn("OrderDeadLetterQueue"));
    assertThat(queueEvent.path("Queue")).isEqualTo(arn("OrderQueue"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"OrderQueue", "OrderDeadLetterQueue", "NotifierDeadLetterQueue"})
  void no_queue_forgets_within_fourteen_days(String name) {
    assertThat(template.properties(name).path("MessageRetentionPeriod").asInt())
        .isEqualTo(FOURTEEN_DAYS);
  }

  @Test
  void an_order_is_readable_for_as_long_as_its_message_may_be_on_the_way() {
    long queued = queue.path("MessageRetentionPeriod").asLong();
    long deadLettered =
        template.properties("OrderDeadLetterQueue").path("MessageRetentionPeriod").asLong();

    assertThat(QueueMessage.LONGEST_WAY).hasSeconds(queued + deadLettered);
    assertThat(QueueMessage.ANSWER_KEPT).isGreaterThan(QueueMessage.LONGEST_WAY);
  }

  @Test
  void both_mappings_heed_what_the_functions_report() {
    for (JsonNode event : List.of(queueEvent, streamEvent)) {
      assertThat(SamTemplate.texts(event.path("FunctionResponseTypes")))
          .containsExactly("ReportBatchItemFailures");
    }
  }

  @Test
  void a_batch_of_commands_is_no_larger_than_one_without_a_window_may_be() {
    assertThat(queueEvent.path("BatchSize").asInt()).isBetween(1, 10);
    assertThat(queueEvent.has("MaximumBatchingWindowInSeconds")).isFalse();
  }

  @Test
  void the_stream_is_read_from_its_start_and_a_bad_record_ends_in_the_dead_letter_queue() {
    assertThat(streamEvent.path("Stream").path("Fn::GetAtt").toString())
        .isEqualTo("[\"OrdersTable\",\"StreamArn\"]");
    assertThat(streamEvent.path("StartingPosition").asText()).isEqualTo("TRIM_HORIZON");
    assertThat(streamEvent.path("BisectBatchOnFunctionError").asBoolean()).isTrue();
    assertThat(streamEvent.path("MaximumRetryAttempts").asInt(-1)).isPositive();
    assertThat(streamEvent.path("MaximumRecordAgeInSeconds").asInt(-1)).isBetween(60, 86_400);
    assertThat(streamEvent.at("/DestinationConfig/OnFailure/Destination"))
        .isEqualTo(arn("NotifierDeadLetterQueue"));
  }

  @Test
  void customers_are_answered_before_the_gateway_gives_up() {
    assertThat(template.properties("OrderApiFunction").path("Timeout").asInt()).isBetween(1, 29);
  }

  @Test
  void every_function_writes_to_a_log_group_of_its_own_that_is_kept_for_a_time() {
    Map<String, JsonNode> functions = template.ofType("AWS::Serverless::Function");

    assertThat(functions)
        .allSatisfy(
            (id, function) ->
                assertThat(function.at("/LoggingConfig/LogGroup/Ref").asText())
                    .isEqualTo(id.replace("Function", "LogGroup")));
    assertThat(template.ofType("AWS::Logs::LogGroup"))
        .hasSizeGreaterThan(functions.size())
        .allSatisfy(
            (id, group) ->
                assertThat(group.path("RetentionInDays")).isEqualTo(ref("LogRetentionDays")));
  }

  @Test
  void every_function_is_deployed_gradually_and_rolled_back_by_its_own_alarms() {
    assertThat(template.root().at("/Globals/Function/AutoPublishAlias").asText()).isEqualTo("live");
    assertThat(template.ofType("AWS::Serverless::Function"))
        .allSatisfy(
            (id, function) -> {
              String owner = id.replace("Function", "");
              JsonNode preference = function.path("DeploymentPreference");
              assertThat(preference.at("/Type/Fn::If/0").asText()).isEqualTo("IsProduction");
              assertThat(preference.at("/Type/Fn::If/1").asText()).startsWith("Canary10Percent");
              assertThat(preference.path("Alarms").findValuesAsText("Ref"))
                  .containsExactly(owner + "ErrorsAlarm", owner + "ErrorLinesAlarm")
                  .allSatisfy(alarm -> template.properties(alarm));
            });
  }

  @Test
  void alarms_on_a_function_watch_the_alias_that_is_called() {
    assertThat(template.ofType("AWS::CloudWatch::Alarm"))
        .allSatisfy(
            (id, alarm) -> {
              if (alarm.path("Namespace").asText().equals("AWS/Lambda")) {
                assertThat(alarm.path("Dimensions").findValuesAsText("Fn::Sub"))
                    .as(id)
                    .containsExactly(
                        "${" + alarm.at("/Dimensions/0/Value/Ref").asText() + "}:live");
              }
            });
  }

  @Test
  void what_holds_orders_outlives_the_stack() {
    for (String id :
        List.of("OrdersTable", "OrderQueue", "OrderDeadLetterQueue", "NotifierDeadLetterQueue")) {
      JsonNode resource = template.root().path("Resources").path(id);
      assertThat(resource.path("DeletionPolicy").asText()).isEqualTo("RetainExceptOnCreate");
      assertThat(resource.path("UpdateReplacePolicy").asText()).isEqualTo("Retain");
    }
    JsonNode table = template.properties("OrdersTable");
    assertThat(table.at("/DeletionProtectionEnabled/Fn::If/0").asText()).isEqualTo("IsProduction");
    assertThat(
            table
                .at("/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled/Fn::If/0")
                .asText())
        .isEqualTo("IsProduction");
  }

  private static JsonNode ref(String name) {
    return Written.json(Map.of("Ref", name));
  }

  private static JsonNode arn(String name) {
    return Written.json(Map.of("Fn::GetAtt", List.of(name, "Arn")));
  }
}
