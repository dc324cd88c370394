package localcloud.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** SAM's Globals: what every function or API of the template has unless it says otherwise. */
final class Globals {
  private static final Map<String, String> SECTIONS =
      Map.of(
          "Api", "AWS::Serverless::Api",
          "Function", "AWS::Serverless::Function",
          "HttpApi", "AWS::Serverless::HttpApi",
          "SimpleTable", "AWS::Serverless::SimpleTable");

  /** What SAM lets no Globals say: it is each resource's own. */
  private static final Map<String, Set<String>> OWN =
      Map.of(
          "Api", Set.of("DefinitionBody", "DefinitionUri", "Description", "StageName"),
          "SimpleTable", Set.of("PrimaryKey", "TableName"),
          "Function", Set.of("Events", "FunctionName", "Policies", "Role"),
          "HttpApi",
              Set.of(
                  "DefinitionBody",
                  "DefinitionUri",
                  "Description",
                  "DisableExecuteApiEndpoint",
                  "Name",
                  "StageName"));

  private final Map<String, TemplateNode.Fields> byType = new LinkedHashMap<>();

  Globals(TemplateNode.Fields section, Problems problems) {
    section
        .fields()
        .forEach(
            (name, value) ->
                problems.gather(
                    () -> {
                      String type = SECTIONS.get(name);
                      if (type == null) {
                        throw new TemplateException(
                            value.place(),
                            "Globals."
                                + name
                                + " is refused: only Api, Function, HttpApi and SimpleTable run"
                                + " here");
                      }
                      PropertyReader globals = PropertyReader.of("Globals." + name, value);
                      for (String property : globals.fields().fields().keySet()) {
                        if (OWN.get(name).contains(property)) {
                          throw globals.refuse(
                              property, "is refused by SAM; give it to each resource itself");
                        }
                      }
                      byType.put(type, globals.fields());
                    }));
  }

  /** Returns a resource's own properties over the globals of its type. */
  TemplateNode.Fields under(String type, TemplateNode.Fields own) {
    TemplateNode.Fields globals = byType.get(type);
    return globals == null ? own : merge(globals, own);
  }

  /** As SAM merges: mappings by key, lists one after the other, anything else is replaced. */
  private static TemplateNode.Fields merge(TemplateNode.Fields global, TemplateNode.Fields own) {
    Map<String, TemplateNode> merged = new LinkedHashMap<>(global.fields());
    own.fields()
        .forEach(
            (name, value) -> {
              TemplateNode other = merged.get(name);
              if (other instanceof TemplateNode.Fields below
                  && value instanceof TemplateNode.Fields mine
                  && Intrinsics.callOf(below).isEmpty()
                  && Intrinsics.callOf(mine).isEmpty()) {
                merged.put(name, merge(below, mine));
              } else if (other instanceof TemplateNode.Items first
                  && value instanceof TemplateNode.Items second) {
                List<TemplateNode> items = new ArrayList<>(first.items());
                items.addAll(second.items());
                merged.put(name, new TemplateNode.Items(value.place(), items));
              } else {
                merged.put(name, value);
              }
            });
    return new TemplateNode.Fields(own.place(), merged);
  }
}
