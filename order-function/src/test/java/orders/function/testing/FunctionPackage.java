package orders.function.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

/** A function's package as it is uploaded. */
public final class FunctionPackage {
  private static final long MOST_BYTES = 10_000_000;

  /** The jars that every function needs, by name without version. */
  private static final List<String> COMMON =
      List.of(
          "order-function",
          "order-wire",
          "order-domain",
          "jackson-core",
          "aws-lambda-java-core",
          "crac",
          "slf4j-api",
          "powertools-common",
          "powertools-logging",
          "powertools-metrics",
          "commons-lang3", // Powertools metrics checks names with it
          // What every client of the SDK brings.
          "annotations",
          "auth",
          "aws-core",
          "checksums",
          "checksums-spi",
          "endpoints-spi",
          "eventstream",
          "http-auth",
          "http-auth-aws",
          "http-auth-aws-eventstream",
          "http-auth-spi",
          "http-client-spi",
          "identity-spi",
          "json-utils",
          "metrics-spi",
          "profiles",
          "protocol-core",
          "reactive-streams",
          "regions",
          "retries",
          "retries-spi",
          "sdk-core",
          "third-party-jackson-core",
          "url-connection-client",
          "utils",
          "utils-lite");

  private final Path zip;

  private FunctionPackage(Path zip) {
    this.zip = zip;
  }

  /** Returns the package that the build made, to be looked at from the module's folder. */
  public static FunctionPackage of(String module) {
    return new FunctionPackage(Path.of("target", module + ".zip"));
  }

  /**
   * Asserts that the package holds the jars common to all and these: one more is let in on purpose.
   */
  public void holdsNothingBesideTheCommonJarsAnd(String... ownJars) throws IOException {
    try (ZipFile file = new ZipFile(zip.toFile())) {
      assertThat(
              file.stream()
                  .filter(entry -> !entry.isDirectory())
                  .map(entry -> entry.getName().replaceFirst("-[0-9][^/]*\\.jar$", "")))
          .containsExactlyInAnyOrderElementsOf(
              Stream.of(COMMON, List.of(ownJars))
                  .flatMap(Collection::stream)
                  .map(jar -> "lib/" + jar)
                  .toList());
    }
  }

  /** Asserts that the package is at most 10 MB. */
  public void isSmall() throws IOException {
    assertThat(Files.size(zip)).isLessThan(MOST_BYTES);
  }

  /** Asserts that classes are stored as they are, so that a cold start unpacks none. */
  public void storesClassesUncompressed() throws IOException {
    try (ZipFile file = new ZipFile(zip.toFile());
        ZipInputStream jar =
            new ZipInputStream(
                file.getInputStream(
                    file.stream()
                        .filter(entry -> entry.getName().startsWith("lib/sdk-core-"))
                        .findFirst()
                        .orElseThrow()))) {
      for (ZipEntry entry = jar.getNextEntry(); entry != null; entry = jar.getNextEntry()) {
        assertThat(entry.getMethod()).as(entry.getName()).isEqualTo(ZipEntry.STORED);
      }
    }
  }

  /**
   * Asserts that the classes make no lambdas and no switches over types at run time, when each
   * start would generate a class for each; all but one that can be serialized.
   */
  public void generatesNoClasses() throws IOException {
    List<String> generating = new ArrayList<>();
    try (ZipFile file = new ZipFile(zip.toFile())) {
      for (ZipEntry entry : Collections.list(file.entries())) {
        if (entry.getName().endsWith(".jar")) {
          generating.addAll(generating(new ZipInputStream(file.getInputStream(entry))));
        }
      }
    }
    assertThat(generating).containsExactly("org/apache/commons/lang3/builder/DiffBuilder.class");
  }

  private static List<String> generating(ZipInputStream jar) throws IOException {
    List<String> names = new ArrayList<>();
    for (ZipEntry entry = jar.getNextEntry(); entry != null; entry = jar.getNextEntry()) {
      String code = new String(jar.readAllBytes(), StandardCharsets.ISO_8859_1);
      if (entry.getName().endsWith(".class")
          && !entry.getName().startsWith("META-INF/")
          && (code.contains("java/lang/invoke/LambdaMetafactory")
              || code.contains("java/lang/runtime/SwitchBootstraps"))) {
        names.add(entry.getName());
      }
    }
    return names;
  }
}
