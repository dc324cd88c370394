package localcloud.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import localcloud.functions.Await;
import localcloud.journal.Journal;
import localcloud.model.Arns;
import localcloud.model.EventSourceMappingSpec.FromStream;
import localcloud.services.DynamoDbProcess;
import localcloud.services.Installation;
import localcloud.wire.Headers;
import localcloud.wire.Upstream;
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
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ExpiredIteratorException;
import software.amazon.awssdk.services.dynamodb.model.InternalServerErrorException;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TrimmedDataAccessException;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** Table streams feeding functions: AWS's rules, one test each, on a real stream. */
class StreamMappingIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static DynamoDbProcess process;
  private static DynamoDbClient tables;
  private static DynamoDbStreamsClient streams;

  @TempDir private Path folder;

  private final List<StreamMapping> mappings = new ArrayList<>();
  private final List<JsonNode> told = Collections.synchronizedList(new ArrayList<>());
  private final Journal journal = new Journal(1_000_000);
  private final List<String> warnings = Collections.synchronizedList(new ArrayList<>());
  private CheckpointStore checkpoints = CheckpointStore.inMemory();
  private String table;

  @BeforeAll
  static void startTables() throws Exception {
    process =
        DynamoDbProcess.start(
            new Installation(Path.of("..").toAbsolutePath()), Optional.empty(), line -> {});
    StaticCredentialsProvider credentials =
        StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));
    URI endpoint = URI.create("http://127.0.0.1:" + process.port());
    tables =
        DynamoDbClient.builder()
            .credentialsProvider(credentials)
            .endpointOverride(endpoint)
            .httpClient(UrlConnectionHttpClient.create())
            .region(Region.of(Arns.REGION))
            .build();
    streams =
        DynamoDbStreamsClient.builder()
            .credentialsProvider(credentials)
            .endpointOverride(endpoint)
            .httpClient(UrlConnectionHttpClient.create())
            .region(Region.of(Arns.REGION))
            .build();
  }

  @AfterAll
  static void stopTables() {
    tables.close();
    streams.close();
    process.close();
  }

  @BeforeEach
  void table() {
    table = "t-" + UUID.randomUUID();
    tables.createTable(
        create ->
            create
                .tableName(table)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(
                    AttributeDefinition.builder()
                        .attributeName("id")
                        .attributeType(ScalarAttributeType.S)
                        .build())
                .keySchema(
                    KeySchemaElement.builder().attributeName("id").keyType(KeyType.HASH).build())
                .streamSpecification(
                    s -> s.streamEnabled(true).streamViewType(StreamViewType.NEW_AND_OLD_IMAGES)));
  }

  @AfterEach
  void stopMappings() {
    mappings.forEach(StreamMapping::close);
  }

  /** A mapping's settings, to be changed one by one. */
  private final class Settings {
    private int batchSize = 100;
    private Duration window = Duration.ZERO;
    private String startingPosition = "TRIM_HORIZON";
    private int parallelizationFactor = 1;
    private OptionalInt retries = OptionalInt.of(3);
    private final List<JsonNode> filters = new ArrayList<>();

    private DynamoDbStreamsClient client = streams;
    private StreamMapping.Polling polling = StreamMapping.Polling.DEFAULT;

    Settings pollingOnlyWhenWoken() {
      polling = new StreamMapping.Polling(Duration.ZERO, Duration.ZERO, Duration.ofHours(1));
      return this;
    }

    /** So that what comes came by a soon poll: the other kind is an hour away. */
    Settings pollingAlwaysSoon() {
      polling =
          new StreamMapping.Polling(
              Duration.ofMillis(20), Duration.ofHours(1), Duration.ofHours(1));
      return this;
    }

    Settings on(DynamoDbStreamsClient value) {
      client = value;
      return this;
    }

    Settings batchSize(int value) {
      batchSize = value;
      return this;
    }

    Settings window(Duration value) {
      window = value;
      return this;
    }

    Settings from(String value) {
      startingPosition = value;
      return this;
    }

    Settings lanes(int value) {
      parallelizationFactor = value;
      return this;
    }

    Settings retries(int value) {
      retries = OptionalInt.of(value);
      return this;
    }

    Settings filter(String pattern) throws IOException {
      filters.add(JSON.readTree(pattern));
      return this;
    }

    StreamMapping run(ScriptedFunction function) {
      StreamMapping mapping =
          new StreamMapping(
              new FromStream(
                  "Mapping",
                  "Function",
                  true,
                  batchSize,
                  window,
                  true,
                  filters,
                  table,
                  startingPosition,
                  parallelizationFactor,
                  false,
                  retries,
                  Optional.empty(),
                  Optional.of("arn:aws:sqs:eu-west-1:000000000000:failures")),
              client,
              tables,
              function,
              (arn, json) -> told.add(JSON.readTree(json)),
              checkpoints,
              journal,
              warnings::add,
              new StreamBatches.BackOff(Duration.ofMillis(10), Duration.ofMillis(50)),
              polling);
      mappings.add(mapping);
      mapping.start();
      return mapping;
    }
  }

  private void put(String id, String value) {
    tables.putItem(
        put ->
            put.tableName(table)
                .item(Map.of("id", AttributeValue.fromS(id), "v", AttributeValue.fromS(value))));
  }

  @Test
  void trim_horizon_begins_with_the_oldest_record_and_goes_on() throws Exception {
    put("a", "1");
    ScriptedFunction function = new ScriptedFunction(event -> "null");
    new Settings().run(function);
    Await.until("the old one came", () -> function.all().equals(List.of("a")));

    put("b", "1");

    Await.until("the new one came", () -> function.all().equals(List.of("a", "b")));
  }

  @Test
  void latest_begins_with_the_first_change_after_the_start() throws Exception {
    put("old", "1");
    ScriptedFunction function = new ScriptedFunction(event -> "null");
    new Settings().from("LATEST").run(function);

    put("new", "1");

    Await.until("the new one came", () -> !function.all().isEmpty());
    assertThat(function.all()).containsExactly("new");
  }

  @Test
  void the_event_is_as_lambda_sends_it() throws Exception {
    ScriptedFunction function = new ScriptedFunction(event -> "null");
    put("a", "1");
    put("a", "2");
    tables.deleteItem(
        delete -> delete.tableName(table).key(Map.of("id", AttributeValue.fromS("a"))));
    new Settings().run(function);
    Await.until("all came", () -> function.all().size() == 3);

    List<JsonNode> records = new ArrayList<>();
    function.events.forEach(event -> event.path("Records").forEach(records::add));

    assertThat(records)
        .extracting(record -> record.path("eventName").asText())
        .containsExactly("INSERT", "MODIFY", "REMOVE");
    JsonNode modified = records.get(1);
    assertThat(modified.path("eventID").asText()).isNotEmpty();
    assertThat(modified.path("eventVersion").asText()).isEqualTo("1.1");
    assertThat(modified.path("eventSource").asText()).isEqualTo("aws:dynamodb");
    assertThat(modified.path("awsRegion").asText()).isEqualTo("eu-west-1");
    assertThat(modified.path("eventSourceARN").asText())
        .startsWith("arn:aws:dynamodb:eu-west-1:000000000000:table/" + table + "/stream/");
    JsonNode change = modified.path("dynamodb");
    assertThat(change.path("Keys")).isEqualTo(JSON.readTree("{\"id\":{\"S\":\"a\"}}"));
    assertThat(change.path("OldImage").path("v")).isEqualTo(JSON.readTree("{\"S\":\"1\"}"));
    assertThat(change.path("NewImage").path("v")).isEqualTo(JSON.readTree("{\"S\":\"2\"}"));
    assertThat(change.path("SequenceNumber").asText()).matches("\\d+");
    assertThat(change.path("SizeBytes").isNumber()).isTrue();
    assertThat(change.path("ApproximateCreationDateTime").isNumber()).isTrue();
    assertThat(change.path("StreamViewType").asText()).isEqualTo("NEW_AND_OLD_IMAGES");
    assertThat(records.get(0).path("dynamodb").has("OldImage")).isFalse();
    assertThat(records.get(2).path("dynamodb").has("NewImage")).isFalse();
  }

  @Test
  void a_batch_holds_at_most_its_size() throws Exception {
    IntStream.range(0, 7).forEach(i -> put("k" + i, "1"));
    ScriptedFunction function = new ScriptedFunction(event -> "null");

    new Settings().batchSize(3).run(function);

    Await.until("all came", () -> function.all().size() == 7);
    assertThat(function.batches()).allMatch(batch -> batch.size() <= 3);
  }

  @Test
  void a_batching_window_gathers() throws Exception {
    ScriptedFunction function = new ScriptedFunction(event -> "null");
    new Settings().batchSize(3).window(Duration.ofSeconds(10)).run(function);

    put("a", "1");
    put("b", "1");
    put("c", "1");

    Await.until("all came", () -> function.all().size() == 3);
    assertThat(function.batches()).hasSize(1);
  }

  @Test
  void filters_look_at_event_names_keys_and_images() throws Exception {
    ScriptedFunction function = new ScriptedFunction(event -> "null");
    put("a", "1");
    put("a", "2");
    put("b", "2");
    put("c", "9");

    new Settings()
        .filter("{\"eventName\":[\"INSERT\"],\"dynamodb\":{\"NewImage\":{\"v\":{\"S\":[\"2\"]}}}}")
        .filter("{\"dynamodb\":{\"Keys\":{\"id\":{\"S\":[\"c\"]}}}}")
        .run(function);

    Await.until("both came", () -> function.all().size() == 2);
    assertThat(function.all()).containsExactly("b", "c");
  }

  @Test
  void the_order_of_each_item_is_kept_in_parallel_lanes() throws Exception {
    for (int i = 0; i < 40; i++) {
      put("k" + i % 4, Integer.toString(i));
    }
    Map<String, List<Integer>> seen = new HashMap<>();
    CountDownLatch inParallel = new CountDownLatch(2);
    ScriptedFunction function =
        new ScriptedFunction(
            event -> {
              inParallel.countDown();
              inParallel.await(60, TimeUnit.SECONDS);
              synchronized (seen) {
                for (JsonNode record : event.path("Records")) {
                  JsonNode change = record.path("dynamodb");
                  seen.computeIfAbsent(
                          change.path("Keys").path("id").path("S").asText(),
                          key -> new ArrayList<>())
                      .add(Integer.valueOf(change.path("NewImage").path("v").path("S").asText()));
                }
              }
              return "null";
            });

    new Settings().batchSize(2).lanes(10).run(function);

    Await.until(
        "all are noted",
        () -> {
          synchronized (seen) {
            return seen.values().stream().mapToInt(List::size).sum() == 40;
          }
        });
    assertThat(inParallel.getCount()).isZero();
    assertThat(seen).hasSize(4).allSatisfy((key, values) -> assertThat(values).isSorted());
  }

  @Test
  void a_failed_record_comes_again_and_those_behind_it_wait() throws Exception {
    AtomicInteger failures = new AtomicInteger();
    ScriptedFunction function =
        new ScriptedFunction(
            event -> {
              for (JsonNode record : event.path("Records")) {
                JsonNode change = record.path("dynamodb");
                if (change.path("Keys").path("id").path("S").asText().equals("bad")
                    && failures.incrementAndGet() <= 2) {
                  return "{\"batchItemFailures\":[{\"itemIdentifier\":\""
                      + change.path("SequenceNumber").asText()
                      + "\"}]}";
                }
              }
              return "{}";
            });
    put("a", "1");
    put("bad", "1");
    put("z", "1");

    // One batch, however slowly the records come.
    new Settings().batchSize(3).window(Duration.ofSeconds(10)).run(function);

    Await.until("all are done", () -> function.all().stream().filter("z"::equals).count() == 3);
    assertThat(function.all()).containsExactly("a", "bad", "z", "bad", "z", "bad", "z");
    assertThat(told).isEmpty();
  }

  @Test
  void what_is_given_up_is_told_and_the_stream_goes_on() throws Exception {
    ScriptedFunction function =
        new ScriptedFunction(
            event -> {
              if (ScriptedFunction.values(event).contains("bad")) {
                throw new ScriptedFunction.FunctionFailure();
              }
              return "{}";
            });
    put("bad", "1");
    new Settings().batchSize(1).retries(1).run(function);
    Await.until("it is told", () -> told.size() == 1);

    put("good", "1");

    Await.until("it goes on", () -> function.all().contains("good"));
    JsonNode info = told.get(0).path("DDBStreamBatchInfo");
    assertThat(info.path("shardId").asText()).startsWith("shardId-");
    assertThat(info.path("batchSize").asInt()).isEqualTo(1);
    assertThat(info.path("streamArn").asText()).startsWith("arn:aws:dynamodb:eu-west-1:");
  }

  @Test
  void a_restarted_mapping_goes_on_behind_its_checkpoint() throws Exception {
    Path file = folder.resolve("checkpoints.json");
    checkpoints = CheckpointStore.inFile(file);
    ScriptedFunction first = new ScriptedFunction(event -> "null");
    put("a", "1");
    StreamMapping before = new Settings().run(first);
    Await.until("it came", () -> first.all().contains("a"));
    String arn = tables.describeTable(d -> d.tableName(table)).table().latestStreamArn();
    Await.until(
        "it is kept",
        () -> {
          String shard =
              streams
                  .describeStream(d -> d.streamArn(arn))
                  .streamDescription()
                  .shards()
                  .get(0)
                  .shardId();
          return CheckpointStore.inFile(file).load("Mapping", arn, shard).isPresent();
        });
    before.close();
    put("b", "1");
    checkpoints = CheckpointStore.inFile(file);
    ScriptedFunction second = new ScriptedFunction(event -> "null");

    new Settings().run(second);

    Await.until("the next came", () -> !second.all().isEmpty());
    assertThat(second.all()).containsExactly("b");
  }

  @Test
  void a_mapping_from_latest_that_restarts_before_its_first_record_misses_nothing()
      throws Exception {
    ScriptedFunction function = new ScriptedFunction(event -> "null");
    new Settings().from("LATEST").run(function).close();
    put("between", "1");

    new Settings().from("LATEST").run(function);

    Await.until("it came", () -> function.all().contains("between"));
  }

  @Test
  void an_expired_iterator_is_told_and_reading_goes_on_behind_the_last_record() throws Exception {
    ScriptedFunction function = new ScriptedFunction(event -> "null");
    Faulty<DynamoDbStreamsClient> faulty = faultyStreams();
    new Settings().on(faulty.client()).run(function);
    put("a", "1");
    Await.until("it came", () -> function.all().contains("a"));
    faulty.failNext(ExpiredIteratorException.builder().message("expired").build());
    Await.until("it was told", () -> !journal.about("had expired").isEmpty());

    put("b", "1");

    Await.until("the next came", () -> function.all().contains("b"));
    assertThat(function.all()).containsExactly("a", "b");
  }

  @Test
  void trimmed_records_are_told_and_reading_goes_on_from_the_oldest_never_from_the_latest()
      throws Exception {
    ScriptedFunction function = new ScriptedFunction(event -> "null");
    Faulty<DynamoDbStreamsClient> faulty = faultyStreams();
    put("a", "1");
    faulty.failNext(TrimmedDataAccessException.builder().message("trimmed").build());

    new Settings().on(faulty.client()).run(function);

    Await.until("it came", () -> function.all().contains("a"));
    assertThat(journal.about("were trimmed before they were read")).isNotEmpty();
  }

  @Test
  void a_stream_that_cannot_be_read_for_a_while_is_read_on_afterwards() throws Exception {
    ScriptedFunction function = new ScriptedFunction(event -> "null");
    Faulty<DynamoDbStreamsClient> faulty = faultyStreams();
    put("a", "1");
    faulty.failNext(InternalServerErrorException.builder().message("down").build());

    new Settings().on(faulty.client()).run(function);

    Await.until("it came", () -> function.all().contains("a"));
    assertThat(journal.about("cannot read shard")).isNotEmpty();
  }

  @Test
  void a_parent_shard_is_drained_before_its_children_are_read() throws Exception {
    ScriptedStreams split = new ScriptedStreams();
    split.shard("parent", Optional.empty(), List.of("p1", "p2"), true);
    split.shard("child", Optional.of("parent"), List.of("c1"), false);
    split.shard("orphan", Optional.of("long-gone"), List.of("o1"), false);
    CountDownLatch goOn = new CountDownLatch(1);
    ScriptedFunction function =
        new ScriptedFunction(
            event -> {
              if (ScriptedFunction.values(event).contains("p1")) {
                goOn.await(60, TimeUnit.SECONDS);
              }
              return "null";
            });
    new Settings().on(split).run(function);
    Await.until("the parent is at work", () -> function.all().contains("p1"));
    Await.until("a shard whose parent is trimmed is read", () -> function.all().contains("o1"));
    assertThat(split.asked).doesNotContain("child");

    goOn.countDown();

    Await.until("the child is read", () -> function.all().contains("c1"));
    List<String> lineage = new ArrayList<>(function.all());
    lineage.remove("o1");
    assertThat(lineage).containsExactly("p1", "p2", "c1");
  }

  @Test
  void a_parent_that_is_trimmed_while_its_last_records_are_under_way_still_comes_first()
      throws Exception {
    ScriptedStreams split = new ScriptedStreams();
    split.shard("parent", Optional.empty(), List.of("p1", "p2"), true);
    split.shard("other", Optional.empty(), List.of("o1"), true);
    split.shard("child", Optional.of("parent"), List.of("c1"), false);
    split.shard("others-child", Optional.of("other"), List.of("oc1"), false);
    CountDownLatch parentGoesOn = new CountDownLatch(1);
    CountDownLatch otherGoesOn = new CountDownLatch(1);
    ScriptedFunction function =
        new ScriptedFunction(
            event -> {
              List<String> values = ScriptedFunction.values(event);
              if (values.contains("p1")) {
                parentGoesOn.await(60, TimeUnit.SECONDS);
              }
              if (values.contains("o1")) {
                otherGoesOn.await(60, TimeUnit.SECONDS);
              }
              return "null";
            });
    new Settings().on(split).run(function);
    Await.until("both are at work", () -> function.all().containsAll(List.of("p1", "o1")));
    split.trim("parent");

    otherGoesOn.countDown();

    // Listed behind the trimmed shard's child: when it is read, that one was looked at.
    Await.until("the other's child is read", () -> function.all().contains("oc1"));
    assertThat(split.asked).doesNotContain("child");
    parentGoesOn.countDown();
    Await.until("the child is read", () -> function.all().contains("c1"));
    List<String> lineage = new ArrayList<>(function.all());
    lineage.removeAll(List.of("o1", "oc1"));
    assertThat(lineage).containsExactly("p1", "p2", "c1");
  }

  @Test
  void while_a_position_cannot_be_kept_the_shard_waits_says_so_once_and_then_goes_on()
      throws Exception {
    Path kept = Files.createDirectory(folder.resolve("kept"));
    Path file = kept.resolve("checkpoints.json");
    checkpoints = CheckpointStore.inFile(file);
    ScriptedFunction function = new ScriptedFunction(event -> "null");
    new Settings().batchSize(1).run(function);
    put("a", "1");
    Await.until("it is kept", () -> Files.exists(file));
    Files.move(kept, folder.resolve("away"));

    put("b", "1");
    put("c", "1");

    Await.until("it is told", () -> !warnings.isEmpty());
    assertThat(function.all()).containsExactly("a", "b");
    Files.move(folder.resolve("away"), kept);
    Await.until("it goes on", () -> function.all().contains("c"));
    assertThat(function.all()).containsExactly("a", "b", "c");
    assertThat(warnings).hasSize(2);
    assertThat(warnings.get(0)).contains("waits: its position cannot be kept");
    assertThat(warnings.get(1)).contains("goes on");
    put("d", "1");
    Await.until("it came", () -> function.all().contains("d"));
    String arn = tables.describeTable(d -> d.tableName(table)).table().latestStreamArn();
    String last =
        function.events.get(3).path("Records").path(0).at("/dynamodb/SequenceNumber").asText();
    String shard =
        streams.describeStream(d -> d.streamArn(arn)).streamDescription().shards().get(0).shardId();
    Await.until(
        "the last is kept",
        () -> CheckpointStore.inFile(file).load("Mapping", arn, shard).equals(Optional.of(last)));
  }

  @Test
  void a_shard_is_finished_only_when_its_records_are_whatever_goes_wrong_on_the_way()
      throws Exception {
    ScriptedStreams split = new ScriptedStreams();
    split.shard("parent", Optional.empty(), List.of("p1", "p2"), true);
    split.shard("child", Optional.of("parent"), List.of("c1"), false);
    AtomicInteger calls = new AtomicInteger();
    ScriptedFunction function =
        new ScriptedFunction(
            event ->
                switch (calls.incrementAndGet()) {
                  case 1 -> throw new IllegalStateException("not to be invoked");
                  case 2 -> throw new StackOverflowError();
                  default -> "null";
                });

    new Settings().batchSize(1).on(split).run(function);

    Await.until("the child is read", () -> function.all().contains("c1"));
    assertThat(function.all()).containsExactly("p1", "p1", "p1", "p2", "c1");
    assertThat(journal.about("could not be invoked")).isNotEmpty();
    assertThat(warnings).singleElement().asString().contains("come again after a fault");
  }

  @Test
  void a_shard_whose_lane_is_stopped_in_the_middle_of_its_last_records_is_not_finished()
      throws Exception {
    ScriptedStreams split = new ScriptedStreams();
    split.shard("parent", Optional.empty(), List.of("p1"), true);
    CompletableFuture<Thread> lane = new CompletableFuture<>();
    ScriptedFunction function =
        new ScriptedFunction(
            event -> {
              lane.complete(Thread.currentThread());
              new CountDownLatch(1).await();
              return "null";
            });
    StreamMapping mapping = new Settings().on(split).run(function);

    // As closing does, one thread after the other.
    lane.get().interrupt();
    lane.get().join();
    mapping.close();

    String arn = tables.describeTable(d -> d.tableName(table)).table().latestStreamArn();
    assertThat(checkpoints.load("Mapping", arn, "parent")).isEmpty();
  }

  @Test
  void shards_that_close_while_they_are_read_lose_nothing_and_keep_the_order() throws Exception {
    CountDownLatch allClosed = new CountDownLatch(1);
    CountDownLatch overtaken = new CountDownLatch(1);
    ScriptedFunction function =
        new ScriptedFunction(
            event -> {
              allClosed.await();
              List<String> values = ScriptedFunction.values(event);
              if (values.contains("k05")) {
                // The first of a child: long enough for whoever reads its own children meanwhile.
                boolean unused = overtaken.await(1, TimeUnit.SECONDS);
              } else if (values.getFirst().compareTo("k05") > 0) {
                overtaken.countDown();
              }
              return "null";
            });
    new Settings().batchSize(3).run(function);
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String id = String.format(Locale.ROOT, "k%02d", i);
      put(id, "1");
      expected.add(id);
      if (i % 10 == 4) {
        closeShards();
      }
    }
    allClosed.countDown();

    Await.until("all came", () -> function.all().size() >= expected.size());

    assertThat(function.all()).isEqualTo(expected);
    assertThat(shards()).hasSize(5);
    assertThat(shards()).filteredOn(shard -> shard.parentShardId() != null).hasSize(4);
  }

  private static Faulty<DynamoDbStreamsClient> faultyStreams() {
    return new Faulty<>(DynamoDbStreamsClient.class, streams, "getRecords");
  }

  private List<Shard> shards() {
    String arn =
        tables.describeTable(describe -> describe.tableName(table)).table().latestStreamArn();
    return streams.describeStream(describe -> describe.streamArn(arn)).streamDescription().shards();
  }

  /** DynamoDB Local's own way to end a shard, which it else does every four hours. */
  private static void closeShards() throws Exception {
    try (Upstream tablesProcess = new Upstream(process.port(), Duration.ofSeconds(10))) {
      Headers headers = new Headers().add("X-Amz-Target", "LocalCloud.CloseShards");
      assertThat(tablesProcess.send("POST", "/", headers, new byte[0]).status()).isEqualTo(200);
    }
  }

  @Test
  void a_table_without_a_stream_is_told() {
    String plain = "plain-" + UUID.randomUUID();
    tables.createTable(
        create ->
            create
                .tableName(plain)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(
                    AttributeDefinition.builder()
                        .attributeName("id")
                        .attributeType(ScalarAttributeType.S)
                        .build())
                .keySchema(
                    KeySchemaElement.builder().attributeName("id").keyType(KeyType.HASH).build()));
    table = plain;

    assertThatThrownBy(() -> new Settings().run(new ScriptedFunction(event -> "null")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has no stream");
  }

  @Test
  void a_write_wakes_the_mapping_of_its_table() throws Exception {
    ScriptedFunction function = new ScriptedFunction(event -> "null");
    StreamMapping mapping = new Settings().pollingOnlyWhenWoken().run(function);

    for (String id : List.of("a", "b", "c")) {
      put(id, "1");
      mapping.written(Arns.table(table));
      Await.until("it came", () -> function.all().contains(id));
    }
  }

  @Test
  void while_something_happens_a_change_is_found_by_the_next_poll_which_is_soon() throws Exception {
    ScriptedFunction function = new ScriptedFunction(event -> "null");
    new Settings().pollingAlwaysSoon().from("LATEST").run(function);
    put("warm", "1");
    Await.until("it came", () -> function.all().contains("warm"));

    put("a", "1");

    Await.until("it came", () -> function.all().contains("a"));
  }
}
