package orders.systemtests.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each command starts. */
class LauncherIT {
  private final Launcher launcher;

  LauncherIT(@TempDir Path folder) throws IOException {
    launcher = new Launcher(folder);
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
        "deploy",
        "smoke",
        "chaos",
        "bench",
        "bench-functions",
        "bench-growth",
        "bench-hot-paths",
        "scale"
      })
  void a_command_tells_how_it_is_used(String command) throws Exception {
    Launcher.Ran ran = launcher.run(command, "--help");

    assertThat(ran.output()).contains("Usage: ").contains("orders " + command);
    assertThat(ran.status()).isZero();
  }

  @Test
  void scale_prints_what_a_rate_of_orders_takes() throws Exception {
    assertThat(launcher.run("scale").output()).contains("| orders a second |");
  }

  @Test
  void help_names_every_command() throws Exception {
    assertThat(launcher.run("--help").output())
        .contains("redrive", "replay", "reconcile", "deploy", "smoke", "chaos", "bench", "scale")
        .contains("up ", "outputs", "token", "trail", "workers", "kill", "queues");
  }

  @Test
  void an_unknown_command_is_refused() throws Exception {
    Launcher.Ran ran = launcher.run("uup");

    assertThat(ran.output()).contains("uup");
    assertThat(ran.status()).isEqualTo(2);
  }
}
