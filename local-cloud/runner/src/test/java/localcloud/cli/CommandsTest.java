package localcloud.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CommandsTest {
  /** What each command cannot do without. */
  private static final Map<String, String> ARGUMENT =
      Map.of("token", "alice", "trail", "some-id", "kill", "1");

  @Test
  void every_command_that_asks_an_instance_takes_its_port() {
    new CommandLine(new Main())
        .getSubcommands()
        .forEach(
            (name, command) -> {
              if (command.getCommandSpec().findOption("--invoke-port") != null
                  && !name.equals("up")) {
                List<String> arguments = new ArrayList<>(List.of(name, "--invoke-port", "4001"));
                Optional.ofNullable(ARGUMENT.get(name)).ifPresent(arguments::add);
                CommandLine.ParseResult parsed =
                    new CommandLine(new Main()).parseArgs(arguments.toArray(String[]::new));
                assertThat(parsed.subcommand().<Integer>matchedOptionValue("--invoke-port", 0))
                    .as(name)
                    .isEqualTo(4001);
              }
            });
  }

  @Test
  void every_command_tells_how_it_is_used() {
    new CommandLine(new Main())
        .getSubcommands()
        .forEach(
            (name, command) ->
                assertThat(command.getUsageMessage()).as(name).contains("Usage: ", name, "--help"));
  }
}
