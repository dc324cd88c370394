package orders.processor;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import orders.domain.Mutants;
import orders.lambda.events.LambdaEventSerializer;
import orders.processor.application.Delivery;
import orders.wire.QueueMessage;
import orders.wire.UnreadableException;
import org.junit.jupiter.api.Test;

/** Queue events that SQS never sends. */
class SqsEventFuzzTest {
  @Test
  void a_message_is_read_or_refused_with_a_reason() throws Exception {
    try (InputStream event =
        SqsEventFuzzTest.class.getResourceAsStream("/priming/sqs-event.json")) {
      assertThat(event).isNotNull();
      Mutants.check(
          "the queue event reader",
          5_000,
          new String(event.readAllBytes(), StandardCharsets.UTF_8),
          SqsEventFuzzTest::read);
    }
  }

  private static void read(String event) {
    try {
      for (Delivery delivery :
          SqsEventReader.read(
              new LambdaEventSerializer().<SQSEvent>fromJson(event, SQSEvent.class))) {
        assertThat(delivery.messageId()).isNotNull();
        assertThat(QueueMessage.read(delivery.body())).isNotNull();
      }
    } catch (UnreadableException refused) {
      assertThat(refused.reason()).isNotBlank().hasSizeLessThan(200);
    } catch (UncheckedIOException | IllegalArgumentException failed) {
      // The invocation fails, and the whole batch comes again.
      assertThat(failed.getMessage()).isNotBlank();
    }
  }
}
