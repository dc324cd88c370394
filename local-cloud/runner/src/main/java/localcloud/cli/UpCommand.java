package localcloud.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import localcloud.LocalCloud;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a template until it is interrupted. */
@Command(
    name = "up",
    description = "Runs the template on this machine until Ctrl-C.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class UpCommand implements Runnable {
  @Option(
      names = {"-t", "--template"},
      paramLabel = "FILE",
      description = "the template (default: ${DEFAULT-VALUE})")
  private Path template = Path.of("template.yaml");

  @Option(
      names = "--parameter-overrides",
      paramLabel = "K=V",
      arity = "1..*",
      description = "values for the template's parameters")
  private List<String> overrides = List.of();

  @Option(
      names = "--config-env",
      paramLabel = "ENV",
      description = "take stack name and parameters from this environment of samconfig.toml")
  private @Nullable String environment;

  @Option(
      names = "--config-file",
      paramLabel = "FILE",
      description = "the samconfig (default: samconfig.toml beside the template)")
  private @Nullable Path configFile;

  @Option(
      names = "--api-port",
      paramLabel = "PORT",
      description = "port of the HTTP API, 0 for any free one (default: ${DEFAULT-VALUE})")
  private int apiPort = 3000;

  @Option(
      names = "--invoke-port",
      paramLabel = "PORT",
      description = "port of Lambda's Invoke API (default: ${DEFAULT-VALUE})")
  private int invokePort = RunningInstance.DEFAULT_PORT;

  @Option(
      names = "--dynamodb-port",
      paramLabel = "PORT",
      description = "port of DynamoDB (default: ${DEFAULT-VALUE})")
  private int dynamoDbPort = 8000;

  @Option(
      names = "--sqs-port",
      paramLabel = "PORT",
      description = "port of SQS (default: ${DEFAULT-VALUE})")
  private int sqsPort = 9324;

  @Option(
      names = "--sns-port",
      paramLabel = "PORT",
      description = "port of SNS (default: ${DEFAULT-VALUE})")
  private int snsPort = 9911;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "keep tables, queues, subscriptions and stream positions in this folder")
  private @Nullable Path data;

  @Option(
      names = "--debug",
      paramLabel = "FUNCTION[:PORT]",
      description = "open a debug port (default 5005) in one process and stretch the timeout")
  private List<String> debug = List.of();

  @Option(
      names = "--strict-iam",
      description = "let calls fail that a function's policies do not allow; else they are told")
  private boolean strictIam;

  @Option(names = "--no-aot", description = "start functions without AOT caches")
  private boolean noAot;

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      description = "colour functions' lines: auto, always or never (default: ${DEFAULT-VALUE})")
  private String color = "auto";

  @Override
  public void run() {
    long began = System.nanoTime();
    LogPrinter logs = new LogPrinter(System.out, forPerson());
    Map<String, String> values = new LinkedHashMap<>();
    Optional<String> stackName = Optional.empty();
    if (environment != null) {
      SamConfig config = SamConfig.read(samConfig(), environment);
      stackName = config.stackName();
      values.putAll(config.parameterOverrides());
    }
    overrides.forEach(it -> values.putAll(SamConfig.argument(it)));
    LocalCloud.Builder builder =
        LocalCloud.of(template)
            .parameters(values)
            .apiPort(apiPort)
            .invokePort(invokePort)
            .dynamoDbPort(dynamoDbPort)
            .sqsPort(sqsPort)
            .snsPort(snsPort)
            .strictIam(strictIam)
            .aotCache(!noAot)
            .debug(debugPorts())
            .logs((function, pid, line) -> logs.line(function, line))
            .warnings(line -> logs.remark(line, System.err));
    stackName.ifPresent(builder::stackName);
    if (data != null) {
      builder.data(data);
    }
    LocalCloud cloud = builder.build();
    // Before the start, so that an interruption while starting leaves no process either.
    AtomicBoolean noted = new AtomicBoolean();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> down(cloud, noted.get(), logs), "down"));
    cloud.start();
    note(cloud.invokePort());
    noted.set(true);
    announce(cloud, began);
    if (forPerson()) {
      watch(cloud, logs);
    }
    awaitInterruption();
  }

  private boolean forPerson() {
    return switch (color.toLowerCase(Locale.ROOT)) {
      case "always" -> true;
      case "never" -> false;
      // The launcher looks: a JVM before 22 cannot tell which of its streams is a terminal.
      default -> Boolean.getBoolean("localcloud.terminal");
    };
  }

  private Path samConfig() {
    if (configFile != null) {
      return configFile;
    }
    return template.resolveSibling("samconfig.toml");
  }

  private Map<String, Integer> debugPorts() {
    Map<String, Integer> ports = new LinkedHashMap<>();
    int next = 5005;
    for (String one : debug) {
      int colon = one.lastIndexOf(':');
      try {
        ports.put(
            colon < 0 ? one : one.substring(0, colon),
            colon < 0 ? next++ : Integer.parseInt(one.substring(colon + 1)));
      } catch (NumberFormatException e) {
        throw new CommandException("--debug takes FUNCTION or FUNCTION:PORT, not '" + one + "'");
      }
    }
    return ports;
  }

  private void announce(LocalCloud cloud, long began) {
    StringBuilder text = new StringBuilder();
    cloud
        .addresses()
        .forEach((name, address) -> text.append("%-10s %s%n".formatted(name, address)));
    cloud.pages().forEach(page -> text.append("%-10s %s%n".formatted("Page", page)));
    cloud
        .firstCommand()
        .ifPresent(
            command ->
                text.append("First command:%n  %s%n".formatted(command.replace("\n", "\n  "))));
    text.append(
        String.format(
            Locale.ROOT, "Ready after %.1f s. Ctrl-C stops.%n", (System.nanoTime() - began) / 1e9));
    synchronized (System.out) {
      System.out.print(text);
      System.out.flush();
    }
    cloud.notes().forEach(System.err::println);
  }

  /** Keeps a line at the bottom of a person's terminal that says how the instance does. */
  private static void watch(LocalCloud cloud, LogPrinter logs) {
    StatusLine gauge = StatusLine.of(cloud.stack());
    int columns = Math.max(40, Integer.getInteger("localcloud.columns", 80) - 1);
    Thread.ofVirtual()
        .name("watch")
        .start(
            () -> {
              CountDownLatch never = new CountDownLatch(1);
              try {
                do {
                  String line = gauge.look(Instant.now(), cloud.workers(), cloud.queues());
                  logs.status(line.substring(0, Math.min(line.length(), columns)));
                } while (!never.await(1, TimeUnit.SECONDS));
              } catch (RuntimeException stopping) {
                logs.status("");
              } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private static void note(int port) {
    Path note = RunningInstance.note();
    try {
      Path folder = note.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.writeString(note, port + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + note, e);
    }
  }

  private static void down(LocalCloud cloud, boolean noted, LogPrinter logs) {
    logs.end();
    cloud.close();
    if (!noted) {
      return;
    }
    try {
      Files.deleteIfExists(RunningInstance.note());
    } catch (IOException e) {
      System.err.println("cannot delete " + RunningInstance.note());
    }
  }

  private static void awaitInterruption() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
