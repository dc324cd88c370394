package orders.systemtests.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import orders.domain.Mutants;
import orders.wire.DynamoDbJson;
import orders.wire.OrderItem;
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

  private static final String ITEM =
      """
      {"orderId":{"S":"%1$s"},"customerId":{"S":"alice"},"status":{"S":"PLACED"},\
      "statusShard":{"S":"PLACED#0"},"placedAtOrderId":{"S":"2026-01-31T09:30:00.000Z#%1$s"},\
      "version":{"N":"1"},"placedAt":{"S":"2026-01-31T09:30:00.000Z"},\
      "updatedAt":{"S":"2026-01-31T09:30:00.000Z"},"currency":{"S":"EUR"},"total":{"N":"7"},\
      "lines":{"L":[{"M":{"sku":{"S":"A"},"quantity":{"N":"1"},"unitPrice":{"N":"7"}}}]},\
      "fingerprint":{"S":"%2$s"},"history":{"M":{"%1$s":{"M":{"version":{"N":"1"},\
      "type":{"S":"order.placed.v1"},"at":{"S":"2026-01-31T09:30:00.000Z"},"by":{"S":"alice"},\
      "correlationId":{"S":"c-1"},"fingerprint":{"S":"%2$s"},"to":{"S":"PLACED"},\
      "changed":{"L":[{"S":"status"}]}}}}}}\
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

  @Test
  void an_item_is_read_or_refused_with_a_reason() throws Exception {
    Mutants.check("the item reader", 10_000, ITEM, ReadersFuzzTest::readItem);
  }

  private static void readItem(String json) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      parser.nextToken();
      assertThat(OrderItem.read(DynamoDbJson.read(parser)).history()).isNotEmpty();
    } catch (UnreadableException refused) {
      assertThat(refused.reason()).isNotBlank().hasSizeLessThan(200);
    } catch (JsonProcessingException noJson) {
      // DynamoDB sends JSON: what is none fails the whole event, which comes again.
      assertThat(noJson.getMessage()).isNotEmpty();
    }
  }
}
