package orders.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import orders.lambda.Environment.WrongVariableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentTest {
  private final Environment environment =
      new Environment(Map.of("TABLE", "orders", "EMPTY", "", "COUNT", "7"));

  @Test
  void what_is_there_is_read() {
    assertThat(environment.required("TABLE")).isEqualTo("orders");
    assertThat(environment.requiredCount("COUNT")).isEqualTo(7);
    assertThat(environment.orElse("TABLE", "other")).isEqualTo("orders");
  }

  @ParameterizedTest
  @ValueSource(strings = {"EMPTY", "MISSING"})
  void what_is_missing_or_empty_stops_the_start_by_its_name(String name) {
    assertThatExceptionOfType(WrongVariableException.class)
        .isThrownBy(() -> environment.required(name))
        .withMessageContaining(name);
    assertThatExceptionOfType(WrongVariableException.class)
        .isThrownBy(() -> environment.requiredCount(name))
        .withMessageContaining(name);
    assertThat(environment.orElse(name, "other")).isEqualTo("other");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1.5", "many", "99999999999"})
  void a_count_is_a_number_above_zero(String value) {
    assertThatExceptionOfType(WrongVariableException.class)
        .isThrownBy(() -> new Environment(Map.of("COUNT", value)).requiredCount("COUNT"))
        .withMessageContaining("COUNT")
        .withMessageContaining(value);
  }
}
