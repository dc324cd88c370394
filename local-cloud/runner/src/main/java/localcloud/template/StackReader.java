package localcloud.template;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import localcloud.model.EventSourceMappingSpec;
import localcloud.model.FunctionSpec;
import localcloud.model.HttpApiSpec;
import localcloud.model.QueueSpec;
import localcloud.model.StackSpec;
import localcloud.model.SubscriptionSpec;
import localcloud.model.TableSpec;
import localcloud.model.TopicSpec;

/** Puts the resolved resources together, and checks what they say of each other. */
final class StackReader {
  private static final String FUNCTION = "AWS::Serverless::Function";
  private static final Set<String> RUN = Set.of("Api", "DynamoDB", "HttpApi", "SNS", "SQS");
  private static final String DEPLOYMENT = "DeploymentPreference";
  private static final String API = "AWS::Serverless::HttpApi";
  private static final String REST_API = "AWS::Serverless::Api";

  private final Stack stack;
  private final Map<String, Resource> raw;
  private final Path folder;
  private final Problems problems;
  private final Map<String, Resource> resources = new LinkedHashMap<>();
  private final Map<String, Event> events = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();

  /** One event of a function. */
  private record Event(String functionLogicalId, String id, String type, PropertyReader props) {}

  StackReader(Stack stack, Map<String, Resource> raw, Path folder, Problems problems) {
    this.stack = stack;
    this.raw = raw;
    this.folder = folder;
    this.problems = problems;
  }

  /** Keeps a line for the user that stops nothing. */
  void note(SourceLocation place, String text) {
    notes.add(place + ": " + text);
  }

  /** Replaces the intrinsic functions everywhere and refuses what is not honoured. */
  void resolveResources() {
    for (Resource resource : raw.values()) {
      problems.gather(() -> resolve(resource));
    }
    stack.circle().ifPresent(problems::add);
  }

  private void resolve(Resource resource) {
    String logicalId = resource.logicalId();
    TemplateNode.Fields own = resource.properties();
    Map<String, TemplateNode> apart = new LinkedHashMap<>(own.fields());
    // Events become resources of their own, so what they name does not come before the function.
    TemplateNode declared = resource.is(FUNCTION) ? apart.remove("Events") : null;
    // So does the gradual deployment: the alarms it names watch the function.
    TemplateNode deployment = resource.is(FUNCTION) ? apart.remove(DEPLOYMENT) : null;
    TemplateNode.Fields resolved =
        stack.resolve(logicalId, new TemplateNode.Fields(own.place(), apart));
    if (deployment != null) {
      PropertyReader.of(logicalId + "." + DEPLOYMENT, deployment);
      stack.resolve(
          logicalId + "." + DEPLOYMENT,
          new TemplateNode.Fields(own.place(), Map.of(DEPLOYMENT, deployment)));
    }
    Optional<SupportedProperties.Type> rules = SupportedProperties.type(resource.type());
    rules.ifPresent(it -> SupportedProperties.check(it, logicalId, resolved, problems));
    rules
        .flatMap(SupportedProperties.Type::note)
        .ifPresent(
            note -> note(resource.place(), logicalId + " (" + resource.type() + ") " + note));
    if (resource.is("AWS::S3::Bucket") && resolved.has("NotificationConfiguration")) {
      note(
          resource.props().place("NotificationConfiguration"),
          logicalId + ".NotificationConfiguration is not fired here; invoke the function yourself");
    }
    resources.put(logicalId, resource.with(resolved));
    if (declared != null) {
      PropertyReader.of(logicalId + ".Events", declared)
          .fields()
          .fields()
          .forEach((name, value) -> problems.gather(() -> resolveEvent(logicalId, name, value)));
    }
  }

  private void resolveEvent(String function, String name, TemplateNode value) {
    String owner = function + ".Events." + name;
    PropertyReader event = PropertyReader.of(owner, value);
    for (String attribute : event.fields().fields().keySet()) {
      if (!attribute.equals("Type") && !attribute.equals("Properties")) {
        throw event.refuse(attribute, "is not an attribute of an event; remove it");
      }
    }
    String type = event.required("Type");
    SupportedProperties.Type rules =
        SupportedProperties.event(type)
            .orElseThrow(
                () ->
                    event.refuse(
                        "Type",
                        "is " + type + "; events here are Api, HttpApi, SQS, DynamoDB and SNS"));
    PropertyReader declared = event.below("Properties");
    PropertyReader properties = new PropertyReader(owner, stack.resolve(owner, declared.fields()));
    int before = problems.count();
    SupportedProperties.check(rules, owner, properties.fields(), problems);
    if (problems.count() > before) {
      return; // reading it would only say the same in other words
    }
    events.put(owner, new Event(function, function + name, type, properties));
    if (!RUN.contains(type)) {
      note(event.place(), owner + " is not fired here; invoke the function yourself");
    }
    if (type.equals("HttpApi") || type.equals("Api")) {
      // SAM writes the function's ARN into the API's definition.
      stack.use(apiOf(type, properties), function);
      stack.use(apiOf(type, properties), function + "." + DEPLOYMENT);
    }
  }

  private String apiOf(String eventType, PropertyReader event) {
    boolean rest = eventType.equals("Api");
    String property = rest ? "RestApiId" : "ApiId";
    String api = event.text(property).orElse(null);
    if (api == null) {
      return rest ? HttpApiReader.IMPLICIT_REST : HttpApiReader.IMPLICIT;
    }
    return raw.values().stream()
        .filter(it -> it.is(rest ? REST_API : API))
        .map(Resource::logicalId)
        .filter(id -> LocalAddresses.apiId(id).equals(api))
        .findFirst()
        .orElseThrow(
            () ->
                event.refuse(
                    property,
                    "is no " + (rest ? "REST" : "HTTP") + " API of this template; use !Ref"));
  }

  /** Reads all that runs. */
  StackSpec read(String stackName, Map<String, String> outputs) {
    List<QueueSpec> queues = all("AWS::SQS::Queue", it -> QueueReader.read(it, stack));
    QueueReader.check(queues, resources, problems);
    List<TableSpec> tables =
        new ArrayList<>(all("AWS::DynamoDB::Table", it -> TableReader.read(it, stack)));
    tables.addAll(all("AWS::Serverless::SimpleTable", it -> TableReader.simple(it, stack)));
    List<TopicSpec> topics = all("AWS::SNS::Topic", it -> TopicReader.read(it, stack));
    Policies policies = new Policies(resources, stack, problems, notes);
    Map<String, FunctionSpec> functions = new LinkedHashMap<>();
    for (FunctionSpec function :
        all(FUNCTION, it -> FunctionReader.read(it, stack, policies, folder))) {
      functions.put(function.logicalId(), function);
    }
    invokeConfigs(functions);
    qualifiers(functions);
    List<SubscriptionSpec> subscriptions = new ArrayList<>();
    subscriptions(topics, queues, functions, subscriptions);
    StackSpec spec =
        new StackSpec(
            stackName,
            List.copyOf(functions.values()),
            apis(functions),
            queues,
            List.copyOf(tables),
            topics,
            List.copyOf(subscriptions),
            mappings(functions, new MappingReader(queues, tables)),
            outputs,
            List.copyOf(notes));
    sameNames(spec);
    return spec;
  }

  private interface Reading<T> {
    T read(Resource resource);
  }

  private <T> List<T> all(String type, Reading<T> reading) {
    List<T> found = new ArrayList<>();
    for (Resource resource : resources.values()) {
      if (resource.is(type)) {
        problems.gather(
            () -> {
              found.add(reading.read(resource));
            });
      }
    }
    return List.copyOf(found);
  }

  private void invokeConfigs(Map<String, FunctionSpec> functions) {
    for (Resource resource : resources.values()) {
      if (resource.is("AWS::Lambda::EventInvokeConfig")) {
        problems.gather(
            () -> {
              FunctionSpec function = functionNamed(resource.props(), functions);
              functions.put(
                  function.logicalId(),
                  function.withAsync(FunctionReader.async(resource.props(), function.async())));
            });
      }
    }
  }

  /**
   * Aliases and versions are names to invoke a function by; what they name is not its code here.
   */
  private void qualifiers(Map<String, FunctionSpec> functions) {
    for (Resource resource : resources.values()) {
      boolean version = resource.is("AWS::Lambda::Version");
      if (version || resource.is("AWS::Lambda::Alias")) {
        problems.gather(
            () -> {
              PropertyReader props = resource.props();
              FunctionSpec function = functionNamed(props, functions);
              String qualifier = version ? "1" : props.required("Name");
              functions.put(function.logicalId(), function.withQualifier(qualifier));
            });
      }
    }
  }

  private static FunctionSpec functionNamed(
      PropertyReader props, Map<String, FunctionSpec> functions) {
    String name = MappingReader.functionName(props.required("FunctionName"));
    return functions.values().stream()
        .filter(it -> it.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> props.refuse("FunctionName", "is " + name + ", no function of this template"));
  }

  private void subscriptions(
      List<TopicSpec> topics,
      List<QueueSpec> queues,
      Map<String, FunctionSpec> functions,
      List<SubscriptionSpec> found) {
    for (TopicSpec topic : topics) {
      Resource resource = resources.get(topic.logicalId());
      problems.gather(
          () -> {
            for (SubscriptionSpec own : TopicReader.own(resource, topic, notes)) {
              TopicReader.check(own, resource.props(), topics, queues, resources, notes);
              found.add(own);
            }
          });
    }
    for (Resource resource : resources.values()) {
      if (resource.is("AWS::SNS::Subscription")) {
        problems.gather(
            () -> {
              Optional<SubscriptionSpec> one = TopicReader.subscription(resource, notes);
              if (one.isPresent()) {
                TopicReader.check(one.get(), resource.props(), topics, queues, resources, notes);
                found.add(one.get());
              }
            });
      }
    }
    for (Event event : events.values()) {
      FunctionSpec function = functions.get(event.functionLogicalId());
      if (event.type().equals("SNS") && function != null) {
        problems.gather(
            () -> {
              SubscriptionSpec one = TopicReader.event(event.props(), function.arn());
              TopicReader.check(one, event.props(), topics, queues, resources, notes);
              found.add(one);
            });
      }
    }
  }

  private List<EventSourceMappingSpec> mappings(
      Map<String, FunctionSpec> functions, MappingReader reader) {
    List<EventSourceMappingSpec> mappings = new ArrayList<>();
    for (Event event : events.values()) {
      FunctionSpec function = functions.get(event.functionLogicalId());
      if (function != null) {
        problems.gather(
            () -> {
              switch (event.type()) {
                case "SQS" ->
                    mappings.add(reader.fromQueue(event.props(), "Queue", event.id(), function));
                case "DynamoDB" ->
                    mappings.add(reader.fromStream(event.props(), "Stream", event.id(), function));
                default -> {}
              }
            });
      }
    }
    for (Resource resource : resources.values()) {
      if (resource.is("AWS::Lambda::EventSourceMapping")) {
        problems.gather(
            () -> {
              mappings.add(
                  reader.read(resource.props(), functionNamed(resource.props(), functions)));
            });
      }
    }
    return List.copyOf(mappings);
  }

  private List<HttpApiSpec> apis(Map<String, FunctionSpec> functions) {
    List<HttpApiSpec> apis = new ArrayList<>();
    for (Resource resource : resources.values()) {
      boolean rest = resource.is(REST_API);
      if (resource.is(API) || rest) {
        HttpApiReader reader = new HttpApiReader(resource, rest, stack.inputs());
        for (Event event : events.values()) {
          if (event.type().equals(rest ? "Api" : "HttpApi")
              && functions.containsKey(event.functionLogicalId())
              && apiOf(event.type(), event.props()).equals(resource.logicalId())) {
            problems.gather(() -> reader.add(event.props(), event.functionLogicalId()));
          }
        }
        problems.gather(
            () -> {
              apis.add(reader.spec());
            });
      }
    }
    return List.copyOf(apis);
  }

  private void sameNames(StackSpec spec) {
    Map<String, String> owners = new LinkedHashMap<>();
    spec.functions().forEach(it -> named(owners, it.arn(), it.logicalId()));
    spec.queues().forEach(it -> named(owners, it.arn(), it.logicalId()));
    spec.topics().forEach(it -> named(owners, it.arn(), it.logicalId()));
    spec.tables()
        .forEach(it -> named(owners, localcloud.model.Arns.table(it.name()), it.logicalId()));
  }

  private void named(Map<String, String> owners, String arn, String logicalId) {
    String other = owners.putIfAbsent(arn, logicalId);
    if (other != null) {
      problems.add(
          resources.get(logicalId).place(),
          logicalId + " has the same name as " + other + "; give it another");
    }
  }
}
