package localcloud.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints what is known of one key. */
@Command(
    name = "trail",
    description =
        "Prints everything known of one id, in time order: requests, messages, writes, events, log"
            + " lines.",
    mixinStandardHelpOptions = true)
final class TrailCommand implements Runnable {
  @Mixin private InstanceOptions asking = new InstanceOptions();

  @Parameters(paramLabel = "ID", description = "what to look for: an id, a correlation id, …")
  private String id = "";

  @Option(names = "--json", description = "as one JSON object, bodies included")
  private boolean json;

  @Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Override
  public void run() {
    JsonNode trail = asking.instance().get("/trail?key=" + RunningInstance.encode(id));
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    if (json) {
      out.println(trail.toPrettyString());
      return;
    }
    if (trail.path("entries").isEmpty()) {
      throw new CommandException("nothing is known of " + id + " since this instance started");
    }
    TrailPrinter.lines(trail).forEach(out::println);
  }
}
