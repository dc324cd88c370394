package orders.lambda.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** A function's package as it is uploaded. */
public final class FunctionPackage {
  private static final long MAX_BYTES = 10_000_000;

  /** The jars that every function needs, by name without version. */
  private static final List<String> COMMON =
      List.of(
          "lambda-support",
          "order-wire",
          "order-domain",
          "jackson-core",
          "aws-lambda-java-core",
          "aws-lambda-java-events",
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
    assertThat(Files.size(zip)).isLessThan(MAX_BYTES);
  }

  /**
   * Asserts that each jar of a library is the file that its makers published, so that signatures,
   * checksums and scanners recognise it. The test's own class path holds those files.
   */
  public void holdsJarsAsPublished() throws IOException {
    int compared = 0;
    try (ZipFile file = new ZipFile(zip.toFile())) {
      for (String element : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
        Path published = Path.of(element);
        ZipEntry packed = file.getEntry("lib/" + published.getFileName());
        if (packed != null && Files.isRegularFile(published)) {
          assertThat(file.getInputStream(packed))
              .as(packed.getName())
              .hasBinaryContent(Files.readAllBytes(published));
          compared++;
        }
      }
    }
    assertThat(compared).isGreaterThanOrEqualTo(COMMON.size() - 3); // all but our own modules
  }
}
