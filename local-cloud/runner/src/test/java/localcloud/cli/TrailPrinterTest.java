package localcloud.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class TrailPrinterTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ORDER = "0b0e3f5c-7a58-8b35-9c55-5e6a6f3b7d10";
  private static final String TWIN = "0b0e3f5c-0000-8000-8000-000000000000";
  private static final String CORRELATION = "11111111-2222-8333-8444-555555555555";

  private final ObjectNode trail = JSON.createObjectNode();

  TrailPrinterTest() {
    trail.putArray("entries");
  }

  private TrailPrinterTest entry(
      String at, String room, String source, String summary, String text) {
    trail
        .withArray("entries")
        .addObject()
        .put("at", at)
        .put("room", room)
        .put("source", source)
        .put("summary", summary)
        .put("text", text);
    return this;
  }

  @Test
  void the_header_names_each_correlation_id_and_the_lines_say_where_it_appears() {
    entry("2026-01-01T00:00:00.000001Z", "http", "Api", "POST /orders -> 202", ORDER);
    entry(
        "2026-01-01T00:00:00.012Z",
        "log",
        "Fn",
        "INFO order accepted order_id=" + ORDER,
        "{\"correlation_id\":\"" + CORRELATION + "\"}");
    entry(
        "2026-01-01T00:00:00.112345Z",
        "sqs",
        "Queue",
        "send " + ORDER,
        "{\"body\":\"{\\\"correlationId\\\":\\\"" + CORRELATION + "\\\"}\"}");
    entry(
        "2026-01-01T00:00:12.612345Z",
        "dynamodb",
        "Orders",
        "write",
        "{\"a\":{\"correlationId\":{\"S\":\""
            + CORRELATION
            + "\"}},\"b\":{\"correlationId\":{\"S\":\"mine\"}},\"c\":{\"correlationId\":{\"S\":\"else\"}}}");
    entry("2026-01-01T00:00:12.612345Z", "log", "Fn", "INFO x", "{\"correlation_id\":\"mine\"}");

    assertThat(TrailPrinter.lines(trail))
        .containsExactly(
            "correlation id c1: " + CORRELATION,
            "correlation id c2: mine",
            "2026-01-01T00:00:00.000Z            http            Api: POST /orders -> 202",
            "2026-01-01T00:00:00.012Z    +11 ms  log       c1    Fn: INFO order accepted order_id="
                + ORDER,
            "2026-01-01T00:00:00.112Z   +100 ms  sqs       c1    Queue: send 0b0e3f5c…",
            "2026-01-01T00:00:12.612Z   +12.5 s  dynamodb  c1,c2 Orders: write",
            "2026-01-01T00:00:12.612Z     +0 ms  log       c2    Fn: INFO x");
  }

  @Test
  void without_a_log_line_the_ids_of_messages_count() {
    entry("2026-01-01T00:00:00Z", "sqs", "Queue", "send", "{\"correlationId\":\"c\"}");

    assertThat(TrailPrinter.lines(trail))
        .containsExactly(
            "correlation id c1: c", "2026-01-01T00:00:00Z            sqs       c1 Queue: send");
  }

  @Test
  void an_id_is_shortened_only_if_it_stays_distinct() {
    for (String id : new String[] {ORDER, TWIN, ORDER, TWIN}) {
      entry("2026-01-01T00:00:00.000Z", "sqs", "Q", "Q " + id, "");
    }

    assertThat(TrailPrinter.lines(trail))
        .extracting(line -> line.substring(line.lastIndexOf(' ') + 1))
        .containsExactly(ORDER, TWIN, "0b0e3f5c…", TWIN);
  }
}
