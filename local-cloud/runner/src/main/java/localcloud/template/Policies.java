package localcloud.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import localcloud.model.Arns;
import localcloud.model.PolicyStatement;

/** What roles allow, from IAM's documents, managed policies and SAM's policy templates. */
final class Policies {
  private static final List<PolicyStatement> NOTHING = List.of();
  private static final Set<String> DOCUMENT = Set.of("Id", "Statement", "Version");
  private static final Set<String> STATEMENT =
      Set.of("Action", "Condition", "Effect", "Principal", "Resource", "Sid");

  /** Managed policies whose actions reach services that run here; logging and tracing do not. */
  private static final Map<String, List<PolicyStatement>> MANAGED =
      Map.ofEntries(
          Map.entry("AWSLambdaBasicExecutionRole", NOTHING),
          Map.entry("AWSLambdaVPCAccessExecutionRole", NOTHING),
          Map.entry("AWSLambda_FullAccess", allow("*", "lambda:*")),
          Map.entry("AWSXRayDaemonWriteAccess", NOTHING),
          Map.entry("AWSXrayWriteOnlyAccess", NOTHING),
          Map.entry("CloudWatchLambdaInsightsExecutionRolePolicy", NOTHING),
          Map.entry(
              "AWSLambdaSQSQueueExecutionRole",
              allow("*", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")),
          Map.entry(
              "AWSLambdaDynamoDBExecutionRole",
              allow(
                  "*",
                  "dynamodb:DescribeStream",
                  "dynamodb:GetRecords",
                  "dynamodb:GetShardIterator",
                  "dynamodb:ListStreams")),
          Map.entry("AmazonDynamoDBFullAccess", allow("*", "dynamodb:*")),
          Map.entry(
              "AmazonDynamoDBReadOnlyAccess",
              allow(
                  "*",
                  "dynamodb:BatchGetItem",
                  "dynamodb:Describe*",
                  "dynamodb:GetItem",
                  "dynamodb:List*",
                  "dynamodb:PartiQLSelect",
                  "dynamodb:Query",
                  "dynamodb:Scan")),
          Map.entry("AmazonSNSFullAccess", allow("*", "sns:*")),
          Map.entry("AmazonSQSFullAccess", allow("*", "sqs:*")));

  private final Map<String, List<PolicyStatement>> byRole = new LinkedHashMap<>();
  private final List<String> notes;

  /**
   * Reads the template's roles, and the policies that name them.
   *
   * @param notes gets a line for each condition, since none is judged
   */
  Policies(Map<String, Resource> resources, Stack stack, Problems problems, List<String> notes) {
    this.notes = notes;
    for (Resource resource : resources.values()) {
      if (resource.is("AWS::IAM::Role")) {
        problems.gather(
            () -> {
              byRole
                  .computeIfAbsent(stack.nameOf(resource), n -> new ArrayList<>())
                  .addAll(role(resource.props()));
            });
      }
    }
    for (Resource resource : resources.values()) {
      if (resource.is("AWS::IAM::Policy") || resource.is("AWS::IAM::ManagedPolicy")) {
        problems.gather(
            () -> {
              PropertyReader policy = resource.props();
              for (String role : policy.texts("Roles")) {
                byRole
                    .computeIfAbsent(Arns.nameOf(role), n -> new ArrayList<>())
                    .addAll(document(policy.below("PolicyDocument"), notes));
              }
            });
      }
    }
  }

  /** Returns what a function of the template may call. */
  List<PolicyStatement> of(PropertyReader function) {
    List<PolicyStatement> statements = new ArrayList<>();
    Optional<String> role = function.text("Role");
    if (role.isPresent()) {
      List<PolicyStatement> ofRole = byRole.get(Arns.nameOf(role.get()));
      if (ofRole == null) {
        notes.add(
            function.place("Role")
                + ": "
                + function.path("Role")
                + " is not a role of this template; it allows nothing here");
        return statements;
      }
      statements.addAll(ofRole);
    }
    // As on AWS, where Role is given SAM leaves Policies aside.
    if (role.isEmpty()) {
      for (TemplateNode policy : function.items("Policies")) {
        statements.addAll(one(function, policy));
      }
    }
    return statements;
  }

  private List<PolicyStatement> one(PropertyReader function, TemplateNode policy) {
    if (policy instanceof TemplateNode.Text name) {
      return managed(function.path("Policies"), name);
    }
    PropertyReader fields = PropertyReader.of(function.path("Policies"), policy);
    if (fields.has("Statement")) {
      return document(fields, notes);
    }
    if (fields.fields().fields().size() != 1) {
      throw new TemplateException(
          policy.place(),
          fields.owner() + " must hold a Statement or one of SAM's policy templates");
    }
    String template = fields.fields().fields().keySet().iterator().next();
    return expand(template, fields.below(template));
  }

  private List<PolicyStatement> role(PropertyReader role) {
    List<PolicyStatement> statements = new ArrayList<>();
    for (TemplateNode arn : role.items("ManagedPolicyArns")) {
      if (arn instanceof TemplateNode.Text text) {
        statements.addAll(managed(role.path("ManagedPolicyArns"), text));
      }
    }
    for (TemplateNode policy : role.items("Policies")) {
      statements.addAll(
          document(
              PropertyReader.of(role.path("Policies"), policy).below("PolicyDocument"), notes));
    }
    return statements;
  }

  private List<PolicyStatement> managed(String owner, TemplateNode.Text policy) {
    List<PolicyStatement> statements = MANAGED.get(Arns.nameOf(policy.text()));
    if (statements == null) {
      notes.add(
          policy.place()
              + ": "
              + owner
              + " names "
              + policy.text()
              + ", whose statements are not known here; it allows nothing here");
      return NOTHING;
    }
    return statements;
  }

  /**
   * Reads a policy's document. A condition is not judged: where it would narrow what is allowed, it
   * counts as met; where it would narrow what is denied, as not met. So nothing is refused here
   * that AWS lets through.
   *
   * @param notes gets a line for each condition
   */
  static List<PolicyStatement> document(PropertyReader document, List<String> notes) {
    known(document, DOCUMENT, "a policy document holds Version and Statement");
    if (!document.has("Statement")) {
      throw new TemplateException(
          document.place(), document.path("Statement") + " is missing; add it");
    }
    List<PolicyStatement> statements = new ArrayList<>();
    for (TemplateNode item : document.items("Statement")) {
      PropertyReader statement = PropertyReader.of(document.path("Statement"), item);
      known(statement, STATEMENT, "write the statement with Action and Resource");
      statement.required("Effect");
      boolean allow = statement.oneOf("Effect", "", Set.of("Allow", "Deny")).equals("Allow");
      List<String> actions = some(statement, "Action");
      List<String> resources = some(statement, "Resource");
      if (statement.has("Condition")) {
        notes.add(
            statement.place("Condition")
                + ": "
                + statement.path("Condition")
                + " is not judged here: the statement "
                + (allow ? "allows whether it is met or not" : "denies nothing"));
      }
      if (allow || !statement.has("Condition")) {
        statements.add(new PolicyStatement(allow, actions, resources));
      }
    }
    return statements;
  }

  private static void known(PropertyReader props, Set<String> names, String hint) {
    for (String name : props.fields().fields().keySet()) {
      if (!names.contains(name)) {
        throw props.refuse(name, "is refused: " + hint);
      }
    }
  }

  private static List<String> some(PropertyReader statement, String name) {
    List<String> texts = statement.texts(name);
    if (texts.isEmpty()) {
      throw new TemplateException(statement.place(), statement.path(name) + " is missing; add it");
    }
    return texts;
  }

  private List<PolicyStatement> expand(String template, PropertyReader arguments) {
    return switch (template) {
      case "SQSSendMessagePolicy" ->
          allow(Arns.queue(arguments.required("QueueName")), "sqs:SendMessage*");
      case "SQSPollerPolicy" ->
          allow(
              Arns.queue(arguments.required("QueueName")),
              "sqs:ChangeMessageVisibility",
              "sqs:ChangeMessageVisibilityBatch",
              "sqs:DeleteMessage",
              "sqs:DeleteMessageBatch",
              "sqs:GetQueueAttributes",
              "sqs:ReceiveMessage");
      case "SNSPublishMessagePolicy" ->
          allow(Arns.topic(arguments.required("TopicName")), "sns:Publish");
      case "LambdaInvokePolicy" ->
          allow(Arns.function(arguments.required("FunctionName")) + "*", "lambda:InvokeFunction");
      case "DynamoDBCrudPolicy" ->
          allow(
              table(arguments),
              "dynamodb:BatchGetItem",
              "dynamodb:BatchWriteItem",
              "dynamodb:ConditionCheckItem",
              "dynamodb:DeleteItem",
              "dynamodb:DescribeTable",
              "dynamodb:GetItem",
              "dynamodb:PutItem",
              "dynamodb:Query",
              "dynamodb:Scan",
              "dynamodb:UpdateItem");
      case "DynamoDBReadPolicy" ->
          allow(
              table(arguments),
              "dynamodb:BatchGetItem",
              "dynamodb:DescribeTable",
              "dynamodb:GetItem",
              "dynamodb:Query",
              "dynamodb:Scan");
      case "DynamoDBWritePolicy" ->
          allow(
              table(arguments),
              "dynamodb:BatchWriteItem",
              "dynamodb:PutItem",
              "dynamodb:UpdateItem");
      case "DynamoDBStreamReadPolicy" ->
          allow(
              table(arguments) + "/stream/" + arguments.required("StreamName"),
              "dynamodb:DescribeStream",
              "dynamodb:GetRecords",
              "dynamodb:GetShardIterator",
              "dynamodb:ListStreams");
      default -> {
        notes.add(
            arguments.place()
                + ": "
                + arguments.owner()
                + " allows nothing here: its service does not run here, or it is not known");
        yield NOTHING;
      }
    };
  }

  private static String table(PropertyReader arguments) {
    return Arns.table(Arns.nameOf(arguments.required("TableName")));
  }

  /** A statement on one resource, and on what lies below it if it is a table. */
  private static List<PolicyStatement> allow(String resource, String... actions) {
    List<String> resources =
        resource.contains(":table/") && !resource.contains("/stream/")
            ? List.of(resource, resource + "/index/*")
            : List.of(resource);
    return List.of(new PolicyStatement(true, List.of(actions), resources));
  }
}
