package orders.notifier;

import static orders.domain.CommandBuilder.on;
import static orders.domain.OrderBuilder.aFullOrder;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import orders.domain.OrderBuilder;
import orders.domain.StoredOrder;
import orders.notifier.application.StreamRecord;
import orders.notifier.application.StreamRecord.Change;
import orders.wire.OrderItem;
import org.junit.jupiter.api.Test;

class StreamEventReaderTest {
  @Test
  void a_recorded_event_is_read_as_what_happened() throws IOException {
    List<StreamRecord> records;
    try (InputStream event =
        StreamEventReaderTest.class.getResourceAsStream("/events/stream-event.json")) {
      assertThat(event).isNotNull();
      records = StreamEventReader.read(event);
    }

    StoredOrder placed = aFullOrder().placed();
    assertThat(records)
        .extracting(StreamRecord::sequenceNumber)
        .containsExactly("111", "222", "333");
    assertThat(written(records.get(0)).versionBefore()).isEmpty();
    assertThat(OrderItem.read(written(records.get(0)).image())).isEqualTo(placed);
    assertThat(written(records.get(1)).versionBefore()).isEqualTo(OptionalLong.of(1));
    StoredOrder confirmed = OrderItem.read(written(records.get(1)).image());
    assertThat(confirmed.order())
        .isEqualTo(OrderBuilder.apply(placed, on(placed).confirm()).order());
    assertThat(records.get(2).change()).isEqualTo(new Change.Removed());
  }

  @Test
  void a_record_without_an_image_is_unreadable_and_harms_no_other() throws IOException {
    List<StreamRecord> records =
        read(
            """
            {"Records":[
              {"eventName":"MODIFY","dynamodb":{"SequenceNumber":"1","OldImage":{"version":[]}}},
              {"eventName":"INSERT","dynamodb":{"NewImage":{"a":7,"b":{"S":{}}},"SequenceNumber":"2"}},
              {"eventName":"REMOVE","dynamodb":{"SequenceNumber":"3"}}]}
            """);

    assertThat(records).extracting(StreamRecord::sequenceNumber).containsExactly("1", "2", "3");
    assertThat(records.get(0).change()).isInstanceOf(Change.Unreadable.class);
    assertThat(records.get(1).change()).isInstanceOf(Change.Written.class);
  }

  private static List<StreamRecord> read(String event) throws IOException {
    return StreamEventReader.read(new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)));
  }

  private static Change.Written written(StreamRecord record) {
    if (record.change() instanceof Change.Written written) {
      return written;
    }
    throw new AssertionError("not written: " + record);
  }
}
