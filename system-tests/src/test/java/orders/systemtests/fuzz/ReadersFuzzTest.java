package orders.systemtests.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import orders.domain.Mutants;
import orders.wire.QueueMessage;
import orders.wire.UnreadableException;
import org.junit.jupiter.api.Test;

/**
 * The readers of what the pipeline writes itself, given what it never wrote: valid forms with
 * pieces cut, doubled, swapped and replaced. A reader reads, or says that it cannot.
 */
class ReadersFuzzTest {
  private static final String ID = "5f27e4eb-a1a4-80fd-911e-9879ae9dbc6c";

  private static final String MESSAGE =
      """
      {"schema":1,"command":"place-order","commandId":"%1$s","orderId":"%1$s","by":"alice",\
      "correlationId":"c-1","acceptedAt":"2026-01-31T09:30:00.000Z","fingerprint":"%2$s",\
      "customerId":"alice","order":{"currency":"EUR","lines":[{"sku":"A","quantity":1,"unitPrice":7}]}}\
      """
          .formatted(ID, "0".repeat(64));

  @Test
  void a_queue_message_is_read_or_refused_with_a_reason() throws Exception {
    assertThat(QueueMessage.read(MESSAGE).orderId().toString()).isEqualTo(ID);
    Mutants.check("the queue message reader", 10_000, MESSAGE, ReadersFuzzTest::readMessage);
  }

  private static void readMessage(String body) {
    try {
      assertThat(QueueMessage.write(QueueMessage.read(body))).contains("\"schema\":1");
    } catch (UnreadableException refused) {
      assertThat(refused.reason()).isNotBlank().hasSizeLessThan(200).doesNotContain("\n");
    }
  }
}
