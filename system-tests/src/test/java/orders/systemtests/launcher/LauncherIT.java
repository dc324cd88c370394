package orders.systemtests.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each command starts. All modules are built when this runs, so there is nothing for Maven to do.
 */
class LauncherIT {
  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

  @TempDir private Path folder;

  @BeforeEach
  void standInForMaven() throws IOException {
    Path maven = Files.writeString(folder.resolve("mvn"), "#!/bin/sh\nexit 0\n");
    assertThat(maven.toFile().setExecutable(true)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "up",
        "outputs",
        "token",
        "trail",
        "workers",
        "kill",
        "queues",
        "redrive",
        "replay",
        "reconcile",
        "chaos",
        "bench",
        "bench-functions",
        "bench-growth",
        "bench-hot-paths",
        "scale"
      })
  void a_command_tells_how_it_is_used(String command) throws Exception {
    Ran ran = orders(command, "--help");

    assertThat(ran.output()).contains("Usage: ").contains("orders " + command);
    assertThat(ran.status()).isZero();
  }

  @Test
  void scale_prints_what_a_rate_of_orders_takes() throws Exception {
    assertThat(orders("scale").output()).contains("| orders a second |");
  }

  @Test
  void help_names_every_command() throws Exception {
    assertThat(orders("--help").output())
        .contains("redrive", "replay", "reconcile", "chaos", "bench", "scale")
        .contains("up ", "outputs", "token", "trail", "workers", "kill", "queues");
  }

  @Test
  void an_unknown_command_is_refused() throws Exception {
    Ran ran = orders("uup");

    assertThat(ran.output()).contains("uup");
    assertThat(ran.status()).isEqualTo(2);
  }

  private record Ran(int status, String output) {}

  private Ran orders(String... arguments) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(PROJECT.resolve("orders").toString());
    builder.command().addAll(List.of(arguments));
    Map<String, String> environment = builder.environment();
    environment.merge("PATH", folder.toString(), (path, first) -> first + ":" + path);
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Ran(process.exitValue(), output);
  }
}
