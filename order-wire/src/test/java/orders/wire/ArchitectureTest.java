package orders.wire;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "orders.wire", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule the_written_forms_need_a_streaming_parser_alone =
      classes()
          .that()
          .resideInAPackage("orders.wire")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "orders.wire",
              "orders.domain",
              "com.fasterxml.jackson.core..",
              "java..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule the_sdk_is_known_in_one_package =
      classes()
          .that()
          .resideInAPackage("orders.wire.dynamodb")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "orders.wire..", "software.amazon.awssdk..", "java..", "org.jspecify..");
}
