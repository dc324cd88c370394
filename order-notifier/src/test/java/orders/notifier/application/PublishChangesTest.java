package orders.notifier.application;

import static orders.domain.CommandBuilder.on;
import static orders.domain.OrderBuilder.anOrder;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import orders.domain.OrderBuilder;
import orders.domain.OrderLine;
import orders.domain.StoredOrder;
import orders.notifier.application.StreamRecord.Change;
import orders.wire.OrderItem;
import orders.wire.Value;
import org.junit.jupiter.api.Test;

class PublishChangesTest {
  private final RecordingPublisher publisher = new RecordingPublisher();
  private final RecordingChronicle instrumentation = new RecordingChronicle();
  private final PublishChanges useCase =
      new PublishChanges(
          publisher, instrumentation, Clock.fixed(OrderBuilder.ACCEPTED_AT, ZoneOffset.UTC));
  private int sequence;

  @Test
  void ten_new_orders_are_one_request() {
    List<StreamRecord> records = newOrders(10);

    assertThat(publish(records)).isEmpty();

    assertThat(publisher.requests).singleElement().satisfies(ids -> assertThat(ids).hasSize(10));
    assertThat(instrumentation.told).hasSize(10).allMatch(step -> step.startsWith("published"));
  }

  @Test
  void eleven_new_orders_are_two_requests() {
    publish(newOrders(11));

    assertThat(publisher.requests).extracting(List::size).containsExactly(10, 1);
  }

  @Test
  void a_request_keeps_within_the_topics_limit_of_bytes() {
    List<StreamRecord> records = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      records.add(inserted(anOrder().withAnyId().lines(longLines()).placed()));
    }

    assertThat(publish(records)).isEmpty();

    assertThat(publisher.requests).hasSizeGreaterThan(1);
    assertThat(publisher.bytes).allMatch(bytes -> bytes <= EventPublisher.MAX_BYTES);
  }

  private static OrderLine[] longLines() {
    return IntStream.range(0, 100)
        .mapToObj(
            i -> {
              OrderLine line = OrderBuilder.line("SKU-" + i, 1, 1);
              return new OrderLine(line.sku(), "🧥".repeat(200), 1, line.unitPrice());
            })
        .toArray(OrderLine[]::new);
  }

  @Test
  void each_version_has_its_one_event() {
    StoredOrder placed = anOrder().placed();
    StoredOrder confirmed = OrderBuilder.apply(placed, on(placed).confirm());

    publish(List.of(inserted(placed), modified(1, confirmed)));

    assertThat(publisher.published)
        .containsExactly(placed.order().id() + ":1", placed.order().id() + ":2");
  }

  @Test
  void two_events_of_one_order_never_share_a_request() {
    StoredOrder placed = anOrder().placed();
    StoredOrder confirmed = OrderBuilder.apply(placed, on(placed).confirm());

    publish(List.of(inserted(placed), modified(1, confirmed)));

    assertThat(publisher.requests).hasSize(2);
  }

  @Test
  void a_write_that_made_no_version_is_no_news() {
    publish(List.of(modified(1, anOrder().placed())));

    assertThat(publisher.requests).isEmpty();
  }

  @Test
  void a_removed_item_is_no_news() {
    publish(List.of(new StreamRecord("1", new Change.Removed())));

    assertThat(publisher.requests).isEmpty();
  }

  @Test
  void it_stops_at_the_first_failure_and_names_its_record() {
    List<StreamRecord> records = newOrders(25);
    publisher.fail(12, 15);

    assertThat(publish(records)).contains(records.get(12).sequenceNumber());

    assertThat(publisher.requests).as("nothing is sent after a failure").hasSize(2);
    assertThat(instrumentation.told).filteredOn(step -> step.startsWith("retried")).hasSize(2);
  }

  @Test
  void an_unreadable_record_stops_it_after_what_came_before() {
    List<StreamRecord> records = new ArrayList<>(newOrders(2));
    records.add(
        new StreamRecord("bad", new Change.Written(Value.fields().build(), OptionalLong.empty())));
    records.addAll(newOrders(2));

    assertThat(publish(records)).contains("bad");

    assertThat(publisher.published).hasSize(2);
    assertThat(instrumentation.told).contains("unreadable missing-field: orderId");
  }

  @Test
  void a_command_that_had_nothing_to_do_gives_no_event() {
    StoredOrder placed = anOrder().note("old").placed();
    StoredOrder recorded = OrderBuilder.apply(placed, on(placed).amendNote("old"));
    StoredOrder amended = OrderBuilder.apply(recorded, on(placed).amendNote("new"));
    String id = placed.order().id().toString();

    assertThat(publish(List.of(inserted(placed), modified(1, recorded), modified(1, amended))))
        .isEmpty();

    assertThat(recorded.noOps()).hasSize(1);
    assertThat(publisher.published).containsExactly(id + ":1", id + ":2");
  }

  @Test
  void an_unreadable_first_record_fails_the_invocation_so_that_the_batch_is_halved() {
    List<StreamRecord> records = new ArrayList<>();
    records.add(new StreamRecord("bad", new Change.Unreadable("why")));
    records.addAll(newOrders(2));

    assertThatThrownBy(() -> publish(records))
        .isInstanceOf(PublishChanges.FirstRecordException.class);

    assertThat(instrumentation.told).containsExactly("unreadable why");
  }

  @Test
  void a_first_event_that_is_refused_among_others_fails_the_invocation() {
    publisher.fail(0);

    assertThatThrownBy(() -> publish(newOrders(3)))
        .isInstanceOf(PublishChanges.FirstRecordException.class);
  }

  @Test
  void a_topic_that_is_away_is_no_fault_of_the_first_record() {
    List<StreamRecord> records = newOrders(3);
    publisher.fail(0, 1, 2);

    assertThat(publish(records)).contains(records.getFirst().sequenceNumber());
  }

  @Test
  void a_failure_before_an_unreadable_record_comes_first() {
    List<StreamRecord> records = new ArrayList<>(newOrders(2));
    records.add(new StreamRecord("bad", new Change.Unreadable("why")));
    publisher.fail(1);

    assertThat(publish(records)).contains(records.get(1).sequenceNumber());
  }

  @Test
  void when_time_is_up_the_next_request_is_left() {
    List<StreamRecord> records = newOrders(3);

    assertThat(useCase.publish(records, () -> true)).contains(records.get(0).sequenceNumber());

    assertThat(publisher.requests).isEmpty();
  }

  private java.util.Optional<String> publish(List<StreamRecord> records) {
    return useCase.publish(records, () -> false);
  }

  private List<StreamRecord> newOrders(int count) {
    List<StreamRecord> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      records.add(inserted(anOrder().withAnyId().placed()));
    }
    return records;
  }

  private StreamRecord inserted(StoredOrder order) {
    return new StreamRecord(
        "s" + ++sequence, new Change.Written(OrderItem.of(order), OptionalLong.empty()));
  }

  private StreamRecord modified(long versionBefore, StoredOrder order) {
    return new StreamRecord(
        "s" + ++sequence, new Change.Written(OrderItem.of(order), OptionalLong.of(versionBefore)));
  }

  private static final class RecordingPublisher implements EventPublisher {
    private final List<List<String>> requests = new ArrayList<>();
    private final List<Integer> bytes = new ArrayList<>();
    private final List<String> published = new ArrayList<>();
    private final Set<Integer> failing = new HashSet<>();
    private int asked;

    void fail(Integer... numbers) {
      failing.addAll(List.of(numbers));
    }

    @Override
    public List<Answer> publish(List<OutboundEvent> announcements) {
      requests.add(announcements.stream().map(one -> one.event().id()).toList());
      bytes.add(
          announcements.stream()
              .mapToInt(
                  one ->
                      one.event().json().getBytes(java.nio.charset.StandardCharsets.UTF_8).length)
              .sum());
      List<Answer> answers = new ArrayList<>();
      for (OutboundEvent announcement : announcements) {
        if (failing.contains(asked++)) {
          answers.add(new Answer.Failed("throttled"));
        } else {
          published.add(announcement.event().id());
          answers.add(new Answer.Published("m"));
        }
      }
      return answers;
    }
  }

  private static final class RecordingChronicle implements Instrumentation {
    private final List<String> told = new ArrayList<>();

    @Override
    public void published(OutboundEvent announcement, String messageId, Instant at) {
      told.add("published " + announcement.event().id());
    }

    @Override
    public void retried(OutboundEvent announcement, String reason) {
      told.add("retried " + reason);
    }

    @Override
    public void unreadable(StreamRecord record, String reason) {
      told.add("unreadable " + reason);
    }
  }
}
