package orders.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Starts each function again and again on Lambda's runtime client, in turn with a bare handler, and
 * prints what a cold start and a warm invocation cost.
 */
@Command(
    name = "orders bench-functions",
    mixinStandardHelpOptions = true,
    description =
        "Measures cold starts and warm invocations of each function beside a bare handler and"
            + " peers.")
public final class FunctionBenchmark implements Runnable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String BARE = "bare handler";

  /** The limit: the bare handler, and the JVM as it starts when nobody sets a flag. */
  private static final String LIMIT = "bare handler, default flags";

  /** The name of what shows the SDK's own cost. */
  private static final String FLOOR = "SDK floor";

  /** As Lambda starts Java: the first compiler alone, the serial collector, a fixed heap. */
  private static final List<String> LAMBDA_FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xmx512m",
          "-Xlog:aot=off,aot*=off,cds=off,cds*=off");

  @Option(
      names = "--rounds",
      description = "Cold starts of each subject (default: ${DEFAULT-VALUE}).")
  private int rounds = 9;

  @Option(
      names = "--warm",
      description =
          "Warm invocations after which the cost of one is taken (default: ${DEFAULT-VALUE}).")
  private int warm = 300;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "SUBJECT",
      description = "Measures these alone, beside the bare handler and the SDK's floor.")
  private List<String> only = List.of();

  @Option(names = "--json", description = "A file that gets the figures as JSON.")
  private Path json = Path.of("benchmarks", "target", "bench-functions.json");

  @Option(names = "--plot", description = "A file that gets the figures drawn, as SVG.")
  private Path plot = Path.of("docs", "performance-functions.svg");

  /** Runs the benchmark. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new FunctionBenchmark()).execute(arguments));
  }

  @Override
  public void run() {
    try {
      measure();
    } catch (IOException failed) {
      throw new IllegalStateException(failed.getMessage(), failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void measure() throws IOException, InterruptedException {
    Path project = Path.of("").toAbsolutePath();
    Files.createDirectories(project.resolve(json).getParent());
    Path log = project.resolve(json).resolveSibling("bench-functions.log");
    Path work = Files.createTempDirectory("bench-functions");
    Map<String, List<Cold>> samples = new LinkedHashMap<>();
    Map<String, List<Warm>> warmed = new LinkedHashMap<>();
    Map<String, List<Double>> primed = new LinkedHashMap<>();
    try (OrdersCommand services =
        OrdersCommand.up(project, project.resolve(json).resolveSibling("bench-pipeline.log"))) {
      List<Subject> subjects = subjects(project, work, services);
      for (Subject subject : subjects) {
        train(subject, work, log);
      }
      for (int round = 0; round < rounds; round++) {
        samples
            .computeIfAbsent(LIMIT, name -> new ArrayList<>())
            .add(cold(subjects.getFirst(), List.of(), log));
        for (Subject subject : subjects) {
          warmed.computeIfAbsent(subject.name(), name -> new ArrayList<>()).add(warm(subject, log));
          primed
              .computeIfAbsent(subject.name(), name -> new ArrayList<>())
              .add(primed(subject, log));
          for (boolean cached : new boolean[] {false, true}) {
            samples
                .computeIfAbsent(
                    subject.name() + (cached ? ", AOT cache" : ""), name -> new ArrayList<>())
                .add(cold(subject, cached ? withCache(subject, work) : LAMBDA_FLAGS, log));
          }
        }
      }
      report(subjects, samples, warmed, primed);
    }
  }

  /**
   * What is measured.
   *
   * @param batch orders in one invocation
   */
  private record Subject(
      String name,
      List<Path> classPath,
      String handler,
      Map<String, String> environment,
      EventSource events,
      int batch,
      long packageBytes) {}

  /** Makes events, each with orders of its own. */
  @FunctionalInterface
  private interface EventSource {
    byte[] next() throws IOException;
  }

  /** One process from its start to its first answer. */
  private record Cold(double millis, double cpuMillis, long peakMb) {}

  /** One invocation of a process that had many; {@code cpuMillis} is of one order. */
  private record Warm(double millis, double cpuMillis) {}

  private List<Subject> subjects(Path project, Path work, OrdersCommand services)
      throws IOException, InterruptedException {
    List<Path> runtime = Packages.runtime(project);
    SampleEvents events = new SampleEvents(services);
    List<Subject> subjects = new ArrayList<>();
    List<Path> bare = new ArrayList<>(runtime);
    bare.add(bareJar(work));
    subjects.add(
        new Subject(
            BARE,
            bare,
            BareHandler.class.getName(),
            events.environment("bare"),
            () -> "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8),
            1,
            0));
    FunctionSubjects functions = new FunctionSubjects(project, work, runtime, events);
    for (Subject subject :
        List.of(
            functions.peer(FLOOR, "sdk-floor", "orders.benchmarks.baselines.floor.FloorHandler"),
            functions.peer(
                "plain function", "plain", "orders.benchmarks.baselines.plain.PlainHandler"),
            functions.peer(
                "Powertools example",
                "powertools",
                "orders.benchmarks.baselines.powertools.PowertoolsHandler"),
            functions.order("order-api", "orders.api.OrderApiHandler", SampleEvents::apiRequest, 1),
            functions.order(
                "order-processor",
                "orders.processor.OrderProcessorHandler",
                SampleEvents::queueBatch,
                SampleEvents.BATCH),
            functions.order(
                "order-notifier",
                "orders.notifier.OrderNotifierHandler",
                SampleEvents::streamBatch,
                SampleEvents.BATCH))) {
      if (only.isEmpty() || only.contains(subject.name()) || subject.name().equals(FLOOR)) {
        subjects.add(subject);
      }
    }
    return subjects;
  }

  /** Makes subjects of packages, unpacked as Lambda does. */
  private record FunctionSubjects(
      Path project, Path work, List<Path> runtime, SampleEvents events) {
    Subject order(String module, String handler, EventSource source, int batch) throws IOException {
      return of(module, Packages.zip(project, module), handler, source, batch);
    }

    /** What stores the orders of the same queue as order-processor does. */
    Subject peer(String name, String module, String handler) throws IOException {
      return of(
          name,
          Packages.peerZip(project, module),
          handler,
          SampleEvents::queueBatch,
          SampleEvents.BATCH);
    }

    private Subject of(String name, Path zip, String handler, EventSource source, int batch)
        throws IOException {
      List<Path> classPath = new ArrayList<>(runtime);
      classPath.addAll(Packages.unpack(zip, work.resolve(name.replace(' ', '-'))));
      return new Subject(
          name, classPath, handler, events.environment(name), source, batch, Files.size(zip));
    }
  }

  private void train(Subject subject, Path work, Path log)
      throws IOException, InterruptedException {
    List<String> flags = new ArrayList<>(LAMBDA_FLAGS);
    flags.add("-XX:AOTCacheOutput=" + cache(subject, work));
    try (FunctionProcess process = start(subject, flags, log)) {
      for (int i = 0; i < 20; i++) {
        process.invoke(subject.events().next());
      }
      process.end();
    }
  }

  private static List<String> withCache(Subject subject, Path work) {
    List<String> flags = new ArrayList<>(LAMBDA_FLAGS);
    flags.add("-XX:AOTCache=" + cache(subject, work));
    return flags;
  }

  private static Path cache(Subject subject, Path work) {
    return work.resolve(subject.name().replace(' ', '-') + ".aot");
  }

  private static FunctionProcess start(Subject subject, List<String> flags, Path log)
      throws IOException {
    return start(subject, flags, subject.environment(), log);
  }

  private static FunctionProcess start(
      Subject subject, List<String> flags, Map<String, String> environment, Path log)
      throws IOException {
    return new FunctionProcess(
        Path.of(System.getProperty("java.home"), "bin", "java"),
        flags,
        subject.classPath(),
        subject.handler(),
        environment,
        log);
  }

  /** Returns the milliseconds of the first call after the hooks that SnapStart runs. */
  private static double primed(Subject subject, Path log) throws IOException, InterruptedException {
    List<String> flags = new ArrayList<>(LAMBDA_FLAGS);
    flags.add("-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac");
    Map<String, String> environment = new HashMap<>(subject.environment());
    environment.put("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start");
    byte[] event = subject.events().next();
    try (FunctionProcess process = start(subject, flags, environment, log)) {
      process.awaitReady();
      long start = System.nanoTime();
      return (process.invoke(event).atNanos() - start) / 1e6;
    }
  }

  private static Cold cold(Subject subject, List<String> flags, Path log)
      throws IOException, InterruptedException {
    byte[] event = subject.events().next();
    try (FunctionProcess process = start(subject, flags, log)) {
      FunctionProcess.Answer answer = process.invoke(event);
      double cpu = process.cpu().toNanos() / 1e6;
      double millis = (answer.atNanos() - process.startedNanos()) / 1e6;
      return new Cold(millis, cpu, process.peakMemoryMb());
    }
  }

  /** Measures with all compilers, as Lambda leaves them to functions with SnapStart. */
  private Warm warm(Subject subject, Path log) throws IOException, InterruptedException {
    try (FunctionProcess process = start(subject, List.of("-XX:+UseSerialGC"), log)) {
      for (int i = 0; i < warm; i++) {
        process.invoke(subject.events().next());
      }
      double before = process.cpu().toNanos() / 1e6;
      double[] waits = new double[warm];
      for (int i = 0; i < warm; i++) {
        byte[] event = subject.events().next();
        long start = System.nanoTime();
        waits[i] = (process.invoke(event).atNanos() - start) / 1e6;
      }
      double cpu = (process.cpu().toNanos() / 1e6 - before) / Math.max(1, warm);
      return new Warm(median(waits), cpu / subject.batch());
    }
  }

  private void report(
      List<Subject> subjects,
      Map<String, List<Cold>> samples,
      Map<String, List<Warm>> warmed,
      Map<String, List<Double>> primed)
      throws IOException {
    double bareCpu = median(samples.get(LIMIT).stream().mapToDouble(Cold::cpuMillis).toArray());
    System.out.printf(
        "medians of %d; CPU of the bare handler at default flags is 1; an order is one request,"
            + " message or record%n%n",
        rounds);
    double floorCpu = median(samples.get(FLOOR).stream().mapToDouble(Cold::cpuMillis).toArray());
    System.out.printf(
        "%-28s %22s %10s %8s %8s %8s %8s%n",
        "cold start", "ms (min-max)", "CPU ms", "ratio", "of floor", "MiB", "zip MB");
    ObjectNode result = JSON.createObjectNode();
    result.put("rounds", rounds).put("warm", warm);
    Machine machine = Machine.here();
    machine.write(result.putObject("machine"));
    Map<String, Double> ratios = new LinkedHashMap<>();
    ObjectNode all = result.putObject("subjects");
    samples.forEach(
        (name, runs) -> {
          double[] cold = runs.stream().mapToDouble(Cold::millis).sorted().toArray();
          double coldCpu = median(runs.stream().mapToDouble(Cold::cpuMillis).toArray());
          double peak = median(runs.stream().mapToDouble(Cold::peakMb).toArray());
          double zip =
              subjects.stream()
                      .filter(subject -> name.startsWith(subject.name()))
                      .mapToLong(Subject::packageBytes)
                      .findFirst()
                      .orElse(0)
                  / 1e6;
          System.out.printf(
              "%-28s %8.0f (%.0f-%.0f) %12.0f %8.2f %8.2f %8.0f %8.1f%n",
              name,
              median(cold),
              cold[0],
              cold[cold.length - 1],
              coldCpu,
              coldCpu / bareCpu,
              coldCpu / floorCpu,
              peak,
              zip);
          ratios.put(name, coldCpu / bareCpu);
          all.putObject(name)
              .put("coldMillis", median(cold))
              .put("coldMillisMin", cold[0])
              .put("coldMillisMax", cold[cold.length - 1])
              .put("coldCpuMillis", coldCpu)
              .put("coldCpuRatio", coldCpu / bareCpu)
              .put("coldCpuOfFloor", coldCpu / floorCpu)
              .put("peakMemoryMb", peak)
              .put("packageMb", zip);
        });
    System.out.printf(
        "%n%-28s %22s %16s%n", "warm, after " + warm + " calls", "ms a call", "CPU ms an order");
    ObjectNode warmCalls = result.putObject("warm");
    Map<String, Double> warmCosts = new LinkedHashMap<>();
    warmed.forEach(
        (name, runs) -> {
          double millis = median(runs.stream().mapToDouble(Warm::millis).toArray());
          double cpu = median(runs.stream().mapToDouble(Warm::cpuMillis).toArray());
          System.out.printf("%-28s %22.2f %16.3f%n", name, millis, cpu);
          warmCalls.putObject(name).put("millis", millis).put("cpuMillisPerOrder", cpu);
          warmCosts.put(name, cpu);
        });
    System.out.printf("%n%-28s %22s%n", "first call after priming", "ms (min-max)");
    ObjectNode firstCalls = result.putObject("firstCallAfterPrimingMillis");
    Map<String, Double> firstCall = new LinkedHashMap<>();
    primed.forEach(
        (name, millis) -> {
          double[] sorted = millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
          System.out.printf(
              "%-28s %8.0f (%.0f-%.0f)%n",
              name, median(sorted), sorted[0], sorted[sorted.length - 1]);
          firstCalls.put(name, median(sorted));
          firstCall.put(name, median(sorted));
        });
    JSON.writerWithDefaultPrettyPrinter().writeValue(json.toFile(), result);
    System.out.println("\nas JSON: " + json);
    new Plot("Each function alone, on Lambda's runtime client", machine)
        .bars(
            "Cold start's processor time; a bare handler's at default flags is 1", "ratio", ratios)
        .bars("First call after priming", "ms", firstCall)
        .bars("Processor time an order, warm", "CPU ms", warmCosts)
        .write(plot);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
  }

  private static Path bareJar(Path work) throws IOException {
    String entry = BareHandler.class.getName().replace('.', '/') + ".class";
    Path jar = work.resolve("bare.jar");
    try (InputStream code = BareHandler.class.getClassLoader().getResourceAsStream(entry);
        OutputStream file = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(file)) {
      if (code == null) {
        throw new IOException(entry + " is not on the class path");
      }
      zip.putNextEntry(new ZipEntry(entry));
      code.transferTo(zip);
    }
    return jar;
  }
}
