package localcloud.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the template's outputs. */
@Command(
    name = "outputs",
    description = "Prints the template's outputs, resolved.",
    mixinStandardHelpOptions = true)
final class OutputsCommand implements Runnable {
  @Mixin private InstanceOptions asking = new InstanceOptions();

  @Option(names = "--json", description = "as one JSON object")
  private boolean json;

  @Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Override
  public void run() {
    JsonNode outputs = asking.instance().get("/outputs");
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    if (json) {
      out.println(outputs.toPrettyString());
    } else {
      for (Map.Entry<String, JsonNode> output : outputs.properties()) {
        out.println(output.getKey() + "=" + output.getValue().asText());
      }
    }
  }
}
