package orders.api;

import java.io.IOException;
import orders.lambda.testing.FunctionPackage;
import org.junit.jupiter.api.Test;

class FunctionPackageIT {
  private static final FunctionPackage PACKAGE = FunctionPackage.of("order-api");

  @Test
  void the_package_holds_the_jars_that_are_on_the_list() throws IOException {
    PACKAGE.holdsNothingBesideTheCommonJarsAnd(
        "order-api", "powertools-idempotency", "dynamodb", "sqs", "aws-json-protocol");
  }

  @Test
  void the_package_is_small() throws IOException {
    PACKAGE.isSmall();
  }

  @Test
  void the_jars_of_the_libraries_are_byte_for_byte_as_published() throws IOException {
    PACKAGE.holdsJarsAsPublished();
  }
}
