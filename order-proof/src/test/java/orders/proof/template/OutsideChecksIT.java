package orders.proof.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What AWS's own tools say of the template, on machines that have them. */
class OutsideChecksIT {
  /** Transforms the template as CloudFormation would, once for each stage. */
  private static final String TRANSFORM =
      """
      from samtranslator.translator.transform import transform
      from samtranslator.yaml_helper import yaml_parse

      class NoManagedPolicies:
          def load(self):
              return {}

      for stage in ("dev", "staging", "prod"):
          with open("template.yaml") as file:
              template = yaml_parse(file.read())
          for resource in template["Resources"].values():
              if resource["Type"] == "AWS::Serverless::Function":
                  resource["Properties"]["CodeUri"] = "s3://bucket/key"
          types = [it["Type"] for it in transform(template, {"Stage": stage}, NoManagedPolicies())["Resources"].values()]
          for kind in ("Function", "Alias", "EventSourceMapping"):
              print(stage, kind, types.count("AWS::Lambda::" + kind))
          print(stage, "DeploymentGroup", types.count("AWS::CodeDeploy::DeploymentGroup"))
      """;

  @TempDir private Path folder;

  private record Result(int exitCode, String output) {}

  @Test
  void cfn_lint_finds_nothing() throws IOException, InterruptedException {
    assumeTrue(
        run("cfn-lint", "--version").exitCode() == 0,
        "cfn-lint is not here, so the template is not linted: pip install cfn-lint");

    assertThat(run("cfn-lint", "template.yaml")).isEqualTo(new Result(0, ""));
  }

  @Test
  void the_sam_translator_makes_all_that_the_functions_need()
      throws IOException, InterruptedException {
    assumeTrue(
        run("python3", "-c", "import samtranslator").exitCode() == 0,
        "the SAM translator is not here, so the template is not transformed: pip install"
            + " aws-sam-translator");

    Result result = run("python3", "-c", TRANSFORM);

    assertThat(result.exitCode()).as(result.output()).isZero();
    for (String stage : List.of("dev", "staging", "prod")) {
      assertThat(result.output())
          .contains(
              stage + " Function 3",
              stage + " Alias 3",
              stage + " EventSourceMapping 2",
              stage + " DeploymentGroup 3");
    }
  }

  private Result run(String... command) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(SamTemplate.project().toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("AWS_DEFAULT_REGION", "eu-west-1");
    Process process;
    try {
      process = builder.start();
    } catch (IOException notInstalled) {
      return new Result(127, notInstalled.getMessage());
    }
    try {
      if (!process.waitFor(2, TimeUnit.MINUTES)) {
        throw new AssertionError(List.of(command) + " does not end");
      }
    } finally {
      process.destroyForcibly();
    }
    return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
  }
}
