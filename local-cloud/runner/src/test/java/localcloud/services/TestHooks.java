package localcloud.services;

import java.util.List;
import java.util.function.Consumer;
import localcloud.journal.Journal;
import localcloud.model.FunctionSpec;

/** Hooks that let everything pass until a test asks for something else. */
public final class TestHooks {
  private TestHooks() {}

  public static Hooks quiet() {
    return of(List.of(), false, warning -> {});
  }

  public static Hooks of(List<FunctionSpec> functions, boolean strict, Consumer<String> warnings) {
    return new Hooks(
        new Journal(1_000_000),
        new AccessControl(functions, strict, warnings),
        new Faults(),
        new RequestCounts());
  }
}
