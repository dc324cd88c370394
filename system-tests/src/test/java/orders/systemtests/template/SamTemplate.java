package orders.systemtests.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** template.yaml as it is written, its intrinsic functions in their long form. */
record SamTemplate(JsonNode root) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Returns the project's template. */
  static SamTemplate ofProject() {
    LoaderOptions options = new LoaderOptions();
    options.setMaxAliasesForCollections(1_000);
    return new SamTemplate(
        JSON.valueToTree(new Yaml(new LongForms(options)).<Object>load(text("template.yaml"))));
  }

  /** Returns the folder that the whole project lies in. */
  static Path project() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("template.yaml"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("template.yaml is in no folder above this one");
      }
    }
    return folder;
  }

  /** Returns a file's text, by its path in the project. */
  static String text(String path) {
    try {
      return Files.readString(project().resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the properties of all resources of a type, by logical id. */
  Map<String, JsonNode> ofType(String type) {
    Map<String, JsonNode> found = new LinkedHashMap<>();
    root.path("Resources")
        .properties()
        .forEach(
            resource -> {
              if (resource.getValue().path("Type").asText().equals(type)) {
                found.put(resource.getKey(), resource.getValue().path("Properties"));
              }
            });
    return found;
  }

  /** Returns one resource's properties. */
  JsonNode properties(String logicalId) {
    JsonNode properties = root.path("Resources").path(logicalId).path("Properties");
    if (properties.isMissingNode()) {
      throw new AssertionError("the template has no resource " + logicalId);
    }
    return properties;
  }

  /** Returns the environment variables of a function, those of all functions among them. */
  Map<String, JsonNode> environment(String function) {
    Map<String, JsonNode> variables = new LinkedHashMap<>();
    Consumer<JsonNode> add =
        owner ->
            owner
                .at("/Environment/Variables")
                .properties()
                .forEach(variable -> variables.put(variable.getKey(), variable.getValue()));
    add.accept(root.at("/Globals/Function"));
    add.accept(properties(function));
    return variables;
  }

  /** Returns a list's texts. */
  static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(item -> texts.add(item.asText()));
    return texts;
  }

  /** Reads {@code !Sub x} as {@code Fn::Sub: x}, and so on. */
  private static final class LongForms extends SafeConstructor {
    LongForms(LoaderOptions options) {
      super(options);
      yamlMultiConstructors.put(
          "!",
          new AbstractConstruct() {
            @Override
            public Object construct(Node node) {
              return longForm(node);
            }
          });
    }

    private Map<String, Object> longForm(Node node) {
      String name = node.getTag().getValue().substring(1);
      Object argument =
          switch (node) {
            case MappingNode mapping -> constructMapping(mapping);
            case SequenceNode sequence -> constructSequence(sequence);
            case ScalarNode scalar ->
                name.equals("GetAtt")
                    ? List.of(scalar.getValue().split("\\.", 2))
                    : scalar.getValue();
            default -> throw new IllegalStateException("no value: " + node);
          };
      return Map.of(
          name.equals("Ref") || name.equals("Condition") ? name : "Fn::" + name, argument);
    }
  }
}
