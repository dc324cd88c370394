package orders.api;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Who may know whom: what is not listed is let in on purpose or not at all. */
@AnalyzeClasses(packages = "orders.api", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule jsonKnowsItsParserAlone =
      classes()
          .that()
          .resideInAPackage("orders.api.json")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "orders.api.json", "com.fasterxml.jackson.core..", "java..", "org.jspecify..");

  @ArchTest
  static final ArchRule httpKnowsTheDomain =
      classes()
          .that()
          .resideInAPackage("orders.api.http")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "orders.api.http",
              "orders.domain",
              "com.amazonaws.services.lambda.runtime.events..",
              "com.fasterxml.jackson.core..",
              "java..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule useCasesKnowDomainAndWire =
      classes()
          .that()
          .resideInAPackage("orders.api.application")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "orders.api.application", "orders.domain", "orders.wire", "java..", "org.jspecify..");

  @ArchTest
  static final ArchRule formsKnowWhatTheyReadAndWhatTheyMake =
      classes()
          .that()
          .resideInAPackage("orders.api.form")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "orders.api.form",
              "orders.api.application",
              "orders.api.http",
              "orders.api.json",
              "orders.domain",
              "java..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule adaptersKnowThePortsAndAws =
      classes()
          .that()
          .resideInAPackage("orders.api.aws")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "orders.api.aws",
              "orders.api.application",
              "orders.domain",
              "orders.wire..",
              "orders.lambda..",
              "software.amazon.awssdk..",
              "software.amazon.lambda.powertools.idempotency..",
              "java..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule theEdgeKnowsTheRuntime =
      classes()
          .that()
          .resideInAPackage("orders.api")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "orders.api..",
              "orders.domain",
              "orders.wire..",
              "orders.lambda..",
              "com.amazonaws.services.lambda.runtime..",
              "org.crac",
              "org.slf4j..",
              "software.amazon.awssdk..",
              "software.amazon.lambda.powertools.metrics..",
              "java..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule onlyTheWiringMakesAdaptersAndReadsTheEnvironment =
      noClasses()
          .that()
          .resideInAPackage("orders.api")
          .and()
          .doNotHaveSimpleName("OrderApiWiring")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("orders.api.aws", "software.amazon.awssdk..");

  @ArchTest
  static final ArchRule nobodyScansATable =
      noClasses()
          .should()
          .callMethodWhere(
              target(nameMatching("scan|scanPaginator|executeStatement|batchExecuteStatement")));

  @ArchTest
  static final ArchRule nothingAsksForTheTimeBehindTheClock =
      noClasses()
          .that()
          .resideOutsideOfPackage("orders.api.aws")
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");

  @ArchTest
  static final ArchRule tablesAreReadByClientsThatStandAnyName =
      noClasses().should().callMethod(DynamoDbClient.class, "builder");
}
