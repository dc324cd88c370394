package orders.systemtests.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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

  /** Reads and transforms the template as CloudFormation would. */
  private static final String TRANSFORM =
      """
      import itertools, json, logging
      logging.disable(logging.CRITICAL)
      from samtranslator.translator.transform import transform
      from samtranslator.yaml_helper import yaml_parse

      class NoManagedPolicies:
          def load(self):
              return {}

      text = open("template.yaml").read()

      def transformed(**parameters):
          template = yaml_parse(text)
          for resource in template["Resources"].values():
              if resource["Type"] == "AWS::Serverless::Function":
                  resource["Properties"]["CodeUri"] = "s3://bucket/key"
          return transform(template, parameters, NoManagedPolicies())
      """;

  private static final String COUNT =
      """
      for stage in ("dev", "staging", "prod"):
          types = [it["Type"] for it in transformed(Stage=stage)["Resources"].values()]
          for kind in ("Alias", "EventSourceMapping"):
              print(stage, kind, types.count("AWS::Lambda::" + kind))
          print(stage, "Function", types.count("AWS::Lambda::Function") - types.count("AWS::Cognito::UserPool"))
          print(stage, "DeploymentGroup", types.count("AWS::CodeDeploy::DeploymentGroup"))
      """;

  private static final String VERSIONS =
      """
      for release in ("0123456789ab", "0123456789ab", "fedcba987654", ""):
          resources = transformed(Release=release, LogLevel="DEBUG")["Resources"]
          versions = sorted(it for it, body in resources.items() if body["Type"] == "AWS::Lambda::Version")
          print(",".join(versions), resources["OrderApiFunction"]["Properties"]["Description"])
      """;

  /** Settles every condition, and looks for what then refers to a resource that is not there. */
  private static final String DANGLING =
      """
      template = transformed()
      conditions, resources = template["Conditions"], template["Resources"]
      choices = {
          "Stage": ["dev", "prod"], "JwtIssuer": ["", "https://issuer.example"], "Console": ["on", "off"],
          "ConsoleUrl": ["", "https://console.example/"], "AlarmTopicArn": ["", "arn:topic"],
          "DomainName": ["", "api.example.com"], "CertificateArn": ["", "arn:certificate"],
          "HostedZoneId": ["", "Z1"], "Failover": ["none", "primary", "secondary"],
      }

      def settled(name, given):
          def holds(it):
              kind, argument = next(iter(it.items()))
              if kind == "Condition":
                  return holds(conditions[argument])
              if kind == "Fn::Equals":
                  left, right = (given[x["Ref"]] if isinstance(x, dict) else x for x in argument)
                  return left == right
              return {"Fn::And": all, "Fn::Or": any, "Fn::Not": lambda x: not all(x)}[kind]([holds(x) for x in argument])
          return holds(conditions[name])

      def named(it, true):
          if isinstance(it, list):
              for part in it:
                  yield from named(part, true)
          elif isinstance(it, dict):
              for key, value in it.items():
                  if key == "Fn::If":
                      yield from named(value[1] if true[value[0]] else value[2], true)
                  elif key == "Ref":
                      yield value
                  elif key == "Fn::GetAtt":
                      yield value[0] if isinstance(value, list) else value.split(".")[0]
                  elif key == "Fn::Sub":
                      yield from named(value[1:] if isinstance(value, list) else [], true)
                      for part in (value[0] if isinstance(value, list) else value).split("${")[1:]:
                          yield part.split("}")[0].split(".")[0]
                  else:
                      yield from named(value, true)

      combinations = 0
      for values in itertools.product(*choices.values()):
          given = {name: it.get("Default") for name, it in template["Parameters"].items()}
          given.update(zip(choices, values))
          true = {name: settled(name, given) for name in conditions}
          there = {name for name, it in resources.items() if "Condition" not in it or true[it["Condition"]]}
          parts = [resources[name] for name in there]
          parts += [it for it in template["Outputs"].values() if "Condition" not in it or true[it["Condition"]]]
          missing = {name for name in named(parts, true) if name in resources and name not in there}
          if missing:
              print(dict(zip(choices, values)), "lack", sorted(missing))
          combinations += 1
      print(combinations, "combinations")
      """;

  /** Runs the function that stands in the template itself. */
  private static final String SCOPES =
      """
      import json, sys
      exec(sys.argv[1])
      for source in ("TokenGeneration_HostedAuth", "TokenGeneration_Authentication"):
          for groups in (["back-office"], ["others"], [], None):
              event = {"triggerSource": source, "request": {"groupConfiguration": {"groupsToOverride": groups}}, "response": {}}
              given = handler(event, None)["response"]["claimsAndScopeOverrideDetails"]["accessTokenGeneration"]
              print(source, groups, "+" + ",".join(given["scopesToAdd"]), "-" + ",".join(given["scopesToSuppress"]))
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
        translatorIsInstalled()
            ? run("python3", "-c", TRANSFORM + COUNT)
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
  void another_release_is_another_version_of_every_function()
      throws IOException, InterruptedException {
    assumeTrue(translatorIsInstalled(), "the SAM translator is not installed");
    Result result = run("python3", "-c", TRANSFORM + VERSIONS);

    assertThat(result.exitCode()).as(result.output()).isZero();
    List<String> lines = result.output().lines().toList();
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0))
        .contains("OrderApiFunctionVersion0123456789", "OrderNotifierFunctionVersion0123456789")
        .contains("OrderProcessorFunctionVersion0123456789")
        .endsWith(" 0123456789ab") // Lambda publishes nothing for a function that did not change
        .isEqualTo(lines.get(1));
    assertThat(lines.get(2)).contains("Versionfedcba9876").doesNotContain("Version0123456789");
    assertThat(lines.get(3)).matches("(\\w+FunctionVersion\\w{10},?){3} .*");
  }

  @Test
  void no_combination_of_parameters_refers_to_what_it_does_not_make()
      throws IOException, InterruptedException {
    assumeTrue(translatorIsInstalled(), "the SAM translator is not installed");
    Result result = run("python3", "-c", TRANSFORM + DANGLING);

    assertThat(result).isEqualTo(new Result(0, "768 combinations\n"));
  }

  @Test
  void the_trigger_gives_the_back_offices_scope_to_its_members_alone()
      throws IOException, InterruptedException {
    assumeTrue(run("python3", "--version").exitCode() == 0, "Python is not installed");
    String code =
        SamTemplate.ofProject().properties("TokenScopesFunction").at("/Code/ZipFile").asText();

    Result result = run("python3", "-c", SCOPES, code);

    assertThat(result.output().lines())
        .containsExactly(
            "TokenGeneration_HostedAuth ['back-office'] +orders/admin -",
            "TokenGeneration_HostedAuth ['others'] + -orders/admin",
            "TokenGeneration_HostedAuth [] + -orders/admin",
            "TokenGeneration_HostedAuth None + -orders/admin",
            "TokenGeneration_Authentication ['back-office'] +orders/read,orders/write,orders/admin"
                + " -",
            "TokenGeneration_Authentication ['others'] +orders/read,orders/write -orders/admin",
            "TokenGeneration_Authentication [] +orders/read,orders/write -orders/admin",
            "TokenGeneration_Authentication None +orders/read,orders/write -orders/admin");
  }

  private boolean translatorIsInstalled() throws IOException, InterruptedException {
    return run("python3", "-c", "import samtranslator").exitCode() == 0;
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
