package orders.notifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import orders.lambda.Environment;
import orders.lambda.Invocation;
import org.junit.jupiter.api.Test;

class PrimerTest {
  @Test
  void priming_publishes_an_event_that_reaches_no_topic() throws IOException {
    Environment environment = new Environment(Map.of("AWS_REGION", "eu-west-1"));
    PrintStream out = System.out;
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
    try {
      OrderNotifierHandler.prime(environment);
      // As before a snapshot: what was counted is not to be the next test's.
      Invocation.metrics().flush();
    } finally {
      System.setOut(out);
    }

    assertThat(captured.toString(StandardCharsets.UTF_8)).contains("event published");
  }
}
