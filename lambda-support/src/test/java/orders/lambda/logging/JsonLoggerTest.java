package orders.lambda.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import orders.lambda.testing.StandardOutput;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;
import software.amazon.awssdk.core.exception.SdkClientException;

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
        StandardOutput.of(() -> logger.error("failed", new OwnException("why\nnot", null)));

    assertThat(line)
        .containsOnlyOnce("\n")
        .contains("OwnException\"", "\"message\":\"why\\nnot\"", "JsonLoggerTest.java");
  }

  @Test
  void the_text_of_an_exception_that_is_not_ours_is_never_written() {
    Exception service =
        new IllegalStateException("canary", SdkClientException.create("canary of the SDK"));
    Exception suppressing = new OwnException("ours", new IOException("canary", service));
    suppressing.addSuppressed(new NumberFormatException("canary"));
    service.addSuppressed(suppressing);

    for (Exception failure :
        List.of(service, suppressing, new OwnException(service.toString(), service))) {
      assertThat(StandardOutput.of(() -> logger.error("failed", failure)))
          .contains("Caused by: software.amazon.awssdk.core.exception.SdkClientException")
          .containsOnlyOnce("\n")
          .doesNotContain("canary");
    }
  }

  private static final class OwnException extends Exception {
    private static final long serialVersionUID = 1;

    OwnException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
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
