package localcloud.cli;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every command has that asks a running instance. */
final class InstanceOptions {
  @Option(
      names = "--invoke-port",
      paramLabel = "PORT",
      description = "port of the running instance (the one of this folder, else 3001)")
  private @Nullable Integer port;

  RunningInstance instance() {
    return new RunningInstance(port == null ? OptionalInt.empty() : OptionalInt.of(port));
  }
}
