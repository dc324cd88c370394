package localcloud.journal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogLineTest {

  @Test
  void ofAStructuredLineRemainsWhatTheFunctionSaid() {
    String line =
        """
        {"level":"INFO","message":"guest welcomed","timestamp":"2026-01-31T09:30:00.000Z",\
        "function_request_id":"50d5f513","service":"guests","function_name":"Welcome",\
        "cold_start":false,"sampling_rate":0.0,"xray_trace_id":"1-6b-6c","correlation_id":"c",\
        "guest_id":"g-1","visits":3,"rooms":["a","b"]}\
        """;

    assertThat(LogLine.forPerson(line, true))
        .isEqualTo("INFO guest welcomed guest_id=g-1 visits=3 rooms=[\"a\",\"b\"]");
  }

  @Test
  void anErrorHasItsStackOnLinesOfItsOwnOrNone() {
    String line =
        """
        {"level":"ERROR","message":"failed","error":{"name":"java.io.IOException","message":"gone",\
        "stack":"java.io.IOException: gone\\n\\tat a.B.c(B.java:1)\\n"}}\
        """;

    assertThat(LogLine.forPerson(line, false)).isEqualTo("ERROR failed java.io.IOException: gone");
    assertThat(LogLine.forPerson(line, true).lines())
        .containsExactly(
            "ERROR failed java.io.IOException: gone",
            "  java.io.IOException: gone",
            "  at a.B.c(B.java:1)");
  }

  @Test
  void nobodyWritesALineOfTheirOwnThroughAValue() {
    assertThat(LogLine.forPerson("{\"message\":\"hello\\nINFO forged\",\"a\":\"x\\r\\ny\"}", true))
        .isEqualTo("hello INFO forged a=x  y");
    assertThat(LogLine.forPerson("{\"message\":\"clear\\u001b[2J\"}", true)).isEqualTo("clear [2J");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"plain text", "", "{", "{\"message\":", "{\"message\":5}", "[1]", "{\"a\":1}"})
  void anyOtherLineStaysAsItIs(String line) {
    assertThat(LogLine.forPerson(line, true)).isEqualTo(line);
  }

  @Test
  void metricsAreKnownByTheirFirstKey() {
    assertThat(LogLine.isMetric("{\"_aws\":{\"Timestamp\":1},\"Guests\":[1]}")).isTrue();
    assertThat(LogLine.isMetric("{\"level\":\"INFO\",\"message\":\"_aws\"}")).isFalse();
  }
}
