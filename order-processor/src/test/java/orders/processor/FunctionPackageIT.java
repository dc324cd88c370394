package orders.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

/** What is uploaded holds what is on the list and nothing else: a new jar is let in on purpose. */
class FunctionPackageIT {
  private static final Path PACKAGE = Path.of("target/order-processor.zip");

  @Test
  void the_package_holds_the_jars_that_are_on_the_list() throws IOException {
    try (ZipFile zip = new ZipFile(PACKAGE.toFile())) {
      assertThat(
              zip.stream()
                  .map(ZipEntry::getName)
                  .filter(name -> !name.endsWith("/"))
                  .map(name -> name.replaceFirst("-[0-9][^/]*\\.jar$", "")))
          .containsExactlyInAnyOrder(
              "lib/order-processor",
              "lib/order-function",
              "lib/order-wire",
              "lib/order-domain",
              "lib/jackson-core",
              "lib/aws-lambda-java-core",
              "lib/crac",
              "lib/slf4j-api",
              "lib/powertools-common",
              "lib/powertools-logging",
              "lib/powertools-metrics",
              "lib/commons-lang3", // Powertools metrics checks names with it
              // The clients of DynamoDB and SQS, and what every client of the SDK brings.
              "lib/dynamodb",
              "lib/sqs",
              "lib/annotations",
              "lib/auth",
              "lib/aws-core",
              "lib/aws-json-protocol",
              "lib/checksums",
              "lib/checksums-spi",
              "lib/endpoints-spi",
              "lib/eventstream",
              "lib/http-auth",
              "lib/http-auth-aws",
              "lib/http-auth-aws-eventstream",
              "lib/http-auth-spi",
              "lib/http-client-spi",
              "lib/identity-spi",
              "lib/json-utils",
              "lib/metrics-spi",
              "lib/profiles",
              "lib/protocol-core",
              "lib/reactive-streams",
              "lib/regions",
              "lib/retries",
              "lib/retries-spi",
              "lib/sdk-core",
              "lib/third-party-jackson-core",
              "lib/url-connection-client",
              "lib/utils",
              "lib/utils-lite");
    }
  }

  @Test
  void the_package_is_small() throws IOException {
    assertThat(Files.size(PACKAGE)).isLessThan(10_000_000);
  }

  @Test
  void classes_are_stored_as_they_are_so_that_a_cold_start_unpacks_none() throws IOException {
    try (ZipFile zip = new ZipFile(PACKAGE.toFile());
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
