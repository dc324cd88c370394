package orders.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orders.api.http.ProblemType;
import orders.domain.Currencies;
import org.junit.jupiter.api.Test;

/** The description agrees with itself and with the code. */
class OpenApiTest {
  private static final JsonNode ROOT = ApiFixture.DESCRIPTION.root();

  @Test
  void every_reference_leads_somewhere() {
    assertThat(ROOT.findValuesAsText("$ref"))
        .isNotEmpty()
        .allSatisfy(
            reference ->
                assertThat(ROOT.at(reference.substring(1)).isMissingNode())
                    .as(reference)
                    .isFalse());
  }

  @Test
  void every_operation_is_complete() {
    List<String> ids = new ArrayList<>();
    ApiFixture.DESCRIPTION
        .operations()
        .forEach(
            (route, operation) -> {
              ids.add(operation.path("operationId").asText());
              assertThat(operation.has("summary")).as(route).isTrue();
              assertThat(operation.has("tags")).as(route).isTrue();
              assertThat(operation.has("security") || operation.has("x-scopes")).as(route).isTrue();
              assertThat(operation.get("responses")).as(route).isNotEmpty();
            });
    assertThat(ids).doesNotHaveDuplicates().doesNotContain("");
  }

  @Test
  void every_parameter_of_a_path_is_declared() {
    Pattern braces = Pattern.compile("\\{([A-Za-z]+)}");
    ROOT.get("paths")
        .properties()
        .forEach(
            path -> {
              Matcher names = braces.matcher(path.getKey());
              Set<String> declared = new HashSet<>();
              for (JsonNode parameter : path.getValue().path("parameters")) {
                declared.add(resolved(parameter).get("name").textValue());
              }
              while (names.find()) {
                assertThat(declared).as(path.getKey()).contains(names.group(1));
              }
            });
  }

  @Test
  void the_routes_are_those_of_the_code() {
    String id = "3f8e3b5a-0d7c-5d0e-9a57-0f4c5a6d1b2e";
    ROOT.get("paths")
        .properties()
        .forEach(
            path -> {
              Set<String> methods = new TreeSet<>();
              path.getValue()
                  .fieldNames()
                  .forEachRemaining(
                      name -> {
                        if (!name.equals("parameters")) {
                          methods.add(name.toUpperCase(Locale.ROOT));
                        }
                      });
              assertThat(Resource.of(path.getKey(), id).map(Resource::methods).orElse(Set.of()))
                  .as(path.getKey())
                  .isEqualTo(methods);
            });
    assertThat(ROOT.get("paths").size()).isEqualTo(10);
  }

  @Test
  void the_enumerations_are_those_of_the_code() {
    assertThat(texts("/components/schemas/Currency/enum"))
        .containsExactlyInAnyOrderElementsOf(Currencies.activeCodes());
    List<String> slugs = new ArrayList<>();
    for (ProblemType type : ProblemType.values()) {
      slugs.add("/problems/" + type.slug());
    }
    assertThat(texts("/components/schemas/Problem/properties/type/enum"))
        .containsExactlyInAnyOrderElementsOf(slugs);
  }

  @Test
  void every_kind_of_problem_is_shown_as_it_is() {
    Set<String> shown = new HashSet<>();
    for (JsonNode response : ROOT.at("/components/responses")) {
      for (JsonNode example : response.at("/content/application~1problem+json/examples")) {
        JsonNode value = example.get("value");
        assertThat(ApiFixture.DESCRIPTION.errors("#/components/schemas/Problem", value)).isEmpty();
        for (ProblemType type : ProblemType.values()) {
          if (value.get("type").textValue().equals("/problems/" + type.slug())) {
            shown.add(type.slug());
            assertThat(value.get("title").textValue()).isEqualTo(type.title());
            assertThat(value.get("status").intValue()).isEqualTo(type.status());
          }
        }
      }
    }
    assertThat(shown).hasSize(ProblemType.values().length);
  }

  @Test
  void every_example_of_a_body_is_right() {
    List<String> wrong = new ArrayList<>();
    examples("", ROOT, wrong);
    assertThat(wrong).isEmpty();
  }

  @Test
  void the_official_validator_finds_nothing_where_it_is_installed() throws Exception {
    Path document = Files.createTempFile("openapi", ".json");
    Files.writeString(document, ROOT.toString());
    Process process;
    try {
      process =
          new ProcessBuilder("openapi-spec-validator", document.toString())
              .redirectErrorStream(true)
              .start();
    } catch (IOException absent) {
      System.out.println(
          "openapi-spec-validator is not installed: openapi.yaml was checked by these tests alone."
              + " To install it: pip install openapi-spec-validator");
      Files.delete(document);
      return;
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    Files.delete(document);
    assertThat(process.exitValue()).as(said).isZero();
  }

  private static void examples(String at, JsonNode node, List<String> wrong) {
    if (node.isObject() && node.has("schema") && (node.has("example") || node.has("examples"))) {
      List<JsonNode> values = new ArrayList<>();
      if (node.has("example")) {
        values.add(node.get("example"));
      }
      for (JsonNode example : node.path("examples")) {
        values.add(resolved(example).get("value"));
      }
      for (JsonNode value : values) {
        ApiFixture.DESCRIPTION
            .errors("#" + at + "/schema", value)
            .forEach(error -> wrong.add(at + ": " + error));
      }
    }
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      String name = member.getKey().replace("~", "~0").replace("/", "~1");
      examples(at + "/" + name, member.getValue(), wrong);
    }
  }

  private static JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? ROOT.at(node.get("$ref").textValue().substring(1)) : node;
  }

  private static List<String> texts(String pointer) {
    List<String> texts = new ArrayList<>();
    ROOT.at(pointer).forEach(text -> texts.add(text.textValue()));
    return texts;
  }
}
