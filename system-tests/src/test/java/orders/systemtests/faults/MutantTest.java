package orders.systemtests.faults;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import orders.systemtests.chaos.CodeVariants;
import orders.systemtests.chaos.MutantBuilder;
import orders.systemtests.chaos.Pipeline;
import orders.systemtests.chaos.StandIn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Says at once, and not only after the pipeline ran, that a guard has moved. */
class MutantTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void the_product_has_the_calls_that_a_mutant_redirects(Mutant mutant) {
    new MutantBuilder(folder).check(mutant.function(), mutant.standIns());
  }

  @ParameterizedTest
  @ValueSource(strings = {Pipeline.API, Pipeline.PROCESSOR, Pipeline.NOTIFIER})
  void the_product_has_the_calls_that_another_clock_redirects(String function) {
    new MutantBuilder(folder).check(function, CodeVariants.clock(function, true));
    new MutantBuilder(folder).check(function, CodeVariants.clock(function, false));
  }

  @Test
  void the_product_has_the_calls_that_other_processors_and_schemas_redirect() {
    new MutantBuilder(folder).check(Pipeline.API, CodeVariants.WritesSchema2.class);
    new MutantBuilder(folder).check(Pipeline.PROCESSOR, CodeVariants.ReadsSchema2.class);
    new MutantBuilder(folder).check(Pipeline.PROCESSOR, ProcessorMutants.HasADefect.class);
    new MutantBuilder(folder).check(Pipeline.PROCESSOR, ProcessorMutants.Crashes.class);
  }

  @Test
  void a_call_that_the_product_no_longer_makes_is_named() {
    assertThatThrownBy(() -> new MutantBuilder(folder).check(Pipeline.API, Gone.class))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("java.util.List.reversed")
        .hasMessageContaining("Gone.reversed");
  }

  public static final class Gone {
    @StandIn(owner = List.class, method = "reversed", callers = Mutant.class)
    public static List<?> reversed(List<?> list) {
      return list;
    }
  }
}
