package localcloud.functions;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import localcloud.model.FunctionSpec;
import localcloud.probe.Probe;

/** Packages of the probe, and specs and options that fit them. */
public final class ProbePackage {
  /** Where lambda-runtime's build puts its class path, seen from this module's folder. */
  public static final Path RUNTIME_LIB = Path.of("..", "lambda-runtime", "target", "lib");

  public static final Endpoints NOWHERE =
      new Endpoints(
          URI.create("http://127.0.0.1:1"),
          URI.create("http://127.0.0.1:2"),
          URI.create("http://127.0.0.1:3"),
          URI.create("http://127.0.0.1:4"),
          URI.create("http://127.0.0.1:5"));

  public static final Duration INIT_TIMEOUT = Duration.ofMinutes(2);

  private ProbePackage() {}

  /** Writes a package as our builds make them: one jar under lib. */
  public static Path zip(Path folder, String marker) throws IOException {
    ByteArrayOutputStream jar = new ByteArrayOutputStream();
    classes(jar, marker);
    Path zip = folder.resolve("probe.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry("lib/probe.jar"));
      out.write(jar.toByteArray());
      out.closeEntry();
    }
    return zip;
  }

  /** Writes a jar: classes at its root. */
  public static Path jar(Path folder) throws IOException {
    Path jar = folder.resolve("probe.jar");
    try (OutputStream out = Files.newOutputStream(jar)) {
      classes(out, "jar");
    }
    return jar;
  }

  private static void classes(OutputStream target, String marker) throws IOException {
    Path root;
    try {
      root = Path.of(Probe.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    try (ZipOutputStream out = new ZipOutputStream(target);
        Stream<Path> files = Files.list(root.resolve("localcloud").resolve("probe"))) {
      for (Path file : files.sorted().toList()) {
        out.putNextEntry(new ZipEntry("localcloud/probe/" + file.getFileName()));
        Files.copy(file, out);
        out.closeEntry();
      }
      out.putNextEntry(new ZipEntry("marker.txt"));
      out.write(marker.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      out.closeEntry();
    }
  }

  public static FunctionSpec spec(Path code) {
    return new FunctionSpec(
        "Probe",
        "stack-Probe",
        code,
        Probe.class.getName(),
        "java25",
        256,
        Duration.ofSeconds(20),
        Map.of("FROM_TEMPLATE", "yes"),
        OptionalInt.empty(),
        FunctionSpec.AsyncSpec.DEFAULT,
        List.of(),
        false,
        Set.of());
  }

  public static FunctionSpec with(FunctionSpec spec, Duration timeout) {
    return new FunctionSpec(
        spec.logicalId(),
        spec.name(),
        spec.code(),
        spec.handler(),
        spec.runtime(),
        spec.memoryMb(),
        timeout,
        spec.environment(),
        spec.reservedConcurrency(),
        spec.async(),
        spec.policies(),
        spec.snapStart(),
        spec.qualifiers());
  }

  public static FunctionSpec with(FunctionSpec spec, Map<String, String> environment) {
    return new FunctionSpec(
        spec.logicalId(),
        spec.name(),
        spec.code(),
        spec.handler(),
        spec.runtime(),
        spec.memoryMb(),
        spec.timeout(),
        environment,
        spec.reservedConcurrency(),
        spec.async(),
        spec.policies(),
        spec.snapStart(),
        spec.qualifiers());
  }

  public static FunctionSpec withHandler(FunctionSpec spec, String handler) {
    return new FunctionSpec(
        spec.logicalId(),
        spec.name(),
        spec.code(),
        handler,
        spec.runtime(),
        spec.memoryMb(),
        spec.timeout(),
        spec.environment(),
        spec.reservedConcurrency(),
        spec.async(),
        spec.policies(),
        spec.snapStart(),
        spec.qualifiers());
  }

  public static FunctionSpec withSnapStart(FunctionSpec spec, String runtime) {
    return new FunctionSpec(
        spec.logicalId(),
        spec.name(),
        spec.code(),
        spec.handler(),
        runtime,
        spec.memoryMb(),
        spec.timeout(),
        spec.environment(),
        spec.reservedConcurrency(),
        spec.async(),
        spec.policies(),
        true,
        spec.qualifiers());
  }

  public static FunctionSpec withReserved(FunctionSpec spec, int reserved) {
    return new FunctionSpec(
        spec.logicalId(),
        spec.name(),
        spec.code(),
        spec.handler(),
        spec.runtime(),
        spec.memoryMb(),
        spec.timeout(),
        spec.environment(),
        OptionalInt.of(reserved),
        spec.async(),
        spec.policies(),
        spec.snapStart(),
        spec.qualifiers());
  }

  public static FunctionSpec with(FunctionSpec spec, FunctionSpec.AsyncSpec async) {
    return new FunctionSpec(
        spec.logicalId(),
        spec.name(),
        spec.code(),
        spec.handler(),
        spec.runtime(),
        spec.memoryMb(),
        spec.timeout(),
        spec.environment(),
        spec.reservedConcurrency(),
        async,
        spec.policies(),
        spec.snapStart(),
        spec.qualifiers());
  }

  /**
   * Options without anything in the background, and with time enough for one process to start or
   * come back, on a machine however busy, before another is started in its place.
   */
  public static Options options(Path cache) {
    return Options.defaults(RUNTIME_LIB)
        .withCacheDir(cache)
        .withPrewarm(false)
        .withAotCache(false)
        .withTimes(Duration.ofSeconds(30), Duration.ofMinutes(5), INIT_TIMEOUT)
        .withFirstInitTimeout(INIT_TIMEOUT);
  }

  /** On-failure: nothing there. */
  public static FunctionSpec.AsyncSpec async(
      int retries, Duration age, Optional<String> onFailure, Optional<String> onSuccess) {
    return new FunctionSpec.AsyncSpec(retries, age, onFailure, onSuccess);
  }
}
