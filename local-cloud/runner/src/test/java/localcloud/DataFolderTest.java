package localcloud;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  @Test
  void a_folder_is_for_one_instance_at_a_time(@TempDir Path folder) {
    try (DataFolder first = DataFolder.take(folder)) {
      assertThatThrownBy(() -> DataFolder.take(first.below(".")))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("another instance uses the folder")
          .hasMessageContaining("--data");
    }
    assertThatCode(() -> DataFolder.take(folder).close()).doesNotThrowAnyException();
  }
}
