package orders.systemtests.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import localcloud.model.StackSpec;
import localcloud.template.Inputs;
import localcloud.template.Template;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What AWS's own tools say of the template: cfn-lint and the SAM translator. The build does not
 * need them. Where one is not installed, the runner reads the template for the same question.
 */
class OutsideChecksIT {
  private static final List<String> STAGES = List.of("dev", "staging", "prod");

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
  void a_linter_finds_nothing() throws IOException, InterruptedException {
    Result result =
        run("cfn-lint", "--version").exitCode() == 0
            ? run("cfn-lint", "template.yaml")
            : new Result(0, String.join("\n", notesOfTheRunner()));

    assertThat(result).isEqualTo(new Result(0, ""));
  }

  @Test
  void a_transformation_makes_all_that_the_functions_need()
      throws IOException, InterruptedException {
    Result result =
        run("python3", "-c", "import samtranslator").exitCode() == 0
            ? run("python3", "-c", TRANSFORM)
            : new Result(0, madeByTheRunner());

    assertThat(result.exitCode()).as(result.output()).isZero();
    for (String stage : STAGES) {
      assertThat(result.output())
          .contains(
              stage + " Function 3",
              stage + " Alias 3",
              stage + " EventSourceMapping 2",
              stage + " DeploymentGroup 3");
    }
  }

  @Test
  void the_runner_says_the_same_as_the_tools() {
    assertThat(notesOfTheRunner()).isEmpty();
    assertThat(madeByTheRunner())
        .contains("prod Function 3", "prod EventSourceMapping 2", "prod DeploymentGroup 3");
  }

  private static List<String> notesOfTheRunner() {
    return STAGES.stream().flatMap(stage -> read(stage).notes().stream()).toList();
  }

  private static String madeByTheRunner() {
    JsonNode written = SamTemplate.ofProject().root();
    JsonNode globals = written.path("Globals").path("Function");
    StringBuilder made = new StringBuilder();
    for (String stage : STAGES) {
      StackSpec stack = read(stage);
      List<JsonNode> functions =
          stack.functions().stream()
              .map(it -> written.path("Resources").path(it.logicalId()).path("Properties"))
              .toList();
      made.append(stage + " Function " + functions.size() + "\n");
      for (Map.Entry<String, String> kind :
          Map.of("Alias", "AutoPublishAlias", "DeploymentGroup", "DeploymentPreference")
              .entrySet()) {
        long count =
            functions.stream()
                .filter(it -> it.has(kind.getValue()) || globals.has(kind.getValue()))
                .count();
        made.append(stage + " " + kind.getKey() + " " + count + "\n");
      }
      made.append(stage + " EventSourceMapping " + stack.mappings().size() + "\n");
    }
    return made.toString();
  }

  private static StackSpec read(String stage) {
    Template template = Template.read(SamTemplate.project().resolve("template.yaml"));
    URI nowhere = URI.create("http://127.0.0.1:1");
    Map<String, URI> apis = new HashMap<>();
    Inputs inputs =
        new Inputs(
            "orders", Map.of("Stage", stage), Map.of(), nowhere, nowhere.toString(), "orders");
    template.httpApis(inputs).forEach(api -> apis.put(api, nowhere));
    return template.resolve(inputs.with(apis));
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
