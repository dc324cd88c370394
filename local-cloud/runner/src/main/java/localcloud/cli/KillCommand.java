package localcloud.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Kills a function's process. */
@Command(
    name = "kill",
    description = "Kills a process of a function, as a crash would; another takes its place.",
    mixinStandardHelpOptions = true)
final class KillCommand implements Runnable {
  @Mixin private InstanceOptions asking = new InstanceOptions();

  @Parameters(paramLabel = "PID", description = "one of those that workers prints")
  private long pid;

  @Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Override
  public void run() {
    asking.instance().post("/workers/" + pid + "/kill");
    Objects.requireNonNull(spec).commandLine().getOut().println("killed " + pid);
  }
}
