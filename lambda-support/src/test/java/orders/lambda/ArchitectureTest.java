package orders.lambda;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "orders.lambda", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule what_functions_share_knows_nothing_of_orders =
      classes()
          .that()
          .resideInAPackage("orders.lambda..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "orders.lambda..",
              "com.amazonaws.services.lambda.runtime..",
              "com.fasterxml.jackson.core..",
              "org.crac",
              "org.slf4j..",
              "software.amazon.awssdk..",
              "software.amazon.lambda.powertools..",
              "java..",
              "javax.net.ssl",
              "org.jspecify..");
}
