package orders.systemtests.chaos;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import orders.systemtests.checker.Verdict;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Load and faults by a seed against the pipeline that runs here. */
@Command(
    name = "chaos",
    description = {
      "Puts load and faults on the running pipeline, and checks every promise when it is quiet.",
      "The same seed gives the same load and the same faults."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class ChaosCommand implements Callable<Integer> {
  /** How many smaller plans are tried at most: each takes as long as the first. */
  private static final int TRIALS = 24;

  @Option(names = "--seed", paramLabel = "N", description = "what all is drawn from (default: 1)")
  private long seed = 1;

  @Option(
      names = "--minutes",
      paramLabel = "M",
      description = "how long, fractions allowed (default: 1)")
  private double minutes = 1;

  @Option(
      names = "--faults",
      paramLabel = "a,b,c",
      split = ",",
      description = "only these; none for load alone (default: all)")
  private @Nullable List<String> faults;

  @Option(names = "--clients", paramLabel = "N", description = "clients at once (default: 4)")
  private int clients = 4;

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "as many runs, each with the next seed (default: 1)")
  private int runs = 1;

  @Option(
      names = "--only",
      paramLabel = "n,m",
      split = ",",
      description = "only these of the plan's faults, by their numbers in --plan")
  private @Nullable List<Integer> only;

  @Option(names = "--plan", description = "print the faults, and do nothing")
  private boolean planOnly;

  @Option(
      names = "--shrink",
      description = "after a broken promise, look for a smaller plan that still breaks it")
  private boolean shrink;

  @Option(
      names = "--invoke-port",
      paramLabel = "PORT",
      description = "of the running pipeline (default: of the one started here, or 3001)")
  private int invokePort;

  @Spec private CommandLine.Model.@Nullable CommandSpec spec;

  /** Runs the command; exit code 0 if every promise was kept, 1 if not, 2 if misused. */
  public static void main(String[] arguments) {
    CommandLine line = new CommandLine(new ChaosCommand());
    line.setCommandName(System.getProperty("localcloud.name", "./orders") + " chaos");
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          if (failure instanceof IllegalStateException
              || failure instanceof IllegalArgumentException) {
            command.getErr().println(failure.getMessage());
            return 1;
          }
          throw failure;
        });
    System.exit(line.execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    Duration length = Duration.ofMillis(Math.round(minutes * 60_000));
    if (planOnly) {
      plan(seed, length).lines().forEach(out::println);
      return 0;
    }
    int broken = 0;
    try (Pipeline pipeline = new Pipeline(port())) {
      for (long s = seed; s < seed + runs; s++) {
        FaultPlan plan = plan(s, length);
        out.println("seed " + s + ", " + plan.faults().size() + " faults in " + length);
        out.flush();
        ChaosRun.Options options =
            new ChaosRun.Options(s, length, clients, Duration.ofMillis(20), Duration.ofSeconds(15));
        ChaosRun run = new ChaosRun(pipeline, options, out::println);
        Verdict verdict = run.run(plan, again(s, plan));
        out.println(verdict.text());
        out.flush();
        if (!verdict.clean()) {
          broken++;
          if (shrink) {
            shrink(run, plan, verdict, out);
          }
        }
      }
    }
    return broken == 0 ? 0 : 1;
  }

  /** Looks for a smaller plan that breaks one of the rules that the whole plan broke. */
  private void shrink(ChaosRun run, FaultPlan plan, Verdict broken, PrintWriter out)
      throws InterruptedException {
    Map<List<Fault>, Verdict> tried = new HashMap<>();
    List<Fault> smallest =
        Shrinker.shrink(
            plan.faults(),
            TRIALS,
            some -> {
              FaultPlan part = plan.only(some);
              out.println("trying " + some.size() + " of " + plan.faults().size() + " faults");
              out.flush();
              Verdict verdict = run.run(part, again(plan.seed(), part));
              tried.put(some, verdict);
              return verdict.breaksOneOf(broken);
            });
    out.println(smallest.size() + " of " + plan.faults().size() + " faults are enough:");
    plan.only(smallest).lines().forEach(line -> out.println("  " + line));
    out.println(tried.getOrDefault(smallest, broken).text());
    out.flush();
  }

  private FaultPlan plan(long s, Duration length) {
    FaultPlan plan = FaultPlan.of(s, length, kinds());
    return only == null ? plan : plan.numbered(only);
  }

  private String again(long s, FaultPlan plan) {
    StringBuilder again = new StringBuilder("./orders chaos --seed " + s + " --minutes " + minutes);
    if (clients != 4) {
      again.append(" --clients ").append(clients);
    }
    if (plan.faults().isEmpty()) {
      return again.append(" --faults none").toString();
    }
    if (faults != null) {
      again.append(" --faults ").append(String.join(",", faults));
    }
    if (plan.isPart()) {
      again
          .append(" --only ")
          .append(String.join(",", plan.numbers().stream().map(String::valueOf).toList()));
    }
    return again.toString();
  }

  private Set<FaultKind> kinds() {
    if (faults == null) {
      return EnumSet.allOf(FaultKind.class);
    }
    Set<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
    for (String word : faults) {
      if (!word.equals("none") && !word.isBlank()) {
        kinds.add(FaultKind.of(word));
      }
    }
    return kinds;
  }

  private int port() throws IOException {
    if (invokePort > 0) {
      return invokePort;
    }
    Path note = Path.of(System.getProperty("localcloud.state", ".local-cloud"), "invoke-port");
    return Files.exists(note) ? Integer.parseInt(Files.readString(note).strip()) : 3001;
  }
}
