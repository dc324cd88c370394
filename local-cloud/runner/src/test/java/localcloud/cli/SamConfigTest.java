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
          'Size=2', # two
        ] # that is all
        [keys.deploy.parameters]
        parameter_overrides = "ParameterKey=Stage,ParameterValue=dev ParameterKey=Text,ParameterValue='two words'"
        [both.global.parameters]
        stack_name = "of-all"
        parameter_overrides = "Stage=all"
        [both.deploy.parameters]
        stack_name = "of-deploy"
        [wrong.deploy.parameters]
        parameter_overrides = "Stage"
        [last.deploy.parameters]
        parameter_overrides = '''
          Stage=a
          Size=2
        '''
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

  @Test
  void reads_sams_other_spelling_of_overrides() {
    assertThat(SamConfig.read(file, "keys").parameterOverrides())
        .isEqualTo(Map.of("Stage", "dev", "Text", "two words"));
    assertThat(SamConfig.argument("ParameterKey=Text,ParameterValue=two words"))
        .isEqualTo(Map.of("Text", "two words"));
    assertThat(SamConfig.argument("Text=a=b c")).isEqualTo(Map.of("Text", "a=b c"));
    assertThat(SamConfig.argument("A=1 B=2")).isEqualTo(Map.of("A", "1", "B", "2"));
  }

  @Test
  void reads_overrides_over_several_lines() {
    assertThat(SamConfig.read(file, "last").parameterOverrides())
        .isEqualTo(Map.of("Stage", "a", "Size", "2"));
  }

  @Test
  void what_is_said_of_deploy_goes_before_what_is_said_of_all_commands() {
    SamConfig config = SamConfig.read(file, "both");

    assertThat(config.stackName()).isEqualTo(Optional.of("of-deploy"));
    assertThat(config.parameterOverrides()).isEqualTo(Map.of("Stage", "all"));
  }

  @Test
  void refuses_overrides_that_give_no_value() {
    assertThatThrownBy(() -> SamConfig.read(file, "wrong"))
        .isInstanceOf(CommandException.class)
        .hasMessage("parameters are given as NAME=VALUE, not 'Stage'");
  }

  @Test
  void refuses_what_is_no_toml_with_its_line() throws IOException {
    Files.writeString(file, "[dev.deploy.parameters]\nstack_name = orders\n");

    assertThatThrownBy(() -> SamConfig.read(file, "dev"))
        .isInstanceOf(CommandException.class)
        .hasMessageStartingWith(file + ":2: not TOML: ");
  }
}
