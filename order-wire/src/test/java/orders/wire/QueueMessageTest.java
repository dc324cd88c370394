package orders.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import orders.domain.OrderCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueueMessageTest {
  static final List<Map.Entry<String, OrderCommand>> COMMANDS = Samples.commands();

  @ParameterizedTest
  @FieldSource("COMMANDS")
  void each_command_is_written_as_recorded(Map.Entry<String, OrderCommand> sample) {
    assertThat(QueueMessage.write(sample.getValue()))
        .isEqualTo(Samples.recorded("messages/" + sample.getKey() + ".json"));
  }

  @ParameterizedTest
  @FieldSource("COMMANDS")
  void each_recorded_command_is_read_as_it_was_meant(Map.Entry<String, OrderCommand> sample) {
    assertThat(QueueMessage.read(Samples.recorded("messages/" + sample.getKey() + ".json")))
        .isEqualTo(sample.getValue());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"schema\":1                     | \"schema\":2          | unknown-schema",
        "\"schema\":1                     | \"schema\":1.0        | wrong-type: schema",
        "\"schema\":1                     | \"x\":1               | missing-field: schema",
        "\"place-order\"                  | \"drop-table\"        | unknown-command",
        "\"by\":\"customer-1\"            | \"by\":7              | wrong-type: by",
        "\"by\":\"customer-1\"            | \"by\":null           | wrong-type: by",
        "\"by\":\"customer-1\"            | \"by\":\"\"           | wrong-value: by",
        "\"by\":\"customer-1\"            | \"be\":\"customer-1\" | unknown-field: in root",
        "\"quantity\":1,                  | \"quantity\":1e0,     | wrong-type:"
            + " order.lines[0].quantity",
        "\"quantity\":1,                  | \"quantity\":0,       | wrong-value: order",
        "\"quantity\":1,                  | \"quantity\":4294967297, | wrong-value:"
            + " order.lines[0].quantity",
        "\"quantity\":1,                  | \"quantity\":-4294967295, | wrong-value:"
            + " order.lines[0].quantity",
        "\"quantity\":1,                  | \"quantity\":99999999999999999999, | wrong-type:"
            + " order.lines[0].quantity",
        "\"currency\":\"EUR\"             | \"currency\":\"EURO\" | wrong-value: order.currency",
        "\"city\":\"Dublin\",             | ``                    | wrong-value: order",
        "\"reference\":\"1234ABCG\"       | \"reference\":[]      | wrong-type: order.reference",
        "\"2026-01-31T09:30:00.123Z\"     | \"2026-01-31\"        | wrong-value: acceptedAt",
        "\"commandId\":\"0                | \"commandId\":\"1     | wrong-value: commandId",
      })
  void what_is_wrong_is_said_with_its_place(String part, String instead, String reason) {
    String sample = Samples.recorded("messages/place-order.json");
    assertThat(sample).contains(part);
    String wrong = sample.replace(part, instead == null ? "" : instead);

    assertThatExceptionOfType(UnreadableException.class)
        .isThrownBy(() -> QueueMessage.read(wrong))
        .satisfies(unreadable -> assertThat(unreadable.reason()).startsWith(reason));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "null", "7", "\"x\"", "[]", "{", "{}{}", "{\"a\":1,\"a\":1}"})
  void what_is_not_one_json_object_is_unreadable(String body) {
    assertThatExceptionOfType(UnreadableException.class).isThrownBy(() -> QueueMessage.read(body));
  }

  @Test
  void no_depth_of_nesting_harms_the_reader() {
    assertThatExceptionOfType(UnreadableException.class)
        .isThrownBy(() -> QueueMessage.read("{\"a\":" + "[".repeat(1_000_000)))
        .satisfies(deep -> assertThat(deep.reason()).startsWith("beyond-limits"));
  }

  @Test
  void the_reason_repeats_nothing_of_the_content() {
    String wrong =
        Samples.recorded("messages/place-order.json")
            .replace("\"1 Main Street\"", "{\"secret\":\"address\"}");

    assertThatExceptionOfType(UnreadableException.class)
        .isThrownBy(() -> QueueMessage.read(wrong))
        .satisfies(unreadable -> assertThat(unreadable.reason()).doesNotContain("secret"));
  }
}
