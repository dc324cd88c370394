package orders.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import orders.lambda.testing.StandardOutput;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class InvocationTest {
  private static final Logger LOG = LoggerFactory.getLogger("orders.test");

  private final Environment environment =
      new Environment(
          Map.of(
              "POWERTOOLS_SERVICE_NAME", "order-test",
              "AWS_LAMBDA_FUNCTION_NAME", "OrderTest",
              "AWS_LAMBDA_FUNCTION_VERSION", "1",
              "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1024"));

  @Test
  void a_line_before_all_invocations_says_which_function_wrote_it() {
    String line =
        StandardOutput.of(() -> Invocation.beforeAll(environment, () -> LOG.info("priming")));

    assertThat(line)
        .contains(
            "\"service\":\"order-test\"",
            "\"cold_start\":true",
            "\"function_name\":\"OrderTest\"",
            "\"function_version\":\"1\"",
            "\"function_memory_size\":1024");
  }

  @Test
  void what_is_known_before_all_invocations_ends_with_it() {
    Invocation.beforeAll(environment, () -> {});

    assertThat(StandardOutput.of(() -> LOG.info("later"))).doesNotContain("service");
  }
}
