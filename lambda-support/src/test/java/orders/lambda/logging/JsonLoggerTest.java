package orders.lambda.logging;

import static org.assertj.core.api.Assertions.assertThat;

import orders.lambda.StandardOutput;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;

class JsonLoggerTest {
  private final Logger logger = LoggerFactory.getLogger("orders.test");

  @AfterEach
  void forget() {
    MDC.clear();
    new LogLevel().setLogLevel(Level.INFO);
  }

  @Test
  void slf4j_finds_the_logger_by_itself() {
    assertThat(logger).isInstanceOf(JsonLogger.class);
  }

  @Test
  void an_event_is_one_line_with_its_keys_and_the_contexts() {
    MDC.put("correlation_id", "c-1");
    MDC.put("cold_start", "true");
    MDC.put("function_memory_size", "1024");

    String line =
        StandardOutput.of(
            () ->
                logger
                    .atInfo()
                    .addKeyValue("order_id", "o-1")
                    .addKeyValue("version", 7L)
                    .log("order accepted"));

    assertThat(line)
        .startsWith("{\"level\":\"INFO\",\"message\":\"order accepted\",\"timestamp\":\"")
        .contains("\"correlation_id\":\"c-1\"", "\"cold_start\":true", "\"version\":7")
        .contains("\"function_memory_size\":1024", "\"order_id\":\"o-1\"")
        .endsWith("}\n")
        .containsOnlyOnce("\n");
  }

  @Test
  void nobody_can_write_a_line_of_their_own() {
    String forged = "x\"}\r\n{\"level\":\"ERROR\"}\u0000\u2028";
    MDC.put("correlation_id", forged);

    String line =
        StandardOutput.of(
            () -> logger.atWarn().addKeyValue("reason", forged).log("failed: {}", forged));

    assertThat(line).containsOnlyOnce("\n").doesNotContain("\r", "\u0000", "{\"level\":\"ERROR\"");
  }

  @Test
  void an_error_brings_its_stack_on_the_same_line() {
    String line =
        StandardOutput.of(() -> logger.error("failed", new IllegalStateException("why\nnot")));

    assertThat(line)
        .containsOnlyOnce("\n")
        .contains("\"name\":\"java.lang.IllegalStateException\"", "\"message\":\"why\\nnot\"");
  }

  @Test
  void below_its_level_nothing_is_written_and_other_peoples_code_never_speaks_below_a_warning() {
    new LogLevel().setLogLevel(Level.DEBUG);
    Logger sdk = LoggerFactory.getLogger("software.amazon.awssdk.request");

    assertThat(StandardOutput.of(() -> logger.debug("ours"))).contains("ours");
    assertThat(StandardOutput.of(() -> logger.trace("ours"))).isEmpty();
    assertThat(StandardOutput.of(() -> sdk.info("a whole request"))).isEmpty();
    assertThat(StandardOutput.of(() -> sdk.warn("a warning"))).contains("a warning");
  }
}
