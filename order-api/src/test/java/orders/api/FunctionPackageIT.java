package orders.api;

import java.io.IOException;
import orders.function.testing.FunctionPackage;
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
  void a_start_generates_no_classes_for_lambdas_and_switches() throws IOException {
    PACKAGE.generatesNoClasses();
  }

  @Test
  void classes_are_stored_as_they_are_so_that_a_cold_start_unpacks_none() throws IOException {
    PACKAGE.storesClassesUncompressed();
  }
}
