package orders.proof.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import orders.proof.chaos.Workshop;
import orders.proof.chaos.Workshop.Edit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Says at once, and not only after the pipeline ran, that a guard has moved. */
class GuardTest {
  @ParameterizedTest
  @EnumSource
  void a_guard_stands_where_its_removal_looks_for_it(Guard guard) throws IOException {
    Map<String, String> texts = new HashMap<>();
    for (Edit edit : guard.removal()) {
      if (!texts.containsKey(edit.file())) {
        texts.put(edit.file(), Files.readString(Workshop.repository().resolve(edit.file())));
      }
      String before = texts.get(edit.file());

      String after = edit.applyTo(before);

      assertThat(after).isNotEqualTo(before);
      texts.put(edit.file(), after);
    }
  }
}
