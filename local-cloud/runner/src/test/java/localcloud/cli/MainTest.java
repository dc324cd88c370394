package localcloud.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    return line.execute(arguments);
  }

  @ParameterizedTest
  @ValueSource(strings = {"up", "outputs", "token", "trail", "workers", "kill", "queues"})
  void every_command_has_help(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(out.toString()).contains("Usage: local-cloud " + command);
  }

  @Test
  void help_lists_the_commands() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("up", "outputs", "token", "trail", "workers");
  }

  @Test
  void asking_where_nothing_runs_says_what_to_do() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }

    assertThat(run("outputs", "--invoke-port", String.valueOf(free))).isEqualTo(1);
    assertThat(err.toString().strip())
        .isEqualTo(
            "nothing runs on 127.0.0.1:"
                + free
                + "; start it with `local-cloud up`, or name its port with --invoke-port");
  }

  @Test
  void a_template_that_is_not_there_is_one_line() {
    assertThat(run("up", "--template", "nowhere.yaml", "--invoke-port", "0")).isEqualTo(1);
    assertThat(err.toString().strip())
        .isEqualTo("nowhere.yaml: cannot be read; name the template with --template");
  }

  @Test
  void a_taken_port_is_one_line_that_names_the_option(@TempDir Path folder) throws IOException {
    Path template = Files.writeString(folder.resolve("template.yaml"), "Resources: {}\n");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();

      int code =
          run(
              "up",
              "-t",
              template.toString(),
              "--invoke-port",
              "0",
              "--sqs-port",
              "" + port,
              "--dynamodb-port",
              "0",
              "--sns-port",
              "0");

      assertThat(code).isEqualTo(1);
      assertThat(err.toString().strip())
          .isEqualTo(
              "port "
                  + port
                  + " on 127.0.0.1 is taken or not allowed; choose another with --sqs-port (0 for"
                  + " any free one)");
    }
  }
}
