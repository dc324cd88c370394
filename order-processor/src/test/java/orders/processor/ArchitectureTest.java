package orders.processor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

@AnalyzeClasses(packages = "orders.processor", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule the_use_case_knows_no_technology =
      classes()
          .that()
          .resideInAPackage("orders.processor.application")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "orders.processor.application",
              "orders.domain",
              "orders.wire",
              "java..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule adapters_know_the_use_case_and_their_service =
      classes()
          .that()
          .resideInAPackage("orders.processor.aws")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "orders.processor.aws",
              "orders.processor.application",
              "orders.lambda",
              "orders.domain",
              "orders.wire..",
              "software.amazon.awssdk..",
              "org.slf4j..",
              "java..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule the_edge_wires_and_translates =
      classes()
          .that()
          .resideInAPackage("orders.processor")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "orders.processor..",
              "orders.lambda..",
              "orders.domain",
              "orders.wire..",
              "com.amazonaws.services.lambda.runtime..",
              "com.fasterxml.jackson.core..",
              "software.amazon.awssdk..",
              "software.amazon.lambda.powertools.metrics..",
              "org.slf4j..",
              "java..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule tables_are_read_by_clients_that_stand_any_name =
      noClasses().should().callMethod(DynamoDbClient.class, "builder");
}
