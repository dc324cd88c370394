package orders.systemtests.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parameters, and the deployments that set them. */
class ParametersTest {
  private static final Pattern OVERRIDES = Pattern.compile("parameter_overrides = \"([^\"]*)\"");

  private final SamTemplate template = SamTemplate.ofProject();
  private final JsonNode parameters = template.root().path("Parameters");

  @Test
  void every_parameter_is_used_said_what_it_is_for_and_checked() {
    String text = SamTemplate.text("template.yaml");
    parameters
        .properties()
        .forEach(
            parameter -> {
              String name = parameter.getKey();
              JsonNode rules = parameter.getValue();
              assertThat(
                      Pattern.compile("(!Ref " + name + "\\b|\\$\\{" + name + "})")
                          .matcher(text)
                          .find())
                  .as(name + " is used")
                  .isTrue();
              assertThat(rules.path("Description").asText()).as(name).endsWith(".");
              assertThat(rules.has("Default")).as(name + " has a default").isTrue();
              assertThat(
                      rules.has("AllowedValues")
                          || rules.has("AllowedPattern")
                          || rules.has("MinValue")
                          || rules.path("Type").asText().equals("CommaDelimitedList"))
                  .as(name + " is checked")
                  .isTrue();
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/deploy.md"})
  void every_parameter_is_listed_for_those_who_deploy(String document) {
    String text = SamTemplate.text(document);

    parameters
        .fieldNames()
        .forEachRemaining(name -> assertThat(text).as(document).contains("`" + name + "`"));
  }

  @Test
  void the_stages_set_all_that_makes_them_a_stage() {
    String text = SamTemplate.text("samconfig.toml");

    assertThat(text).doesNotContain("[default.deploy.parameters]");
    assertThat(text.split("\\[[a-z]+\\.deploy\\.parameters]", -1)).hasSize(4);
  }

  @Test
  void every_condition_is_used() {
    String text = SamTemplate.text("template.yaml");

    template
        .root()
        .path("Conditions")
        .fieldNames()
        .forEachRemaining(
            name ->
                assertThat(text)
                    .containsPattern(
                        "(!If \\[" + name + "\\b|- " + name + "\\n|Condition:? " + name + "\\b)"));
  }

  @Test
  void the_stages_set_parameters_that_there_are_to_values_that_they_may_have() {
    Set<String> stages = new TreeSet<>();
    OVERRIDES
        .matcher(SamTemplate.text("samconfig.toml"))
        .results()
        .flatMap(match -> Pattern.compile(" ").splitAsStream(match.group(1)))
        .forEach(
            override -> {
              String name = override.substring(0, override.indexOf('='));
              String value = override.substring(name.length() + 1);
              JsonNode rules = parameters.path(name);
              assertThat(rules.isMissingNode()).as(name).isFalse();
              if (rules.has("AllowedValues")) {
                assertThat(SamTemplate.texts(rules.path("AllowedValues"))).contains(value);
              }
              if (name.equals("Stage")) {
                stages.add(value);
              }
            });

    assertThat(stages)
        .isEqualTo(new TreeSet<>(SamTemplate.texts(parameters.at("/Stage/AllowedValues"))));
  }
}
