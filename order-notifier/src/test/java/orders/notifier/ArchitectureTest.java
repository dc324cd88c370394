package orders.notifier;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "orders.notifier", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule the_use_case_knows_no_technology =
      classes()
          .that()
          .resideInAPackage("orders.notifier.application")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "orders.notifier.application",
              "orders.domain",
              "orders.wire",
              "java..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule adapters_know_the_use_case_and_their_service =
      classes()
          .that()
          .resideInAPackage("orders.notifier.aws")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "orders.notifier.aws",
              "orders.notifier.application",
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
          .resideInAPackage("orders.notifier")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "orders.notifier..",
              "orders.lambda..",
              "orders.domain",
              "orders.wire",
              "com.amazonaws.services.lambda.runtime..",
              "com.fasterxml.jackson.core..",
              "software.amazon.awssdk..",
              "software.amazon.lambda.powertools.metrics..",
              "org.slf4j..",
              "java..",
              "org.jspecify..");
}
