package orders.systemtests.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the template says of each function, and what the function's code says. */
class FunctionsTest {
  private final SamTemplate template = SamTemplate.ofProject();

  @ParameterizedTest
  @CsvSource({
    "OrderApiFunction, order-api",
    "OrderProcessorFunction, order-processor",
    "OrderNotifierFunction, order-notifier"
  })
  void the_handler_is_a_class_of_the_module_whose_package_is_deployed(String id, String module)
      throws ClassNotFoundException {
    JsonNode function = template.properties(id);

    Class<?> handler =
        Class.forName(
            function.path("Handler").asText(), false, FunctionsTest.class.getClassLoader());

    assertThat(RequestHandler.class).isAssignableFrom(handler);
    assertThat(handler.getProtectionDomain().getCodeSource().getLocation().getPath())
        .contains("/" + module + "/");
    assertThat(function.path("CodeUri").asText()).isEqualTo(module + "/target/" + module + ".zip");
    assertThat(template.environment(id).get("POWERTOOLS_SERVICE_NAME").asText()).isEqualTo(module);
  }

  @ParameterizedTest
  @CsvSource({
    "OrderApiFunction, order-api",
    "OrderProcessorFunction, order-processor",
    "OrderNotifierFunction, order-notifier"
  })
  void the_variables_that_are_set_are_those_that_are_read(String id, String module) {
    Set<String> set = new TreeSet<>(template.environment(id).keySet());
    set.removeIf(name -> name.startsWith("POWERTOOLS_")); // read by Powertools itself

    assertThat(set).isEqualTo(Written.variables(module));
  }
}
