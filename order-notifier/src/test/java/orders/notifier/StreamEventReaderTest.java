package orders.notifier;

import static orders.domain.CommandBuilder.on;
import static orders.domain.OrderBuilder.aFullOrder;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.OptionalLong;
import orders.domain.OrderBuilder;
import orders.domain.StoredOrder;
import orders.lambda.events.LambdaEventSerializer;
import orders.notifier.application.StreamRecord;
import orders.notifier.application.StreamRecord.Change;
import orders.wire.OrderItem;
import orders.wire.Value;
import orders.wire.Value.Fields;
import orders.wire.Value.Text;
import orders.wire.Value.Whole;
import org.junit.jupiter.api.Test;

class StreamEventReaderTest {
  private static final LambdaEventSerializer JSON = new LambdaEventSerializer();

  @Test
  void a_recorded_event_is_read_as_what_happened() throws IOException {
    List<StreamRecord> records;
    try (InputStream event =
        StreamEventReaderTest.class.getResourceAsStream("/events/stream-event.json")) {
      assertThat(event).isNotNull();
      records = StreamEventReader.read(JSON.<DynamodbEvent>fromJson(event, DynamodbEvent.class));
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
  void a_record_without_an_image_is_unreadable_and_harms_no_other() {
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

  @Test
  void an_image_is_read_as_the_tables_attributes_are() {
    String image =
        """
        {"text":{"S":"ä\\n"},"whole":{"N":"9007199254740991"},"nothing":{"NULL":true},
         "list":{"L":[{"N":"-1"},{"M":{"in":{"S":""}}}]},"fraction":{"N":"1.5"},
         "yes":{"BOOL":true},"set":{"SS":["a"]},"bytes":{"B":"AA=="},
         "none":{},"two":{"S":"a","N":"1"},"bare":"x","lie":{"S":{"M":{}}}}
        """;
    StreamRecord record =
        read("{\"Records\":[{\"dynamodb\":{\"SequenceNumber\":\"1\",\"NewImage\":" + image + "}}]}")
            .getFirst();

    Fields read = written(record).image();
    assertThat(read.map())
        .containsEntry("text", new Text("ä\n"))
        .containsEntry("whole", new Whole(9007199254740991L))
        .containsEntry("nothing", Value.NOTHING)
        .containsEntry(
            "list",
            new Value.Sequence(List.of(new Whole(-1), Value.fields().with("in", "").build())));
    assertThat(List.of("fraction", "yes", "set", "bytes", "none", "two", "bare", "lie"))
        .allSatisfy(name -> assertThat(read.get(name)).isInstanceOf(Value.Foreign.class));
  }

  private static List<StreamRecord> read(String event) {
    return StreamEventReader.read(JSON.<DynamodbEvent>fromJson(event, DynamodbEvent.class));
  }

  private static Change.Written written(StreamRecord record) {
    if (record.change() instanceof Change.Written written) {
      return written;
    }
    throw new AssertionError("not written: " + record);
  }
}
