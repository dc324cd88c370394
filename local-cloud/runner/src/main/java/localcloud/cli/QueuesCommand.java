package localcloud.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the queues. */
@Command(
    name = "queues",
    description = "Prints each queue: messages waiting, in flight and delayed.",
    mixinStandardHelpOptions = true)
final class QueuesCommand implements Runnable {
  @Mixin private InstanceOptions asking = new InstanceOptions();

  @Option(names = "--json", description = "as a JSON list")
  private boolean json;

  @Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Override
  public void run() {
    JsonNode queues = asking.instance().get("/queues");
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    if (json) {
      out.println(queues.toPrettyString());
      return;
    }
    out.printf("%-48s %8s %10s %8s%n", "queue", "waiting", "in flight", "delayed");
    for (JsonNode queue : queues) {
      out.printf(
          "%-48s %8d %10d %8d%n",
          queue.path("name").asText(),
          queue.path("visible").asLong(),
          queue.path("inFlight").asLong(),
          queue.path("delayed").asLong());
    }
  }
}
