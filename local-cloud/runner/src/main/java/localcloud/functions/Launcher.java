package localcloud.functions;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import localcloud.model.Arns;
import localcloud.model.FunctionSpec;

/** Starts processes of functions as Lambda does: flags, class path, environment. */
final class Launcher {
  /** The heap's part of the memory size; the rest is for classes, code, threads and buffers. */
  private static final double HEAP_SHARE = 0.85;

  private static final int WARMED_AHEAD_SINCE = 25;

  private static final String NATIVE_CLIENT =
      "com.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI";

  private final Options options;
  private final Endpoints endpoints;
  private final List<Path> runtimeJars;
  private final Optional<byte[]> nativeClient;

  Launcher(Options options, Endpoints endpoints) {
    this.options = options;
    this.endpoints = endpoints;
    this.runtimeJars = jars(options.runtimeLib());
    this.nativeClient = options.plainLoop() ? Optional.empty() : nativeClient(runtimeJars);
  }

  /** Returns the class path that every function has in front of its own. */
  List<Path> runtimeJars() {
    return runtimeJars;
  }

  /**
   * Starts a process.
   *
   * @param temporary a folder of its own, for its temporary files and its copy of the native client
   * @param extra flags for this process only
   */
  Process start(
      FunctionSpec spec,
      FunctionPackage code,
      String runtimeApi,
      Path temporary,
      List<String> extra)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(options.java().toString());
    command.addAll(flags(spec, temporary));
    command.addAll(extra);
    command.add("-cp");
    command.add(
        Stream.concat(runtimeJars.stream(), code.classPath().stream())
            .map(Path::toString)
            .collect(Collectors.joining(System.getProperty("path.separator"))));
    command.add("localcloud.runtime.Main");
    command.add(spec.handler());
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(code.taskRoot().toFile()).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment(spec, code, runtimeApi));
    return builder.start();
  }

  private List<String> flags(FunctionSpec spec, Path temporary) throws IOException {
    List<String> flags = new ArrayList<>();
    if (!warmedAhead(spec)) {
      flags.add("-XX:+TieredCompilation");
      flags.add("-XX:TieredStopAtLevel=1");
    }
    flags.add("-XX:+UseSerialGC");
    // Lambda's -Xshare:auto is the default; spoken out it may not stand beside an AOT cache.
    flags.add("-XX:-UsePerfData");
    flags.add("-Xmx" + Math.max(16, (int) (spec.memoryMb() * HEAP_SHARE)) + "m");
    flags.add("-Djava.io.tmpdir=" + temporary);
    flags.add("--enable-native-access=ALL-UNNAMED");
    if (Runtime.version().feature() >= 23) {
      // The runtime client's mapper uses it; the warning would stand in front of every log.
      flags.add("--sun-misc-unsafe-memory-access=allow");
    }
    if (options.plainLoop()) {
      flags.add("-Dlocalcloud.loop=plain");
    }
    if (spec.snapStart()) {
      // As Lambda's own start script says it, so that org.crac finds the runtime client's hooks.
      flags.add("-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac");
    }
    if (nativeClient.isPresent()) {
      // Its default is one fixed file, written by each process while others run from it.
      Path library = temporary.resolve("libaws-lambda-jni.so");
      Files.write(library, nativeClient.get());
      flags.add("-D" + NATIVE_CLIENT + "=" + library);
    }
    return flags;
  }

  /**
   * Returns whether Lambda leaves the compilers as they are: from Java 25 on it stops at C1 only
   * where a customer waits for the start.
   *
   * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/java-customization.html">Customize
   *     Java runtime startup behavior</a>
   */
  private static boolean warmedAhead(FunctionSpec spec) {
    return spec.snapStart()
        && Integer.parseInt(spec.runtime().replaceAll("java|[.].*", "")) >= WARMED_AHEAD_SINCE;
  }

  /**
   * Returns exactly what Lambda documents, the template's variables and the service endpoints:
   * nothing else of the runner's own environment than where programs are found.
   *
   * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html">Defined
   *     runtime environment variables</a>
   */
  private Map<String, String> environment(
      FunctionSpec spec, FunctionPackage code, String runtimeApi) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (String own : List.of("PATH", "SystemRoot", "LD_LIBRARY_PATH")) {
      Optional.ofNullable(System.getenv(own)).ifPresent(value -> variables.put(own, value));
    }
    variables.put("LANG", "en_US.UTF-8");
    variables.put("TZ", ":UTC");
    variables.put("AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR");
    variables.put("AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1:2000");
    // What stands above is not reserved: a template may say otherwise.
    variables.putAll(spec.environment());
    variables.putAll(endpoints.environment());
    variables.put("_HANDLER", spec.handler());
    variables.put("LAMBDA_TASK_ROOT", code.taskRoot().toString());
    variables.put("LAMBDA_RUNTIME_DIR", options.runtimeLib().toString());
    variables.put("AWS_LAMBDA_RUNTIME_API", runtimeApi);
    variables.put("AWS_LAMBDA_FUNCTION_NAME", spec.name());
    variables.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(spec.memoryMb()));
    variables.put("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
    // With it, the runtime client runs the hooks before and after the snapshot that is not taken.
    variables.put(
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        spec.snapStart() && !options.plainLoop() ? "snap-start" : "on-demand");
    variables.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + spec.name());
    variables.put("AWS_LAMBDA_LOG_STREAM_NAME", logStream());
    variables.put("AWS_EXECUTION_ENV", "AWS_Lambda_" + spec.runtime());
    variables.put("AWS_REGION", Arns.REGION);
    variables.put("AWS_DEFAULT_REGION", Arns.REGION);
    // The access key says who calls: services check the function's own policies by it.
    variables.put("AWS_ACCESS_KEY_ID", spec.logicalId());
    variables.put("AWS_SECRET_ACCESS_KEY", "local");
    variables.put("AWS_SESSION_TOKEN", "local");
    return variables;
  }

  private static String logStream() {
    return DateTimeFormatter.ofPattern("yyyy/MM/dd", Locale.ROOT)
            .format(LocalDate.now(ZoneOffset.UTC))
        + "/[$LATEST]"
        + UUID.randomUUID().toString().replace("-", "");
  }

  private static List<Path> jars(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> jars =
          files
              .map(Path::toAbsolutePath)
              .filter(file -> file.toString().endsWith(".jar"))
              .sorted()
              .toList();
      if (jars.isEmpty()) {
        throw new IllegalStateException(
            "Lambda's Java runtime is not in " + folder + ": build local-cloud/lambda-runtime");
      }
      return jars;
    } catch (IOException e) {
      throw new IllegalStateException(
          "Lambda's Java runtime is not in " + folder + ": build local-cloud/lambda-runtime", e);
    }
  }

  /** Returns the runtime client's native library for this platform; empty where there is none. */
  private static Optional<byte[]> nativeClient(List<Path> jars) {
    if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")) {
      return Optional.empty();
    }
    String machine = System.getProperty("os.arch").equals("aarch64") ? "aarch_64" : "x86_64";
    String musl =
        Files.exists(Path.of("/lib/ld-musl-" + muslName(machine) + ".so.1")) ? "_musl" : "";
    String entry = "jni/libaws-lambda-jni.linux" + musl + "-" + machine + ".so";
    for (Path jar : jars) {
      try (JarFile file = new JarFile(jar.toFile())) {
        if (file.getEntry(entry) != null) {
          try (InputStream library = file.getInputStream(file.getEntry(entry))) {
            return Optional.of(library.readAllBytes());
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + jar, e);
      }
    }
    return Optional.empty();
  }

  private static String muslName(String machine) {
    return machine.equals("aarch_64") ? "aarch64" : machine;
  }
}
