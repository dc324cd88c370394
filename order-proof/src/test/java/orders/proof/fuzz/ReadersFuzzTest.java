package orders.proof.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import orders.wire.DynamoDbJson;
import orders.wire.OrderItem;
import orders.wire.QueueMessage;
import orders.wire.UnreadableException;

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

  private static final List<String> PIECES =
      List.of(
          "null",
          "{}",
          "[]",
          "\"\"",
          "-1",
          "1e400",
          "1.0",
          "9223372036854775808",
          "true",
          "\\ud800",
          "\\u0000",
          "\"schema\":2,",
          "{\"N\":\"x\"}",
          "{\"S\":null}",
          "{\"BOOL\":true}",
          ",",
          "}",
          "\"",
          "[".repeat(5_000),
          "{\"a\":".repeat(5_000),
          "9".repeat(5_000),
          "\"a\":1,\"a\":2,");

  /** One thing done to a text: from here, so much is replaced by this. */
  private record Cut(int at, int length, String piece) {
    String in(String text) {
      int from = Math.floorMod(at, text.length() + 1);
      int to = Math.min(text.length(), from + length);
      return text.substring(0, from) + piece + text.substring(to);
    }
  }

  private static Arbitrary<String> mutants(String text) {
    Arbitrary<Cut> cuts =
        Combinators.combine(
                Arbitraries.integers().between(0, 2_000),
                Arbitraries.integers().between(0, 40),
                Arbitraries.oneOf(Arbitraries.of(PIECES), Arbitraries.strings().ofMaxLength(5)))
            .as(Cut::new);
    return cuts.list()
        .ofMinSize(1)
        .ofMaxSize(4)
        .map(
            all -> {
              String changed = text;
              for (Cut cut : all) {
                changed = cut.in(changed);
              }
              return changed;
            });
  }

  @Provide
  Arbitrary<String> messages() {
    return mutants(MESSAGE);
  }

  @Provide
  Arbitrary<String> items() {
    return mutants(ITEM);
  }

  @Property(tries = 3_000, shrinking = ShrinkingMode.BOUNDED)
  void a_queue_message_is_read_or_refused_with_a_reason(@ForAll("messages") String body) {
    try {
      assertThat(QueueMessage.write(QueueMessage.read(body))).contains("\"schema\":1");
    } catch (UnreadableException refused) {
      assertThat(refused.reason()).isNotBlank().hasSizeLessThan(200).doesNotContain("\n");
    }
  }

  @Property(tries = 3_000, shrinking = ShrinkingMode.BOUNDED)
  void an_item_is_read_or_refused_with_a_reason(@ForAll("items") String json) throws IOException {
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

  @Property(tries = 1)
  void what_is_changed_here_is_readable_as_it_stands() throws IOException {
    assertThat(QueueMessage.read(MESSAGE).orderId().toString()).isEqualTo(ID);
    try (JsonParser parser = new JsonFactory().createParser(ITEM)) {
      parser.nextToken();
      assertThat(OrderItem.read(DynamoDbJson.read(parser)).order().version()).isEqualTo(1);
    }
  }
}
