package localcloud.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamConfigTest {
  private Path file;

  @BeforeEach
  void aFile(@TempDir Path folder) throws IOException {
    file = folder.resolve("samconfig.toml");
    Files.writeString(
        file,
        """
        version = 0.1
        [default.deploy.parameters]
        parameter_overrides = "Stage=none"
        [dev.deploy.parameters] # ours
        stack_name = "orders-dev"
        parameter_overrides = "Stage=dev Text=\\"two words\\" Empty="
        [list.deploy.parameters]
        parameter_overrides = [
          "Stage=a",
          'Size=2',
        ]
        """);
  }

  @Test
  void gives_the_name_and_the_parameters_of_an_environment() {
    SamConfig config = SamConfig.read(file, "dev");

    assertThat(config.stackName()).isEqualTo(Optional.of("orders-dev"));
    assertThat(config.parameterOverrides())
        .isEqualTo(Map.of("Stage", "dev", "Text", "two words", "Empty", ""));
  }

  @Test
  void reads_lists_of_overrides() {
    assertThat(SamConfig.read(file, "list").parameterOverrides())
        .isEqualTo(Map.of("Stage", "a", "Size", "2"));
  }

  @Test
  void refuses_an_environment_that_is_not_there() {
    assertThatThrownBy(() -> SamConfig.read(file, "prod"))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("has no environment 'prod'");
  }
}
