package localcloud.template;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** YAML (and so JSON) as a {@link TemplateNode}. */
final class YamlDocument {
  private static final Set<String> SHORT_FORMS =
      Set.of(
          "And",
          "Base64",
          "Condition",
          "Equals",
          "FindInMap",
          "GetAtt",
          "If",
          "Join",
          "Not",
          "Or",
          "Ref",
          "Select",
          "Split",
          "Sub");

  private static final Pattern INDENT = Pattern.compile("^[ \t]+", Pattern.MULTILINE);

  /** Aliases may repeat a part, but five of five of five … are no template. */
  private static final int MOST_VALUES = 100_000;

  private final String file;
  private final Set<Node> unfolding = Collections.newSetFromMap(new IdentityHashMap<>());
  private int values;

  private YamlDocument(String file) {
    this.file = file;
  }

  /**
   * Reads a file that holds one mapping.
   *
   * @param shownAs the file's name in messages
   */
  static TemplateNode.Fields read(Path path, String shownAs) {
    String text;
    try {
      text = Files.readString(path);
    } catch (CharacterCodingException e) {
      throw new TemplateException(
          new SourceLocation(shownAs, 1), "not text in UTF-8; name the template with --template");
    } catch (IOException e) {
      throw new TemplateException(
          List.of(shownAs + ": cannot be read; name the template with --template"));
    }
    return parse(text, shownAs);
  }

  static TemplateNode.Fields parse(String text, String shownAs) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(true); // refused below, with the line of the second
    options.setMaxAliasesForCollections(MOST_VALUES); // what they unfold to is counted below
    Node root;
    try {
      root = new Yaml(new SafeConstructor(options)).compose(new StringReader(untabbed(text)));
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
      throw new TemplateException(
          new SourceLocation(shownAs, line),
          "not YAML: " + oneLine(e.getProblem()) + "; correct it");
    } catch (YAMLException e) {
      throw new TemplateException(
          new SourceLocation(shownAs, 1), "not YAML: " + oneLine(e.getMessage()) + "; correct it");
    }
    YamlDocument document = new YamlDocument(shownAs);
    if (root == null) {
      throw new TemplateException(
          new SourceLocation(shownAs, 1), "empty; a template needs Resources");
    }
    if (document.tree(root, document.place(root)) instanceof TemplateNode.Fields fields) {
      return fields;
    }
    throw new TemplateException(
        new SourceLocation(shownAs, 1), "not a mapping at the top; a template needs Resources");
  }

  /** JSON may be indented by tabs, YAML may not. */
  private static String untabbed(String text) {
    return text.stripLeading().startsWith("{")
        ? INDENT.matcher(text).replaceAll(indent -> indent.group().replace('\t', ' '))
        : text;
  }

  private static String oneLine(String message) {
    return message == null ? "unreadable" : message.replaceAll("\\s+", " ").strip();
  }

  private SourceLocation place(Node node) {
    return new SourceLocation(file, node.getStartMark().getLine() + 1);
  }

  private TemplateNode tree(Node node, SourceLocation place) {
    String tag = node.getTag().getValue();
    if (!tag.startsWith("!") || tag.equals("!")) {
      return plain(node, place);
    }
    String name = tag.substring(1);
    if (!SHORT_FORMS.contains(name)) {
      throw new TemplateException(place, Intrinsics.refusal("!" + name, "Fn::" + name));
    }
    String longForm = name.equals("Ref") || name.equals("Condition") ? name : "Fn::" + name;
    return new TemplateNode.Fields(place, Map.of(longForm, plain(node, place)));
  }

  private TemplateNode plain(Node node, SourceLocation place) {
    values++;
    if (values > MOST_VALUES) {
      throw new TemplateException(
          place, "aliases unfold to more than " + MOST_VALUES + " values; write less");
    }
    if (!unfolding.add(node)) {
      throw new TemplateException(place, "an alias stands within what it names; write that out");
    }
    try {
      return unfolded(node, place);
    } finally {
      unfolding.remove(node);
    }
  }

  private TemplateNode unfolded(Node node, SourceLocation place) {
    return switch (node) {
      case ScalarNode scalar -> new TemplateNode.Text(place, scalar.getValue(), kind(scalar));
      case SequenceNode sequence -> {
        List<TemplateNode> items = new ArrayList<>();
        for (Node item : sequence.getValue()) {
          items.add(tree(item, place(item)));
        }
        yield new TemplateNode.Items(place, items);
      }
      case MappingNode mapping -> fields(mapping, place);
      default -> throw new TemplateException(place, "not understood: " + node.getNodeId());
    };
  }

  private TemplateNode fields(MappingNode mapping, SourceLocation place) {
    Map<String, TemplateNode> fields = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      SourceLocation keyPlace = place(tuple.getKeyNode());
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw new TemplateException(keyPlace, "a key must be a name");
      }
      if (key.getTag().equals(Tag.MERGE)) {
        throw new TemplateException(
            keyPlace, "merge keys (<<) are not part of CloudFormation; write the fields out");
      }
      if (fields.put(key.getValue(), tree(tuple.getValueNode(), keyPlace)) != null) {
        throw new TemplateException(
            keyPlace, "'" + key.getValue() + "' is here twice; remove one of them");
      }
    }
    return new TemplateNode.Fields(place, fields);
  }

  private static TemplateNode.Kind kind(ScalarNode scalar) {
    Tag tag = scalar.getTag();
    if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
      return TemplateNode.Kind.NUMBER;
    }
    if (tag.equals(Tag.BOOL)) {
      return TemplateNode.Kind.BOOLEAN;
    }
    return tag.equals(Tag.NULL) ? TemplateNode.Kind.NULL : TemplateNode.Kind.STRING;
  }
}
