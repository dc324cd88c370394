package localcloud.template;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import localcloud.model.Arns;

/**
 * The template's resources under their physical names: answers what {@code Ref} and {@code GetAtt}
 * give, and keeps who asked for whom, so that a circle is found.
 */
final class Stack implements Resolver.Names {
  private static final Map<String, String> NAME_PROPERTIES =
      Map.of(
          "AWS::DynamoDB::Table", "TableName",
          "AWS::IAM::Role", "RoleName",
          "AWS::SNS::Topic", "TopicName",
          "AWS::SQS::Queue", "QueueName",
          "AWS::Serverless::Function", "FunctionName",
          "AWS::Serverless::SimpleTable", "TableName");

  private static final Map<String, Integer> LONGEST_NAMES =
      Map.of("AWS::IAM::Role", 64, "AWS::SQS::Queue", 80, "AWS::Serverless::Function", 64);

  private final Inputs inputs;
  private final Map<String, TemplateNode> parameters;
  private final Map<String, Resource> resources;
  private final Set<String> leftOut;
  private final Resolver resolver;
  private final Map<String, String> names = new LinkedHashMap<>();
  private final Set<String> naming = new LinkedHashSet<>();
  private final Map<String, Set<String>> uses = new LinkedHashMap<>();
  private String asking = "";

  /**
   * @param resources those that exist, with intrinsic functions not yet replaced
   * @param leftOut those that their condition keeps from existing
   */
  Stack(
      Inputs inputs,
      Map<String, TemplateNode> parameters,
      Map<String, Resource> resources,
      Set<String> leftOut,
      TemplateNode.Fields mappings,
      TemplateNode.Fields conditions) {
    this.inputs = inputs;
    this.parameters = parameters;
    this.resources = resources;
    this.leftOut = leftOut;
    this.resolver = new Resolver(this, mappings, conditions, new LocalAddresses(inputs)::localize);
  }

  Inputs inputs() {
    return inputs;
  }

  Resolver resolver() {
    return resolver;
  }

  /** Returns a mapping with all intrinsic functions replaced, asked for by the named resource. */
  TemplateNode.Fields resolve(String logicalId, TemplateNode.Fields fields) {
    if (resolveFor(logicalId, fields).orElse(null) instanceof TemplateNode.Fields resolved) {
      return resolved;
    }
    throw new TemplateException(
        fields.place(),
        logicalId + ".Properties must be a mapping; no function can stand in its place");
  }

  /**
   * Returns a value with all intrinsic functions replaced, asked for by what {@code user} names.
   */
  Optional<TemplateNode> resolveFor(String user, TemplateNode tree) {
    String before = asking;
    asking = user;
    try {
      return resolver.resolve(tree);
    } finally {
      asking = before;
    }
  }

  /** Notes that a resource needs another. */
  void use(String user, String used) {
    uses.computeIfAbsent(user, id -> new LinkedHashSet<>()).add(used);
  }

  /** Whether what it was resolved from names a resource that is made up here. */
  boolean usesWhatIsNotHere(String user) {
    return uses.getOrDefault(user, Set.of()).stream()
        .map(resources::get)
        // An alias or version stands for its function, which is here.
        .anyMatch(it -> noOp(it) && !it.type().startsWith("AWS::Lambda::"));
  }

  private static boolean noOp(Resource resource) {
    return SupportedProperties.type(resource.type())
        .map(SupportedProperties.Type::noOp)
        .orElse(true);
  }

  /** Returns why the resources cannot be made in any order; empty if they can. */
  Optional<TemplateException> circle() {
    Set<String> done = new LinkedHashSet<>();
    for (String start : uses.keySet()) {
      Optional<List<String>> circle = circle(start, new ArrayDeque<>(), done);
      if (circle.isPresent()) {
        return circle.map(this::refusal);
      }
    }
    return Optional.empty();
  }

  private TemplateException refusal(List<String> circle) {
    // A function's parts, such as its gradual deployment, stand where the function does.
    return new CyclicReference("circular", circle)
        .refusal(id -> resources.get(id.replaceFirst("\\..*", "")).place());
  }

  private Optional<List<String>> circle(String id, Deque<String> path, Set<String> done) {
    if (path.contains(id)) {
      return Optional.of(since(id, path));
    }
    if (!done.contains(id)) {
      path.addLast(id);
      for (String next : uses.getOrDefault(id, Set.of())) {
        Optional<List<String>> circle = circle(next, path, done);
        if (circle.isPresent()) {
          return circle;
        }
      }
      path.removeLast();
      done.add(id);
    }
    return Optional.empty();
  }

  private static List<String> since(String id, Collection<String> path) {
    return path.stream().dropWhile(it -> !it.equals(id)).toList();
  }

  @Override
  public TemplateNode ref(String name, SourceLocation place) {
    TemplateNode parameter = parameters.get(name);
    if (parameter != null) {
      return parameter;
    }
    if (name.equals("AWS::NotificationARNs")) {
      return new TemplateNode.Items(place, List.of()); // nobody is told of what becomes of a stack
    }
    Optional<String> pseudo = pseudo(name);
    if (pseudo.isPresent()) {
      return new TemplateNode.Text(place, pseudo.get());
    }
    // SAM's own: a function's alias or version; here the function itself.
    if (name.endsWith(".Alias") || name.endsWith(".Version")) {
      Resource function = resource(name.substring(0, name.lastIndexOf('.')), "Ref", place);
      return new TemplateNode.Text(place, Arns.function(nameOf(function)));
    }
    if (!resources.containsKey(name)) {
      Optional<String> made = madeBySam(name);
      if (made.isPresent()) {
        return new TemplateNode.Text(place, made.get());
      }
    }
    return new TemplateNode.Text(place, reference(resource(name, "Ref", place)));
  }

  /**
   * Returns the physical name of a resource that SAM makes beside one of the template: a function's
   * role, or an API's stage or deployment.
   */
  private Optional<String> madeBySam(String name) {
    for (Resource resource : resources.values()) {
      String id = resource.logicalId();
      boolean rest = resource.is("AWS::Serverless::Api");
      if (resource.is("AWS::Serverless::Function") && name.equals(id + "Role")) {
        return Optional.of(inputs.stackName() + "-" + name);
      }
      if ((rest || resource.is("AWS::Serverless::HttpApi"))
          && name.startsWith(id)
          && name.endsWith("Stage")) {
        return Optional.of(
            plain(resource, "StageName").orElse(rest ? HttpApiReader.STAGE : "$default"));
      }
    }
    return Optional.empty();
  }

  private Optional<String> pseudo(String name) {
    return switch (name) {
      case "AWS::AccountId" -> Optional.of(Arns.ACCOUNT);
      case "AWS::Partition" -> Optional.of("aws");
      case "AWS::Region" -> Optional.of(Arns.REGION);
      case "AWS::StackId" ->
          Optional.of(
              "arn:aws:cloudformation:%s:%s:stack/%s/local"
                  .formatted(Arns.REGION, Arns.ACCOUNT, inputs.stackName()));
      case "AWS::StackName" -> Optional.of(inputs.stackName());
      case "AWS::URLSuffix" -> Optional.of("amazonaws.com");
      default -> Optional.empty();
    };
  }

  private String reference(Resource resource) {
    return switch (resource.type()) {
      case "AWS::Serverless::Api", "AWS::Serverless::HttpApi" ->
          LocalAddresses.apiId(resource.logicalId());
      case "AWS::SQS::Queue" -> queueUrl(resource);
      case "AWS::SNS::Topic" -> Arns.topic(nameOf(resource));
      case "AWS::Lambda::Alias", "AWS::Lambda::Version" ->
          functionOf(resource).orElseGet(() -> nameOf(resource));
      default -> nameOf(resource);
    };
  }

  /** An alias or version stands for its function. */
  private Optional<String> functionOf(Resource alias) {
    TemplateNode function = alias.properties().fields().get("FunctionName");
    return function == null
        ? Optional.empty()
        : resolver
            .resolve(function)
            .map(
                it ->
                    it instanceof TemplateNode.Text text
                        ? Arns.function(Arns.nameOf(text.text()))
                        : "");
  }

  private String queueUrl(Resource queue) {
    return inputs.sqsUrl() + "/" + Arns.ACCOUNT + "/" + nameOf(queue);
  }

  @Override
  public String attribute(String logicalId, String attribute, SourceLocation place) {
    if (!resources.containsKey(logicalId)
        && attribute.equals("Arn")
        && logicalId.endsWith("Role")
        && madeBySam(logicalId).isPresent()) {
      return "arn:aws:iam::" + Arns.ACCOUNT + ":role/" + madeBySam(logicalId).get();
    }
    Resource resource = resource(logicalId, "Fn::GetAtt", place);
    String name = nameOf(resource);
    String key = resource.type() + " " + attribute;
    return switch (key) {
      case "AWS::Serverless::Function Arn" -> Arns.function(name);
      case "AWS::SQS::Queue Arn" -> Arns.queue(name);
      case "AWS::SQS::Queue QueueName", "AWS::SNS::Topic TopicName" -> name;
      case "AWS::SQS::Queue QueueUrl" -> queueUrl(resource);
      case "AWS::SNS::Topic TopicArn" -> Arns.topic(name);
      case "AWS::Serverless::Api RootResourceId" -> "root";
      case "AWS::DynamoDB::Table Arn", "AWS::Serverless::SimpleTable Arn" -> Arns.table(name);
      case "AWS::DynamoDB::Table StreamArn" -> {
        if (!resource.properties().has("StreamSpecification")) {
          throw new TemplateException(
              place, logicalId + " has no stream; give it a StreamSpecification");
        }
        yield Template.streamArn(name);
      }
      case "AWS::Serverless::HttpApi ApiId" -> LocalAddresses.apiId(logicalId);
      case "AWS::Serverless::HttpApi ApiEndpoint" ->
          "https://" + LocalAddresses.apiId(logicalId) + LocalAddresses.API_SUFFIX;
      case "AWS::IAM::Role Arn" -> "arn:aws:iam::" + Arns.ACCOUNT + ":role/" + name;
      default -> {
        if (noOp(resource)) {
          // Nothing stands behind it; a value that is the same at every start will do.
          yield attribute.equals("Arn")
              ? "arn:aws:local:" + Arns.REGION + ":" + Arns.ACCOUNT + ":" + name
              : name + "." + attribute;
        }
        throw new TemplateException(
            place,
            "Fn::GetAtt of "
                + logicalId
                + "."
                + attribute
                + ": "
                + resource.type()
                + " has no such attribute here; correct its name");
      }
    };
  }

  private Resource resource(String logicalId, String function, SourceLocation place) {
    Resource resource = resources.get(logicalId);
    if (resource == null) {
      throw new TemplateException(
          place,
          leftOut.contains(logicalId)
              ? function
                  + " of '"
                  + logicalId
                  + "', which its Condition leaves out; put the same condition around this with"
                  + " Fn::If"
              : function
                  + " of '"
                  + logicalId
                  + "': no parameter or resource has this name; correct it");
    }
    if (!asking.isEmpty()) {
      use(asking, logicalId);
    }
    return resource;
  }

  /** Returns a resource's physical name. */
  String nameOf(Resource resource) {
    String logicalId = resource.logicalId();
    String known = names.get(logicalId);
    if (known != null) {
      return known;
    }
    if (!naming.add(logicalId)) {
      throw refusal(since(logicalId, naming));
    }
    try {
      String property = NAME_PROPERTIES.get(resource.type());
      String name =
          (property == null ? Optional.<String>empty() : plain(resource, property))
              .orElseGet(() -> madeUp(resource));
      names.put(logicalId, name);
      return name;
    } finally {
      naming.remove(logicalId);
    }
  }

  private String madeUp(Resource resource) {
    boolean fifo =
        plain(resource, "FifoQueue")
            .or(() -> plain(resource, "FifoTopic"))
            .equals(Optional.of("true"));
    String ending = fifo ? ".fifo" : "";
    String name = inputs.stackName() + "-" + resource.logicalId();
    int room = LONGEST_NAMES.getOrDefault(resource.type(), 255) - ending.length();
    if (name.length() > room) {
      // CloudFormation cuts names too; what tells them apart is random there, and the same here.
      name = name.substring(0, room - 9) + "-%08x".formatted(name.hashCode());
    }
    return name + ending;
  }

  private Optional<String> plain(Resource resource, String property) {
    return Optional.ofNullable(resource.properties().fields().get(property))
        .flatMap(resolver::resolve)
        .map(value -> value instanceof TemplateNode.Text text ? text.text() : "");
  }
}
