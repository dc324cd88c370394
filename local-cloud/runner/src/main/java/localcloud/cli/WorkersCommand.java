package localcloud.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the functions' processes. */
@Command(
    name = "workers",
    description = "Prints each function's processes: pid, state, invocations, cold start.",
    mixinStandardHelpOptions = true)
final class WorkersCommand implements Runnable {
  @Mixin private InstanceOptions asking = new InstanceOptions();

  @Option(names = "--json", description = "as a JSON list")
  private boolean json;

  @Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Override
  public void run() {
    JsonNode workers = asking.instance().get("/workers");
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    if (json) {
      out.println(workers.toPrettyString());
      return;
    }
    out.printf(
        "%-32s %8s  %-9s %12s %14s%n", "function", "pid", "state", "invocations", "cold start ms");
    for (JsonNode worker : workers) {
      out.printf(
          "%-32s %8d  %-9s %12d %14d%n",
          worker.path("function").asText(),
          worker.path("pid").asLong(),
          worker.path("state").asText(),
          worker.path("invocations").asLong(),
          worker.path("coldStartMillis").asLong());
    }
  }
}
