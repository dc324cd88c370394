package localcloud.cli;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a token that the template's authorizer accepts. */
@Command(
    name = "token",
    description = "Prints a JWT of the local issuer that the template's authorizer accepts.",
    mixinStandardHelpOptions = true)
final class TokenCommand implements Runnable {
  @Mixin private InstanceOptions asking = new InstanceOptions();

  @Parameters(paramLabel = "SUB", description = "the caller: the token's sub")
  private String subject = "";

  @Option(
      names = "--scope",
      paramLabel = "SCOPES",
      description =
          "scopes, separated by spaces; without it, those that the template's routes ask for, save"
              + " the ones that end in /admin")
  private @Nullable String scope;

  @Option(
      names = "--admin",
      description = "also the scopes that the template's routes ask for and that end in /admin")
  private boolean admin;

  @Option(
      names = "--ttl",
      paramLabel = "SECONDS",
      description = "how long it is valid (default: ${DEFAULT-VALUE})")
  private long seconds = 3600;

  @Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Override
  public void run() {
    RunningInstance instance = asking.instance();
    Set<String> scopes = new LinkedHashSet<>();
    if (scope != null) {
      scopes.addAll(List.of(scope.strip().split("\\s+", -1)));
    }
    if (scope == null || admin) {
      instance
          .get("/scopes")
          .forEach(
              it -> {
                boolean forAdmins = it.asText().endsWith("/admin");
                if (forAdmins ? admin : scope == null) {
                  scopes.add(it.asText());
                }
              });
    }
    String token =
        instance
            .post(
                "/token?sub=%s&scope=%s&ttl=%d"
                    .formatted(
                        RunningInstance.encode(subject),
                        RunningInstance.encode(String.join(" ", scopes)),
                        seconds))
            .path("token")
            .asText();
    Objects.requireNonNull(spec).commandLine().getOut().println(token);
  }
}
