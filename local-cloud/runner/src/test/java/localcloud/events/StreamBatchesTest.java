package localcloud.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import localcloud.events.ScriptedFunction.FunctionFailure;
import localcloud.functions.FunctionInvoker.ThrottledException;
import localcloud.journal.Journal;
import localcloud.model.EventSourceMappingSpec.FromStream;
import org.junit.jupiter.api.Test;

class StreamBatchesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String STREAM =
      "arn:aws:dynamodb:ddblocal:000000000000:table/T/stream/2024-11-04T10:00:00.000";

  private final List<String> checkpoints = new ArrayList<>();
  private final List<JsonNode> told = new ArrayList<>();
  private final Journal journal = new Journal(1_000_000);

  private static FromStream spec(
      boolean partial, boolean bisect, OptionalInt retries, Optional<Duration> age) {
    return new FromStream(
        "M",
        "F",
        true,
        100,
        Duration.ZERO,
        partial,
        List.of(),
        "T",
        "TRIM_HORIZON",
        1,
        bisect,
        retries,
        age,
        Optional.of("arn:aws:sqs:eu-west-1:000000000000:failures"));
  }

  private static List<StreamItem> records(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> item(i, Instant.now())).toList();
  }

  private static StreamItem item(int number, Instant at) {
    ObjectNode event = JSON.createObjectNode();
    ObjectNode dynamodb = event.putObject("dynamodb");
    dynamodb.put("SequenceNumber", Integer.toString(number));
    dynamodb.putObject("Keys").putObject("id").put("S", Integer.toString(number));
    return new StreamItem(number, Integer.toString(number), at, event, 50);
  }

  private void process(FromStream spec, ScriptedFunction function, List<StreamItem> batch)
      throws InterruptedException {
    ShardProgress progress = new ShardProgress(checkpoints::add);
    open(progress, batch);
    new StreamBatches(
            spec,
            function,
            "arn:aws:lambda:eu-west-1:000000000000:function:F",
            (arn, json) -> told.add(JSON.readTree(json)),
            journal,
            new StreamBatches.BackOff(Duration.ofMillis(1), Duration.ofMillis(2)))
        .process(batch, STREAM, "shard-1", progress);
  }

  private static void open(ShardProgress progress, List<StreamItem> items)
      throws InterruptedException {
    for (StreamItem item : items) {
      progress.opened(item.position());
    }
  }

  private static String failing(String sequenceNumber) {
    return "{\"batchItemFailures\":[{\"itemIdentifier\":\"" + sequenceNumber + "\"}]}";
  }

  @Test
  void a_batch_that_succeeds_moves_the_checkpoint_behind_it() throws Exception {
    ScriptedFunction function = new ScriptedFunction(event -> "null");

    process(spec(true, false, OptionalInt.of(3), Optional.empty()), function, records(4));

    assertThat(function.batches()).containsExactly(List.of("1", "2", "3", "4"));
    assertThat(checkpoints).containsExactly("4");
  }

  @Test
  void partial_failures_resume_at_the_lowest_reported_sequence_number() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    ScriptedFunction function =
        new ScriptedFunction(
            event ->
                calls.incrementAndGet() == 1
                    ? "{\"batchItemFailures\":[{\"itemIdentifier\":\"4\"},{\"itemIdentifier\":\"3\"}]}"
                    : "{}");

    process(spec(true, false, OptionalInt.of(3), Optional.empty()), function, records(5));

    assertThat(function.batches())
        .containsExactly(List.of("1", "2", "3", "4", "5"), List.of("3", "4", "5"));
    assertThat(checkpoints).containsExactly("2", "5");
  }

  @Test
  void without_the_response_type_an_answer_is_not_looked_at() throws Exception {
    ScriptedFunction function = new ScriptedFunction(event -> failing("1"));

    process(spec(false, false, OptionalInt.of(3), Optional.empty()), function, records(2));

    assertThat(function.batches()).hasSize(1);
    assertThat(checkpoints).containsExactly("2");
  }

  @Test
  void a_bad_identifier_fails_the_whole_batch() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    ScriptedFunction function =
        new ScriptedFunction(event -> calls.incrementAndGet() == 1 ? failing("77") : "{}");

    process(spec(true, false, OptionalInt.of(3), Optional.empty()), function, records(2));

    assertThat(function.batches()).containsExactly(List.of("1", "2"), List.of("1", "2"));
  }

  @Test
  void retries_are_limited_and_the_rest_goes_to_the_destination_as_aws_writes_it()
      throws Exception {
    ScriptedFunction function =
        new ScriptedFunction(
            event -> {
              throw new FunctionFailure();
            });
    StreamItem first = item(1, Instant.parse("2024-11-04T10:30:00.900Z"));
    StreamItem second = item(2, Instant.parse("2024-11-04T10:30:02Z"));

    process(
        spec(true, false, OptionalInt.of(2), Optional.empty()), function, List.of(first, second));

    assertThat(function.batches()).hasSize(3);
    assertThat(checkpoints).containsExactly("2");
    JsonNode message = told.get(0);
    assertThat(message.properties().stream().map(java.util.Map.Entry::getKey))
        .containsExactly(
            "requestContext", "responseContext", "version", "timestamp", "DDBStreamBatchInfo");
    assertThat(message.path("requestContext"))
        .isEqualTo(
            JSON.readTree(
                """
                {"requestId":"request-3",
                 "functionArn":"arn:aws:lambda:eu-west-1:000000000000:function:F",
                 "condition":"RetryAttemptsExhausted","approximateInvokeCount":3}\
                """));
    assertThat(message.path("responseContext"))
        .isEqualTo(
            JSON.readTree(
                """
                {"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"}\
                """));
    assertThat(message.path("DDBStreamBatchInfo"))
        .isEqualTo(
            JSON.readTree(
                """
                {"shardId":"shard-1","startSequenceNumber":"1","endSequenceNumber":"2",
                 "approximateArrivalOfFirstRecord":"2024-11-04T10:30:00Z",
                 "approximateArrivalOfLastRecord":"2024-11-04T10:30:02Z","batchSize":2,
                 "streamArn":"arn:aws:dynamodb:eu-west-1:000000000000:table/T/stream/2024-11-04T10:00:00.000"}\
                """));
  }

  @Test
  void bisecting_isolates_a_bad_record_and_uses_up_no_retry() throws Exception {
    ScriptedFunction function =
        new ScriptedFunction(
            event -> {
              if (ScriptedFunction.values(event).contains("6")) {
                throw new FunctionFailure();
              }
              return "{}";
            });

    process(spec(false, true, OptionalInt.of(1), Optional.empty()), function, records(8));

    assertThat(told)
        .singleElement()
        .satisfies(
            message -> {
              JsonNode info = message.path("DDBStreamBatchInfo");
              assertThat(info.path("startSequenceNumber").asText()).isEqualTo("6");
              assertThat(info.path("endSequenceNumber").asText()).isEqualTo("6");
            });
    assertThat(function.batches())
        .containsExactly(
            List.of("1", "2", "3", "4", "5", "6", "7", "8"),
            List.of("1", "2", "3", "4"),
            List.of("5", "6", "7", "8"),
            List.of("5", "6"),
            List.of("5"),
            List.of("6"),
            List.of("6"),
            List.of("7", "8"));
    assertThat(checkpoints).containsExactly("4", "5", "6", "8");
  }

  @Test
  void with_partial_failures_a_batch_is_bisected_at_the_reported_record() throws Exception {
    ScriptedFunction function =
        new ScriptedFunction(
            event -> ScriptedFunction.values(event).contains("3") ? failing("3") : "{}");

    process(spec(true, true, OptionalInt.of(0), Optional.empty()), function, records(4));

    assertThat(function.batches()).containsExactly(List.of("1", "2", "3", "4"), List.of("3", "4"));
    assertThat(told)
        .as("split at the first, nothing is left to split: given up together")
        .singleElement()
        .satisfies(
            message ->
                assertThat(message.at("/DDBStreamBatchInfo/batchSize").asInt()).isEqualTo(2));
    assertThat(checkpoints).containsExactly("2", "4");
  }

  @Test
  void an_invocation_that_fails_is_halved_though_partial_failures_are_reported() throws Exception {
    ScriptedFunction function =
        new ScriptedFunction(
            event -> {
              if (ScriptedFunction.values(event).getFirst().equals("3")) {
                throw new FunctionFailure();
              }
              return ScriptedFunction.values(event).contains("3") ? failing("3") : "{}";
            });

    process(spec(true, true, OptionalInt.of(0), Optional.empty()), function, records(4));

    assertThat(function.batches())
        .containsExactly(
            List.of("1", "2", "3", "4"), List.of("3", "4"), List.of("3"), List.of("4"));
    assertThat(told).hasSize(1);
    assertThat(checkpoints).containsExactly("2", "3", "4");
  }

  @Test
  void records_over_the_age_limit_are_given_up_without_being_tried() throws Exception {
    ScriptedFunction function = new ScriptedFunction(event -> "{}");
    List<StreamItem> batch =
        List.of(item(1, Instant.now().minusSeconds(120)), item(2, Instant.now()));

    process(
        spec(true, false, OptionalInt.empty(), Optional.of(Duration.ofSeconds(60))),
        function,
        batch);

    assertThat(function.batches()).containsExactly(List.of("2"));
    assertThat(told)
        .singleElement()
        .satisfies(
            message ->
                assertThat(message.path("requestContext").path("condition").asText())
                    .isEqualTo("RecordAgeExceeded"));
    assertThat(checkpoints).containsExactly("1", "2");
  }

  @Test
  void throttling_uses_up_no_retry() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    ScriptedFunction function =
        new ScriptedFunction(
            event -> {
              if (calls.incrementAndGet() <= 5) {
                throw new ThrottledException("F");
              }
              return "{}";
            });

    process(spec(true, false, OptionalInt.of(0), Optional.empty()), function, records(1));

    assertThat(calls).hasValue(6);
    assertThat(told).isEmpty();
    assertThat(checkpoints).containsExactly("1");
  }

  @Test
  void failures_are_followed_by_growing_waits() {
    StreamBatches.BackOff backOff =
        new StreamBatches.BackOff(Duration.ofMillis(200), Duration.ofSeconds(1));

    assertThat(backOff.after(Duration.ofMillis(200))).isEqualTo(Duration.ofMillis(400));
    assertThat(backOff.after(Duration.ofMillis(800))).isEqualTo(Duration.ofSeconds(1));
    // As the README says: AWS does not publish its own.
    assertThat(StreamBatches.BackOff.DEFAULT)
        .isEqualTo(new StreamBatches.BackOff(Duration.ofMillis(200), Duration.ofSeconds(10)));
  }

  @Test
  void a_destination_that_is_down_is_tried_until_it_takes_the_message() throws Exception {
    ScriptedFunction function =
        new ScriptedFunction(
            event -> {
              throw new FunctionFailure();
            });
    AtomicInteger tries = new AtomicInteger();
    List<String> delivered = new ArrayList<>();
    ShardProgress progress = new ShardProgress(checkpoints::add);
    progress.opened(1);

    new StreamBatches(
            spec(true, false, OptionalInt.of(0), Optional.empty()),
            function,
            "arn",
            (arn, json) -> {
              if (tries.incrementAndGet() < 4) {
                throw new IOException("down");
              }
              delivered.add(arn);
            },
            journal,
            new StreamBatches.BackOff(Duration.ofMillis(1), Duration.ofMillis(2)))
        .process(records(1), STREAM, "shard-1", progress);

    assertThat(delivered).hasSize(1);
  }

  @Test
  void progress_waits_for_the_slowest_lane() throws Exception {
    ShardProgress progress = new ShardProgress(checkpoints::add);
    List<StreamItem> items = records(4);
    open(progress, items);

    progress.finished(items.subList(1, 3));
    assertThat(checkpoints).isEmpty();
    progress.finished(items.subList(0, 1));
    assertThat(checkpoints).containsExactly("3");
    progress.finished(items.subList(3, 4));

    assertThat(checkpoints).containsExactly("3", "4");
  }

  @Test
  void records_that_are_done_twice_never_take_a_checkpoint_back() throws Exception {
    ShardProgress progress = new ShardProgress(checkpoints::add);
    List<StreamItem> items = records(3);
    open(progress, items);
    progress.finished(items.subList(0, 2));

    progress.finished(items.subList(0, 1));
    assertThat(progress.isComplete()).isFalse();
    progress.finished(items);

    assertThat(progress.isComplete()).isTrue();
    assertThat(checkpoints).containsExactly("2", "3");
  }
}
