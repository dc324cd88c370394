package orders.notifier;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import orders.domain.Mutants;
import orders.lambda.events.LambdaEventSerializer;
import orders.notifier.application.StreamRecord;
import orders.notifier.application.StreamRecord.Change;
import orders.wire.OrderItem;
import orders.wire.UnreadableException;
import org.junit.jupiter.api.Test;

/** Stream events that DynamoDB never sends. */
class StreamEventFuzzTest {
  @Test
  void a_record_is_read_or_refused_with_a_reason() throws Exception {
    try (InputStream event =
        StreamEventFuzzTest.class.getResourceAsStream("/events/stream-event.json")) {
      assertThat(event).isNotNull();
      Mutants.check(
          "the stream record reader",
          10_000,
          new String(event.readAllBytes(), StandardCharsets.UTF_8),
          StreamEventFuzzTest::read);
    }
  }

  private static void read(String event) {
    try {
      for (StreamRecord record :
          StreamEventReader.read(
              new LambdaEventSerializer().<DynamodbEvent>fromJson(event, DynamodbEvent.class))) {
        assertThat(record.sequenceNumber()).isNotNull();
        if (record.change() instanceof Change.Written written) {
          assertThat(OrderItem.read(written.image()).history()).isNotEmpty();
        }
      }
    } catch (UnreadableException refused) {
      assertThat(refused.reason()).isNotBlank().hasSizeLessThan(200);
    } catch (UncheckedIOException | IllegalArgumentException failed) {
      // The invocation fails, and the whole event comes again.
      assertThat(failed.getMessage()).isNotBlank();
    }
  }
}
