package orders.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

/** What is deployed is what is needed: a library more is let in on purpose. */
class PackageIT {
  private static final Path ZIP = Path.of("target", "order-api.zip");
  private static final long MOST_BYTES = 10L << 20;

  private static final Set<String> JARS =
      Set.of(
          "annotations",
          "auth",
          "aws-core",
          "aws-json-protocol",
          "aws-lambda-java-core",
          "checksums",
          "checksums-spi",
          "commons-lang3", // Powertools metrics checks names with it
          "crac",
          "dynamodb",
          "endpoints-spi",
          "eventstream",
          "http-auth",
          "http-auth-aws",
          "http-auth-aws-eventstream",
          "http-auth-spi",
          "http-client-spi",
          "identity-spi",
          "jackson-core",
          "json-utils",
          "metrics-spi",
          "order-api",
          "order-domain",
          "order-function",
          "order-wire",
          "powertools-common",
          "powertools-idempotency",
          "powertools-logging",
          "powertools-metrics",
          "profiles",
          "protocol-core",
          "reactive-streams",
          "regions",
          "retries",
          "retries-spi",
          "sdk-core",
          "slf4j-api",
          "sqs",
          "third-party-jackson-core",
          "url-connection-client",
          "utils",
          "utils-lite");

  @Test
  void the_package_holds_these_jars_and_nothing_else() throws IOException {
    Set<String> found = new TreeSet<>();
    try (ZipFile zip = new ZipFile(ZIP.toFile())) {
      zip.stream()
          .filter(entry -> !entry.isDirectory())
          .forEach(
              entry ->
                  found.add(
                      entry
                          .getName()
                          .replaceFirst("^lib/", "")
                          .replaceFirst("-[0-9].*\\.jar$", "")));
    }

    assertThat(found).containsExactlyInAnyOrderElementsOf(JARS);
    assertThat(Files.size(ZIP)).isLessThan(MOST_BYTES);
  }

  @Test
  void classes_are_stored_as_they_are_so_that_a_cold_start_unpacks_none() throws IOException {
    try (ZipFile zip = new ZipFile(ZIP.toFile());
        ZipInputStream jar =
            new ZipInputStream(
                zip.getInputStream(
                    zip.stream()
                        .filter(entry -> entry.getName().startsWith("lib/sdk-core-"))
                        .findFirst()
                        .orElseThrow()))) {
      for (ZipEntry entry = jar.getNextEntry(); entry != null; entry = jar.getNextEntry()) {
        assertThat(entry.getMethod()).as(entry.getName()).isEqualTo(ZipEntry.STORED);
      }
    }
  }
}
