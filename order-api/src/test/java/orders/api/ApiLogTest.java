package orders.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import orders.api.application.UnavailableException;
import org.junit.jupiter.api.Test;

class ApiLogTest {
  @Test
  void a_dependency_that_fails_is_an_error_line_that_says_which() {
    PrintStream out = System.out;
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
    try {
      new LoggedApiInstrumentation()
          .unavailable(new UnavailableException.OutcomeUnknown("sending a command failed"));
    } finally {
      System.setOut(out);
    }

    assertThat(captured.toString(StandardCharsets.UTF_8))
        .contains("\"level\":\"ERROR\"", "sending a command failed", "service unavailable");
  }
}
