package localcloud.cli;

import java.io.UncheckedIOException;
import java.util.Objects;
import localcloud.StartException;
import localcloud.template.TemplateException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. Exit codes: 0 done, 1 failed with one line that says why, 2 misused. */
@Command(
    name = "local-cloud",
    description = "Runs a SAM template on this machine, without Docker, cloud account or network.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      UpCommand.class,
      OutputsCommand.class,
      TokenCommand.class,
      TrailCommand.class,
      WorkersCommand.class,
      KillCommand.class,
      QueuesCommand.class
    })
public final class Main implements Runnable {
  /** Tells the version of the build. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {name() + " " + (version == null ? "(not packaged)" : version)};
    }
  }

  @picocli.CommandLine.Spec
  private CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

  /** Returns what the program is called here: a launcher tells it. */
  static String name() {
    return System.getProperty("localcloud.name", "local-cloud");
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        Objects.requireNonNull(spec).commandLine(), "name a command");
  }

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Main());
    line.setCommandName(name());
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          switch (failure) {
            case TemplateException refused ->
                refused.problems().forEach(problem -> command.getErr().println(problem));
            case CommandException told -> command.getErr().println(told.getMessage());
            case StartException told -> command.getErr().println(told.getMessage());
            case UncheckedIOException told -> command.getErr().println(told.getMessage());
            default -> throw failure;
          }
          return 1;
        });
    return line;
  }
}
