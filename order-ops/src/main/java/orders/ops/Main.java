package orders.ops;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * The commands that look after a deployed pipeline. Exit codes: 0 done, 1 failed or something is
 * missing, 2 misused.
 */
@Command(
    name = "orders",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      Main.RedriveCommand.class,
      Main.ReplayCommand.class,
      Main.ReconcileCommand.class,
      Main.SmokeCommand.class,
      Main.TokenCommand.class
    })
public final class Main implements Runnable {
  @Spec private CommandLine.Model.@Nullable CommandSpec spec;

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Main());
    line.setCommandName(System.getProperty("localcloud.name", "orders"));
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          if (failure instanceof OpsException || failure instanceof SdkException) {
            command.getErr().println(failure.getMessage());
            return 1;
          }
          throw failure;
        });
    return line;
  }

  @Override
  public void run() {
    throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "name a command");
  }

  /** Which pipeline is meant. */
  static final class Where {
    @Option(
        names = "--stack-name",
        paramLabel = "NAME",
        description = "a stack on AWS; without it, the pipeline that runs here")
    private @Nullable String stackName;

    @Option(
        names = "--region",
        paramLabel = "REGION",
        description = "of the stack on AWS (default: the AWS configuration's)")
    private @Nullable String region;

    @Option(
        names = "--output",
        paramLabel = "NAME=VALUE",
        description = "an output that the stack does not tell, such as OrdersTableName=…")
    private Map<String, String> outputs = Map.of();

    @Option(
        names = "--invoke-port",
        paramLabel = "PORT",
        description = "of the pipeline that runs here (default: as noted by it, or 3001)")
    private int invokePort;

    Stack stack() throws InterruptedException, IOException {
      return stackName == null
          ? StackFinder.local(port(), outputs)
          : StackFinder.onAws(stackName, Optional.ofNullable(region), outputs);
    }

    /** Opens what a smoke test needs from around the pipeline. */
    Surroundings surroundings(Stack stack) throws IOException {
      return stackName == null
          ? new LocalSurroundings(port())
          : new AwsSurroundings(
              stackName,
              stack.outputs(),
              Optional.ofNullable(System.getenv("ORDERS_TOKEN")),
              StackFinder.clients(Optional.ofNullable(region)));
    }

    private int port() throws IOException {
      if (invokePort > 0) {
        return invokePort;
      }
      Path note = Path.of(System.getProperty("localcloud.state", ".orders"), "invoke-port");
      return Files.exists(note) ? Integer.parseInt(Files.readString(note).strip()) : 3001;
    }
  }

  /** {@code redrive}. */
  @Command(
      name = "redrive",
      description = {
        "Sends dead-lettered commands back to the queue, as they were accepted.",
        "Use it when the cause is mended: a deployed fix, a table that is back."
      },
      mixinStandardHelpOptions = true)
  static final class RedriveCommand implements Callable<Integer> {
    @Mixin private Where where = new Where();

    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        description = "only what was dead-lettered for a reason that begins so")
    private String reason = "";

    @Option(
        names = "--refresh",
        description =
            "send nothing back; copy what the queue itself moved there, which has no reason and"
                + " ends 14 days after it was accepted, to a fresh message with a reason")
    private boolean refresh;

    @Spec private CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException, IOException {
      try (Stack stack = where.stack()) {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        if (refresh) {
          out.println("made fresh: " + counted(new Redrive(stack).refresh(), "message"));
          return 0;
        }
        Redrive.Result result = new Redrive(stack).run(text -> text.startsWith(reason));
        out.println("back in the queue: " + counted(result.sent(), "command"));
        result
            .left()
            .forEach((why, count) -> out.println(count + " left, dead-lettered for: " + why));
        return 0;
      }
    }
  }

  /** {@code replay}. */
  @Command(
      name = "replay",
      description = {
        "Publishes events again from the table's history, with the same ids and bytes.",
        "Use it when subscribers lost events, or the notifier gave some up."
      },
      mixinStandardHelpOptions = true)
  static final class ReplayCommand implements Callable<Integer> {
    @Mixin private Where where = new Where();

    @Option(names = "--order", paramLabel = "ID", description = "all events of an order")
    private List<String> orders = List.of();

    @Option(
        names = "--since",
        paramLabel = "TIME",
        description = "all events stored since this time, such as 2026-01-31T09:30:00Z")
    private @Nullable String since;

    @Option(
        names = "--oldest",
        paramLabel = "DAYS",
        description =
            "with --since: how long before it an order may have been accepted (default: 30)."
                + " Reads the index entries of all orders accepted since then, and each order"
                + " that changed or is still as it was placed")
    private int oldestDays = 30;

    @Spec private CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException, IOException {
      CommandLine line = Objects.requireNonNull(spec).commandLine();
      if (orders.isEmpty() == (since == null)) {
        throw new ParameterException(line, "name either --order or --since");
      }
      try (Stack stack = where.stack()) {
        Replay replay = new Replay(stack);
        Replay.Result result =
            since == null
                ? replay.orders(orders)
                : replay.since(time(line, since), Duration.ofDays(oldestDays));
        PrintWriter out = line.getOut();
        if (since != null) {
          out.println(lookedAt(result, time(line, since)));
        }
        out.println(
            "published again: "
                + counted(result.events(), "event")
                + " of "
                + counted(result.orders(), "order"));
        result.missing().forEach(id -> out.println("no order " + id + " is stored"));
        return result.missing().isEmpty() ? 0 : 1;
      }
    }

    private String lookedAt(Replay.Result result, Instant moment) {
      return "looked at "
          + counted(result.indexEntriesRead(), "index entry", "index entries")
          + " of orders accepted since "
          + moment.minus(Duration.ofDays(oldestDays))
          + ", and at "
          + counted(result.eventsRead(), "event")
          + " of "
          + counted(result.ordersRead(), "order")
          + " for those stored since "
          + moment;
    }

    private static Instant time(CommandLine line, String text) {
      try {
        return Instant.parse(text);
      } catch (DateTimeParseException wrong) {
        throw new ParameterException(
            line, "--since takes a time in UTC such as 2026-01-31T09:30:00Z", wrong);
      }
    }
  }

  /** {@code reconcile}. */
  @Command(
      name = "reconcile",
      description = {
        "Compares what was accepted, stored and announced, and says what is missing.",
        "With --mend it sends accepted orders again that are nowhere, and publishes events that"
            + " were given up."
      },
      mixinStandardHelpOptions = true)
  static final class ReconcileCommand implements Callable<Integer> {
    @Mixin private Where where = new Where();

    @Option(names = "--mend", description = "do what is needed")
    private boolean mend;

    @Option(
        names = "--settle",
        paramLabel = "SECONDS",
        description =
            "leave out what was accepted within so many seconds (default: 60): at least the age of"
                + " the oldest message in the queue")
    private int settleSeconds = 60;

    @Spec private CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException, IOException {
      try (Stack stack = where.stack()) {
        Reconcile.Result result = new Reconcile(stack).run(Duration.ofSeconds(settleSeconds), mend);
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        out.printf(
            "accepted %d, stored %d, dead-lettered %d, in flight %d; the last %d s are left out%n",
            result.accepted(),
            result.stored(),
            result.deadLettered(),
            result.inFlight(),
            settleSeconds);
        result.missing().forEach(id -> out.println("accepted and nowhere: " + id));
        if (!result.missing().isEmpty() && result.inFlight() > 0) {
          out.println("some of them may be in flight, if commands wait longer than --settle");
        }
        result.unannounced().forEach(id -> out.println("not announced: " + id));
        result
            .forgotten()
            .forEach(range -> out.println("given up, and the stream forgot: " + range));
        if (mend) {
          out.println("sent again: " + counted(result.mended(), "message"));
        }
        return result.settled(mend) ? 0 : 1;
      }
    }
  }

  /** {@code smoke}. */
  @Command(
      name = "smoke",
      description = {
        "Proves a deployment with an order of its own customer: places, reads, lists, amends and",
        "cancels it, hears its events, finds its log lines, and looks at the alarms.",
        "Prints a table, removes what it made, and ends at the first broken promise. The order",
        "stays, cancelled. The customer is a new user of the stack's pool; with an issuer",
        "elsewhere, the owner of the token in the variable ORDERS_TOKEN."
      },
      mixinStandardHelpOptions = true)
  static final class SmokeCommand implements Callable<Integer> {
    @Mixin private Where where = new Where();

    @Option(
        names = "--timeout",
        paramLabel = "SECONDS",
        description = "how long it may take at most (default: ${DEFAULT-VALUE})")
    private int seconds = 110;

    @Spec private CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException, IOException {
      PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
      try (Stack stack = where.stack();
          Surroundings surroundings = where.surroundings(stack)) {
        return new Smoke(stack, surroundings, out, Duration.ofSeconds(seconds)).run() ? 0 : 1;
      }
    }
  }

  /** {@code token}. */
  @Command(
      name = "token",
      description = {
        "Signs in at a stack's issuer with the browser, and prints the access token.",
        "Without --stack-name, ./orders token SUB prints one of the local issuer."
      },
      mixinStandardHelpOptions = true)
  static final class TokenCommand implements Callable<Integer> {
    @Mixin private Where where = new Where();

    @Option(
        names = "--client-id",
        paramLabel = "ID",
        description = "a public client of the issuer (default: the user pool's)")
    private @Nullable String clientId;

    @Option(
        names = "--scope",
        paramLabel = "SCOPES",
        description = "scopes to ask for (default: ${DEFAULT-VALUE})")
    private String scope = "openid orders/read orders/write";

    @Option(
        names = "--port",
        paramLabel = "PORT",
        description =
            "where http://localhost:PORT/ waits for the browser; the client must allow it"
                + " (default: ${DEFAULT-VALUE}, as the user pool does outside production)")
    private int port = SignIn.PORT;

    @Spec private CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException, IOException {
      CommandLine line = Objects.requireNonNull(spec).commandLine();
      String issuer;
      String client;
      try (Stack stack = where.stack()) {
        issuer = stack.output("JwtIssuer");
        client = clientId == null ? stack.output("UserPoolClientId") : clientId;
      }
      try (SignIn signIn = new SignIn(issuer, client, scope, port)) {
        line.getErr().println("sign in within five minutes at\n" + signIn.address());
        line.getErr().flush();
        SignIn.openBrowser(signIn.address());
        line.getOut().println(signIn.token(Duration.ofMinutes(5)));
        return 0;
      }
    }
  }

  private static String counted(long count, String what) {
    return counted(count, what, what + "s");
  }

  private static String counted(long count, String one, String several) {
    return count + " " + (count == 1 ? one : several);
  }
}
