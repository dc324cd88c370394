package guestbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import localcloud.cli.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The runner in a terminal, a real one: what is typed there reaches the runner, the services and
 * the functions alike, as one group of processes.
 */
class TerminalIT {
  private static final char CTRL_C = 3;

  @TempDir private Path folder;
  private final List<String> told = Collections.synchronizedList(new ArrayList<>());
  private Process terminal;
  private Thread reading;
  private List<ProcessHandle> inside;

  @BeforeEach
  @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void upInATerminal() throws IOException {
    boolean isMac = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac");
    List<String> command = new ArrayList<>(List.of("exec"));
    if (!isMac) {
      // A build that runs in the background or by nohup has these ignored, and so its children.
      command.addAll(List.of("env", "--default-signal=HUP,INT,QUIT,TERM"));
    }
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.io.tmpdir=" + folder,
            "-Dlocalcloud.state=" + folder.resolve("state"),
            "-Dlocalcloud.terminal=true",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "up"));
    for (String port : List.of("api", "invoke", "dynamodb", "sqs", "sns")) {
      command.addAll(List.of("--" + port + "-port", "0"));
    }
    String line =
        command.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" ", "", ""));
    line = line.replaceFirst("'exec'", "exec");
    // script(1) makes the terminal and gives the command's exit code.
    terminal =
        new ProcessBuilder(
                isMac
                    ? List.of("script", "-qe", "/dev/null", "/bin/sh", "-c", line)
                    : List.of("script", "-qefc", line, "/dev/null"))
            .redirectErrorStream(true)
            .start();
    BufferedReader out = terminal.inputReader(StandardCharsets.UTF_8);
    String next = out.readLine();
    while (next != null && !next.startsWith("Ready")) {
      told.add(next);
      next = out.readLine();
    }
    assertThat(next).as(String.join("\n", told)).startsWith("Ready");
    told.clear();
    reading = Thread.ofVirtual().start(() -> out.lines().forEach(told::add));
    inside = terminal.descendants().toList();
    assertThat(inside).as("the runner, its services and functions").hasSizeGreaterThan(3);
  }

  @AfterEach
  void close() {
    inside.forEach(ProcessHandle::destroyForcibly);
    terminal.destroyForcibly();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void control_c_ends_everything_without_a_word(int times) throws Exception {
    for (int i = 0; i < times; i++) {
      terminal.getOutputStream().write(CTRL_C);
      terminal.getOutputStream().flush();
    }

    assertThat(terminal.waitFor(60, TimeUnit.SECONDS)).isTrue();
    reading.join();
    assertThat(terminal.exitValue()).isEqualTo(130);
    assertThat(String.join("\n", told)).doesNotContain("Exception", "\tat ", "while stopping");
    nothingIsLeft();
  }

  @Test
  void a_terminal_that_closes_ends_everything() throws Exception {
    terminal.destroyForcibly();

    nothingIsLeft();
  }

  private void nothingIsLeft() throws Exception {
    for (ProcessHandle process : inside) {
      process.onExit().get(60, TimeUnit.SECONDS);
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(it -> it.getFileName().toString()))
          .noneMatch(name -> name.startsWith("local-cloud-run-"));
    }
    assertThat(folder.resolve("state/invoke-port")).doesNotExist();
  }
}
