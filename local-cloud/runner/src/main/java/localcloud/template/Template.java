package localcloud.template;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import localcloud.model.Arns;
import localcloud.model.StackSpec;
import localcloud.model.StaticSiteSpec;

/**
 * A SAM template, read but not yet resolved: first it tells which HTTP APIs need an address, then,
 * given the addresses, what is to run.
 */
public final class Template {
  private static final Set<String> SECTIONS =
      Set.of(
          "AWSTemplateFormatVersion",
          "Conditions",
          "Description",
          "Globals",
          "Mappings",
          "Metadata",
          "Outputs",
          "Parameters",
          "Resources",
          "Rules",
          "Transform");
  private static final Set<String> RESOURCE_ATTRIBUTES =
      Set.of(
          "Condition",
          "CreationPolicy",
          "DeletionPolicy",
          "DependsOn",
          "Metadata",
          "Properties",
          "Type",
          "UpdatePolicy",
          "UpdateReplacePolicy");
  private static final String SAM = "AWS::Serverless-2016-10-31";
  private static final String METADATA = "Metadata.LocalCloud";

  private final String file;
  private final Path folder;
  private final TemplateNode.Fields root;

  private Template(String file, Path folder, TemplateNode.Fields root) {
    this.file = file;
    this.folder = folder;
    this.root = root;
  }

  /**
   * Reads a template file.
   *
   * @throws TemplateException if it is no YAML, or has sections that do not run here
   */
  public static Template read(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    if (parent == null) {
      throw new TemplateException(
          List.of(file + ": not a file; name the template with --template"));
    }
    return of(YamlDocument.read(absolute, file.toString()), file.toString(), parent);
  }

  static Template of(TemplateNode.Fields root, String file, Path folder) {
    Problems problems = new Problems();
    root.fields()
        .forEach(
            (name, value) -> {
              if (!SECTIONS.contains(name)) {
                problems.add(
                    value.place(),
                    name + " is not a section of a template that runs here; remove it");
              }
              if (value instanceof TemplateNode.Fields section) {
                section
                    .fields()
                    .forEach(
                        (key, below) -> {
                          if (key.startsWith("Fn::")) {
                            problems.add(below.place(), Intrinsics.refusal(key, key));
                          }
                        });
              }
            });
    if (!root.has("Resources")) {
      problems.add(new SourceLocation(file, 1), "Resources is missing; a template needs it");
    }
    TemplateNode transform = root.fields().get("Transform");
    if (transform != null) {
      for (String macro : new PropertyReader("Template", root).texts("Transform")) {
        if (!macro.equals(SAM)) {
          problems.add(
              transform.place(), "Transform " + macro + " is refused: only " + SAM + " runs here");
        }
      }
    }
    problems.throwIfAny();
    return new Template(file, folder, root);
  }

  /**
   * Returns the logical ids of the HTTP APIs whose condition holds, in the template's order.
   *
   * @param inputs without the APIs' addresses
   * @throws TemplateException if parameters or conditions are wrong
   */
  public List<String> httpApis(Inputs inputs) {
    return httpApis(conditions(inputs, parameters(inputs)));
  }

  private List<String> httpApis(Resolver conditions) {
    List<String> apis = new ArrayList<>();
    boolean implicit = false;
    boolean implicitRest = false;
    for (Map.Entry<String, TemplateNode> entry : section("Resources").fields().entrySet()) {
      if (entry.getValue() instanceof TemplateNode.Fields resource
          && mayExist(entry.getKey(), resource, conditions)) {
        String type = type(resource);
        boolean function = type.equals("AWS::Serverless::Function");
        if (type.equals("AWS::Serverless::HttpApi") || type.equals("AWS::Serverless::Api")) {
          apis.add(entry.getKey());
        }
        implicit |= function && hasEventWithoutApi(resource, "HttpApi", "ApiId");
        implicitRest |= function && hasEventWithoutApi(resource, "Api", "RestApiId");
      }
    }
    if (implicit && !apis.contains(HttpApiReader.IMPLICIT)) {
      apis.add(HttpApiReader.IMPLICIT);
    }
    if (implicitRest && !apis.contains(HttpApiReader.IMPLICIT_REST)) {
      apis.add(HttpApiReader.IMPLICIT_REST);
    }
    return apis;
  }

  /** Returns whether a resource's condition holds, or is so wrong that resolving will tell. */
  private static boolean mayExist(
      String logicalId, TemplateNode.Fields resource, Resolver conditions) {
    try {
      return exists(logicalId, resource, conditions);
    } catch (TemplateException wrong) {
      return true;
    }
  }

  private static boolean exists(
      String logicalId, TemplateNode.Fields resource, Resolver conditions) {
    TemplateNode condition = resource.fields().get("Condition");
    return condition == null
        || conditions.condition(
            new PropertyReader(logicalId, resource).required("Condition"), condition.place());
  }

  private static String type(TemplateNode.Fields resource) {
    return resource.fields().get("Type") instanceof TemplateNode.Text type ? type.text() : "";
  }

  private static boolean hasEventWithoutApi(
      TemplateNode.Fields function, String eventType, String apiProperty) {
    if (function.fields().get("Properties") instanceof TemplateNode.Fields properties
        && properties.fields().get("Events") instanceof TemplateNode.Fields events) {
      for (TemplateNode value : events.fields().values()) {
        if (value instanceof TemplateNode.Fields event
            && type(event).equals(eventType)
            && !(event.fields().get("Properties") instanceof TemplateNode.Fields own
                && own.has(apiProperty))) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Returns the first command a user should try, as the template's {@code Metadata: LocalCloud:
   * FirstCommand} gives it, with each {@code ${Output}} replaced by that output's value.
   */
  public Optional<String> firstCommand(Map<String, String> outputs) {
    return metadata().text("FirstCommand").map(command -> filled(command, outputs).strip());
  }

  /**
   * Returns the static files that the template's {@code Metadata: LocalCloud: Static} names, each
   * with {@code Path}, {@code Directory} and, for a {@code config.json} among them, {@code Config}.
   *
   * @param values what {@code ${Name}} in a {@code Config} stands for
   * @throws TemplateException if an entry is not of that form
   */
  public List<StaticSiteSpec> staticSites(Map<String, String> values) {
    List<StaticSiteSpec> sites = new ArrayList<>();
    for (TemplateNode item : metadata().items("Static")) {
      PropertyReader site = PropertyReader.of(METADATA + ".Static", item);
      for (String name : site.fields().fields().keySet()) {
        if (!Set.of("Config", "Directory", "Path").contains(name)) {
          throw site.refuse(name, "is not known; there are Path, Directory and Config");
        }
      }
      String path = site.required("Path");
      if (!path.matches("/[A-Za-z0-9_-]+")) {
        throw site.refuse("Path", "is '" + path + "' and must be one segment, such as /pages");
      }
      PropertyReader config = site.below("Config");
      Map<String, String> filled = new LinkedHashMap<>();
      for (String name : config.fields().fields().keySet()) {
        filled.put(name, filled(config.required(name), values));
      }
      Path directory = folder.resolve(site.required("Directory")).normalize();
      sites.add(new StaticSiteSpec(path, directory, filled));
    }
    return sites;
  }

  private static String filled(String text, Map<String, String> values) {
    String filled = text;
    for (Map.Entry<String, String> value : values.entrySet()) {
      filled = filled.replace("${" + value.getKey() + "}", value.getValue());
    }
    return filled;
  }

  /** Returns the folder paths in the template are relative to. */
  public Path folder() {
    return folder;
  }

  /**
   * Resolves the template.
   *
   * @throws TemplateException with all that is wrong, each problem with its place
   */
  public StackSpec resolve(Inputs inputs) {
    Map<String, TemplateNode> parameters = parameters(inputs);
    Resolver forConditions = conditions(inputs, parameters);
    TemplateNode.Fields conditions = section("Conditions");
    Problems problems = new Problems();
    Map<String, Resource> existing = new LinkedHashMap<>();
    Set<String> leftOut = new LinkedHashSet<>();
    Globals globals = new Globals(section("Globals"), problems);
    section("Resources")
        .fields()
        .forEach(
            (logicalId, value) ->
                problems.gather(
                    () -> {
                      Resource resource = resource(logicalId, value, globals);
                      if (exists(logicalId, (TemplateNode.Fields) value, forConditions)) {
                        refuseUnlessItRuns(resource.type(), logicalId, value, problems);
                        existing.put(logicalId, resource);
                      } else {
                        leftOut.add(logicalId);
                      }
                    }));
    for (String implicit : List.of(HttpApiReader.IMPLICIT, HttpApiReader.IMPLICIT_REST)) {
      if (httpApis(forConditions).contains(implicit) && !existing.containsKey(implicit)) {
        String type =
            implicit.equals(HttpApiReader.IMPLICIT)
                ? "AWS::Serverless::HttpApi"
                : "AWS::Serverless::Api";
        SourceLocation place = section("Resources").place();
        existing.put(
            implicit,
            new Resource(
                implicit, type, place, globals.under(type, TemplateNode.Fields.empty(place))));
      }
    }

    Stack stack = new Stack(inputs, parameters, existing, leftOut, section("Mappings"), conditions);
    StackReader reader = new StackReader(stack, existing, folder, problems);
    TemplateNode rules = root.fields().get("Rules");
    if (rules != null) {
      reader.note(rules.place(), "Rules are not judged here; CloudFormation judges them");
    }
    dependsOn(existing, leftOut, stack, problems);
    reader.resolveResources();
    Map<String, String> outputs = outputs(stack, problems);
    StackSpec spec = reader.read(inputs.stackName(), outputs);
    problems.throwIfAny();
    return spec;
  }

  private Map<String, TemplateNode> parameters(Inputs inputs) {
    Problems problems = new Problems();
    Map<String, TemplateNode> parameters =
        Parameters.values(file, section("Parameters"), overrides(inputs), problems);
    problems.throwIfAny();
    return parameters;
  }

  /** Judges every condition, which can name no resource. */
  private Resolver conditions(Inputs inputs, Map<String, TemplateNode> parameters) {
    Problems problems = new Problems();
    TemplateNode.Fields conditions = section("Conditions");
    Resolver resolver =
        new Stack(inputs, parameters, Map.of(), Set.of(), section("Mappings"), conditions)
            .resolver();
    conditions
        .fields()
        .forEach(
            (name, value) ->
                problems.gather(
                    () -> {
                      resolver.condition(name, value.place());
                    }));
    problems.throwIfAny();
    return resolver;
  }

  private Map<String, String> overrides(Inputs inputs) {
    Map<String, String> overrides = new LinkedHashMap<>();
    PropertyReader parameters = metadata().below("Parameters");
    for (String name : parameters.fields().fields().keySet()) {
      if (!section("Parameters").has(name)) {
        throw parameters.refuse(name, "is not a parameter of this template; correct its name");
      }
      overrides.put(
          name,
          parameters
              .required(name)
              .replace("${LocalIssuer}", inputs.issuer())
              .replace("${LocalAudience}", inputs.audience()));
    }
    overrides.putAll(inputs.parameterOverrides());
    return overrides;
  }

  private PropertyReader metadata() {
    TemplateNode metadata = section("Metadata").fields().get("LocalCloud");
    if (metadata == null) {
      return new PropertyReader(METADATA, TemplateNode.Fields.empty(root.place()));
    }
    PropertyReader props = PropertyReader.of(METADATA, metadata);
    for (String name : props.fields().fields().keySet()) {
      if (!Set.of("FirstCommand", "Parameters", "Static").contains(name)) {
        throw props.refuse(name, "is not known; there are FirstCommand, Parameters and Static");
      }
    }
    return props;
  }

  private TemplateNode.Fields section(String name) {
    TemplateNode section = root.fields().get(name);
    return section == null
        ? TemplateNode.Fields.empty(root.place())
        : PropertyReader.of(name, section).fields();
  }

  private static Resource resource(String logicalId, TemplateNode value, Globals globals) {
    PropertyReader props = PropertyReader.of(logicalId, value);
    if (!logicalId.matches("[A-Za-z0-9]+")) {
      throw new TemplateException(
          value.place(), logicalId + " is not a logical id: use letters and digits only");
    }
    String type = props.required("Type");
    for (String name : props.fields().fields().keySet()) {
      if (!RESOURCE_ATTRIBUTES.contains(name)) {
        throw props.refuse(name, "is not an attribute of a resource; did you mean Properties?");
      }
    }
    return new Resource(
        logicalId, type, value.place(), globals.under(type, props.below("Properties").fields()));
  }

  private static void refuseUnlessItRuns(
      String type, String logicalId, TemplateNode value, Problems problems) {
    if (type.contains(", event ") || SupportedProperties.type(type).isEmpty()) {
      problems.add(
          PropertyReader.of(logicalId, value)
              .refuse(
                  "Type",
                  "is "
                      + type
                      + ", which does not run here; remove it, or put a Condition on it that is"
                      + " false here"));
    }
  }

  private void dependsOn(
      Map<String, Resource> existing, Set<String> leftOut, Stack stack, Problems problems) {
    for (String logicalId : existing.keySet()) {
      if (section("Resources").fields().get(logicalId) instanceof TemplateNode.Fields fields) {
        PropertyReader props = new PropertyReader(logicalId, fields);
        for (String other : props.texts("DependsOn")) {
          if (existing.containsKey(other)) {
            stack.use(logicalId, other);
          } else if (!leftOut.contains(other)) {
            problems.add(
                props.place("DependsOn"),
                logicalId + ".DependsOn names '" + other + "', which is no resource; correct it");
          }
        }
      }
    }
  }

  private Map<String, String> outputs(Stack stack, Problems problems) {
    Map<String, String> outputs = new LinkedHashMap<>();
    section("Outputs")
        .fields()
        .forEach(
            (name, value) ->
                problems.gather(
                    () -> {
                      PropertyReader output = PropertyReader.of("Outputs." + name, value);
                      for (String attribute : output.fields().fields().keySet()) {
                        if (!Set.of("Condition", "Description", "Export", "Value")
                            .contains(attribute)) {
                          throw output.refuse(attribute, "is not an attribute of an output");
                        }
                      }
                      if (output.has("Condition")
                          && !stack
                              .resolver()
                              .condition(output.required("Condition"), output.place("Condition"))) {
                        return;
                      }
                      TemplateNode raw =
                          output
                              .tree("Value")
                              .orElseThrow(
                                  () ->
                                      new TemplateException(
                                          value.place(), output.owner() + ".Value is missing"));
                      if (!(stack.resolveFor(output.owner(), raw).orElse(null)
                          instanceof TemplateNode.Text text)) {
                        throw output.refuse("Value", "must be a single value");
                      }
                      // The address of a dashboard that is not here would only mislead.
                      if (!stack.usesWhatIsNotHere(output.owner())) {
                        outputs.put(name, text.text());
                      }
                    }));
    return outputs;
  }

  /**
   * Returns what stands for the ARN of a table's stream until the table is there: only DynamoDB
   * knows the time stamp at its end.
   */
  public static String streamArn(String tableName) {
    return Arns.table(tableName) + "/stream/2000-01-01T00:00:00.000";
  }
}
