package localcloud.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import localcloud.functions.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardLanesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration NO_WINDOW = Duration.ZERO;
  private static final Duration FOR_EVER = Duration.ofHours(1);
  private static final Duration AT_ONCE = Duration.ofMillis(1);

  private final List<List<String>> begun = Collections.synchronizedList(new ArrayList<>());
  private final List<Thread> threads = new ArrayList<>();
  private final CountDownLatch firstMayEnd = new CountDownLatch(1);
  private long positions;

  @AfterEach
  void stop() {
    threads.forEach(Thread::interrupt);
  }

  private static String key(String record) {
    return record.substring(0, 1);
  }

  private StreamItem item(String record, int bytes) {
    ObjectNode event = JSON.createObjectNode().put("record", record);
    event.putObject("dynamodb").putObject("Keys").putObject("id").put("S", key(record));
    return new StreamItem(positions++, record, Instant.EPOCH, event, bytes);
  }

  private void add(ShardLanes lanes, String... records) throws InterruptedException {
    for (String record : records) {
      lanes.add(item(record, 100));
    }
  }

  private static List<String> records(List<StreamItem> batch) {
    return batch.stream().map(StreamItem::sequenceNumber).toList();
  }

  /** Starts lanes of which the first batch is under way until it may end. */
  private ShardLanes started(int count, int batchSize, Duration window, Duration patience) {
    ShardLanes lanes =
        new ShardLanes(
            count,
            batchSize,
            window,
            patience,
            batch -> {
              boolean first;
              synchronized (begun) {
                first = begun.isEmpty();
                begun.add(records(batch));
              }
              if (first) {
                firstMayEnd.await();
              }
            });
    start(lanes, count);
    return lanes;
  }

  private void start(ShardLanes lanes, int count) {
    for (int i = 0; i < count; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      lanes.run();
                    } catch (InterruptedException closing) {
                      Thread.currentThread().interrupt();
                    }
                  }));
    }
  }

  private void awaitBatches(int count) throws Exception {
    Await.until(count + " batches", () -> begun.size() >= count);
  }

  private void awaitEnd() throws InterruptedException {
    for (Thread thread : threads) {
      assertThat(thread.join(Duration.ofSeconds(60))).isTrue();
    }
  }

  @Test
  void records_that_come_while_a_batch_is_under_way_make_the_next_one_together() throws Exception {
    ShardLanes lanes = started(2, 10, NO_WINDOW, FOR_EVER);
    add(lanes, "a1");
    awaitBatches(1);
    add(lanes, "b1", "c1", "d1");
    firstMayEnd.countDown();
    awaitBatches(2);

    assertThat(begun).containsExactly(List.of("a1"), List.of("b1", "c1", "d1"));
  }

  @Test
  void a_record_that_has_waited_long_enough_goes_beside_the_batch_under_way() throws Exception {
    ShardLanes lanes = started(2, 10, NO_WINDOW, AT_ONCE);
    add(lanes, "a1");
    awaitBatches(1);
    add(lanes, "b1");
    awaitBatches(2);

    assertThat(begun).containsExactly(List.of("a1"), List.of("b1"));
  }

  @Test
  void a_full_batch_goes_beside_the_batch_under_way() throws Exception {
    ShardLanes lanes = started(2, 2, NO_WINDOW, FOR_EVER);
    add(lanes, "a1");
    awaitBatches(1);
    add(lanes, "b1", "c1");
    awaitBatches(2);

    assertThat(begun).containsExactly(List.of("a1"), List.of("b1", "c1"));
  }

  @Test
  void an_item_under_way_keeps_its_later_records_back_and_lets_others_pass() throws Exception {
    ShardLanes lanes = started(2, 10, NO_WINDOW, AT_ONCE);
    add(lanes, "a1");
    awaitBatches(1);
    add(lanes, "a2", "b1", "a3");
    awaitBatches(2);

    assertThat(begun).containsExactly(List.of("a1"), List.of("b1"));
    firstMayEnd.countDown();
    awaitBatches(3);
    assertThat(begun.get(2)).containsExactly("a2", "a3");
  }

  @Test
  void a_window_opens_with_the_first_record_and_closes_with_a_full_batch() throws Exception {
    ShardLanes lanes = started(1, 3, FOR_EVER, AT_ONCE);
    add(lanes, "a1", "b1", "a2", "c1");
    awaitBatches(1);

    assertThat(begun).containsExactly(List.of("a1", "b1", "a2"));
  }

  @Test
  void the_end_closes_a_window_and_comes_when_all_is_done() throws Exception {
    firstMayEnd.countDown();
    ShardLanes lanes = started(3, 3, FOR_EVER, FOR_EVER);
    add(lanes, "a1", "b1", "c1", "a2");
    lanes.end();
    awaitEnd();

    // Another lane may take what fills a batch, but never a record before an earlier one of its
    // item.
    assertThat(begun.stream().flatMap(List::stream))
        .containsExactlyInAnyOrder("a1", "b1", "c1", "a2")
        .containsSubsequence("a1", "a2");
  }

  @Test
  void a_batch_holds_no_more_than_an_invocation_may() throws Exception {
    firstMayEnd.countDown();
    ShardLanes lanes = started(1, 10, NO_WINDOW, AT_ONCE);
    int most = 4 * 1024 * 1024;
    for (String record : List.of("a1", "b1", "c1")) {
      lanes.add(item(record, most));
    }
    lanes.end();
    awaitEnd();

    assertThat(begun).containsExactly(List.of("a1"), List.of("b1"), List.of("c1"));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whatever_the_timing_each_record_comes_once_and_each_items_in_order(long seed)
      throws Exception {
    Set<String> underWay = ConcurrentHashMap.newKeySet();
    List<String> done = Collections.synchronizedList(new ArrayList<>());
    Set<String> overlaps = ConcurrentHashMap.newKeySet();
    ShardLanes lanes =
        new ShardLanes(
            3,
            7,
            NO_WINDOW,
            Duration.ofNanos(1),
            batch -> {
              Set<String> keys = new HashSet<>();
              records(batch).forEach(record -> keys.add(key(record)));
              keys.forEach(
                  key -> {
                    if (!underWay.add(key)) {
                      overlaps.add(key);
                    }
                  });
              LockSupport.parkNanos(1_000); // lets the other lanes in
              done.addAll(records(batch));
              underWay.removeAll(keys);
            });
    start(lanes, 3);
    Random random = new Random(seed);
    Map<String, Integer> last = new HashMap<>();
    List<String> added = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      String key = String.valueOf((char) ('a' + random.nextInt(6)));
      String record = key + last.merge(key, 1, Integer::sum);
      added.add(record);
      add(lanes, record);
    }
    lanes.end();
    awaitEnd();

    assertThat(overlaps).isEmpty();
    assertThat(done).containsExactlyInAnyOrderElementsOf(added);
    for (String key : last.keySet()) {
      assertThat(done.stream().filter(record -> key(record).equals(key)))
          .containsExactlyElementsOf(
              added.stream().filter(record -> key(record).equals(key)).toList());
    }
  }
}
