package localcloud.template;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What becomes of each property of each resource type. The reader goes by this table, and the one
 * in the README is printed from it, so neither can promise what the other does not keep.
 */
public final class Fidelity {
  /** What becomes of a property. */
  public enum Verdict {
    HONOURED("honoured"),
    MEANS_NOTHING("means nothing on one machine"),
    REFUSED("refused");

    private final String words;

    Verdict(String words) {
      this.words = words;
    }
  }

  /**
   * One property's rule.
   *
   * @param path the property; list items are passed through, {@code *} is any name; what lies below
   *     an honoured path without rules of its own is honoured too
   * @param reason why, or how; may be empty if honoured
   */
  record Rule(String path, Verdict verdict, String reason) {}

  /** The rules of one resource type, or of one kind of event of a function. */
  static final class Type {
    private final String name;
    private final String summary;
    private final boolean noOp;
    private final Map<String, Rule> rules = new TreeMap<>();

    private Type(String name, String summary, boolean noOp) {
      this.name = name;
      this.summary = summary;
      this.noOp = noOp;
    }

    String name() {
      return name;
    }

    /** Whether resources of this type are read and do nothing. */
    boolean noOp() {
      return noOp;
    }

    private Type honoured(String... paths) {
      return add(Verdict.HONOURED, "", paths);
    }

    private Type limited(String reason, String... paths) {
      return add(Verdict.HONOURED, reason, paths);
    }

    private Type nothing(String reason, String... paths) {
      return add(Verdict.MEANS_NOTHING, reason, paths);
    }

    private Type refused(String reason, String... paths) {
      return add(Verdict.REFUSED, reason, paths);
    }

    private Type add(Verdict verdict, String reason, String... paths) {
      for (String path : paths) {
        if (rules.put(path, new Rule(path, verdict, reason)) != null) {
          throw new IllegalStateException("two rules for " + name + " " + path);
        }
      }
      return this;
    }

    Optional<Rule> rule(String path) {
      Rule exact = rules.get(path);
      if (exact != null) {
        return Optional.of(exact);
      }
      return rules.values().stream().filter(rule -> matches(rule.path(), path)).findFirst();
    }

    private boolean hasRulesBelow(String path) {
      return rules.keySet().stream()
          .anyMatch(rule -> depth(rule) > depth(path) && matches(upTo(rule, depth(path)), path));
    }

    private static boolean matches(String rule, String path) {
      String[] wanted = rule.split("\\.", -1);
      String[] given = path.split("\\.", -1);
      if (wanted.length != given.length) {
        return false;
      }
      for (int i = 0; i < wanted.length; i++) {
        if (!wanted[i].equals("*") && !wanted[i].equals(given[i])) {
          return false;
        }
      }
      return true;
    }

    private static int depth(String path) {
      return path.split("\\.", -1).length;
    }

    private static String upTo(String path, int depth) {
      return String.join(".", List.of(path.split("\\.", -1)).subList(0, depth));
    }
  }

  private static final Map<String, Type> TYPES = new LinkedHashMap<>();

  private static final String NO_SECRETS = "nothing is encrypted at rest on one machine";
  private static final String STATEMENTS =
      "of a statement Effect, Action and Resource; each Condition is told, and counts as met where"
          + " it allows, as not met where it denies; NotAction and NotResource are refused";
  private static final String NO_BILL = "nobody is billed by tags here";
  private static final String NO_GUARD = "deleting the data folder needs no permission";

  static {
    type("AWS::Serverless::Function", "processes of their own on Lambda's Java runtime client")
        .honoured(
            "EventInvokeConfig.MaximumEventAgeInSeconds",
            "EventInvokeConfig.MaximumRetryAttempts",
            "FunctionName",
            "Handler",
            "MemorySize",
            "ReservedConcurrentExecutions",
            "Timeout")
        .limited(
            "a zip, a jar, or a folder laid out like one; the sources are not built", "CodeUri")
        .limited(
            "a queue, a topic or a function by ARN; give Destination yourself",
            "EventInvokeConfig.DestinationConfig.OnFailure.Destination",
            "EventInvokeConfig.DestinationConfig.OnFailure.Type",
            "EventInvokeConfig.DestinationConfig.OnSuccess.Destination",
            "EventInvokeConfig.DestinationConfig.OnSuccess.Type")
        .honoured("Environment.Variables")
        .limited("see the event sources below", "Events")
        .limited("Zip only", "PackageType")
        .limited(
            "statements, well-known managed policies, and SAM's policy templates for SQS, SNS,"
                + " DynamoDB and Lambda; "
                + STATEMENTS,
            "Policies")
        .limited("a role of the same template", "Role")
        .limited("java17, java21 or java25; all run on the newest JDK found", "Runtime")
        .nothing("every processor here is the right one", "Architectures")
        .limited(
            "a name to invoke the function by, as is version 1; one version runs, the one that is"
                + " built",
            "AutoPublishAlias")
        .nothing(
            "one version runs, the one that is built",
            "AutoPublishAliasAllProperties",
            "AutoPublishCodeSha256",
            "DeploymentPreference",
            "PublishToLatestPublished",
            "VersionDeletionPolicy",
            "VersionDescription")
        .nothing("roles here are never assumed by others", "AssumeRolePolicyDocument", "RolePath")
        .nothing("packages are your own", "CodeSigningConfigArn")
        .nothing("documentation", "Description")
        .nothing("/tmp is as large as the disk", "EphemeralStorage")
        .nothing(NO_SECRETS, "KmsKeyArn", "SourceKMSKeyArn")
        .nothing("log lines go to standard output as they are", "LoggingConfig")
        .nothing(NO_BILL, "PropagateTags", "Tags")
        .nothing("processes are started when needed", "ProvisionedConcurrencyConfig")
        .nothing("loops are not looked for", "RecursiveLoop")
        .nothing("the runtime is the JDK that is installed", "RuntimeManagementConfig")
        .limited(
            "no snapshot is taken, but its hooks run and the compilers are Lambda's for it;"
                + " processes start from an AOT cache",
            "SnapStart.ApplyOn")
        .nothing("there is no X-Ray here; trace headers are passed on", "Tracing")
        .nothing("there is no network of one's own here", "VpcConfig")
        .refused(
            "use EventInvokeConfig.DestinationConfig.OnFailure, which keeps more",
            "DeadLetterQueue")
        .refused("functions are JVM packages here", "ImageConfig", "ImageUri", "InlineCode")
        .refused("put what the layer holds into the package", "Layers")
        .refused("there is no shared file system here", "FileSystemConfigs")
        .refused("use an HttpApi event", "FunctionUrlConfig")
        .refused("boundaries are not judged; put the limits into Policies", "PermissionsBoundary")
        .refused(
            "not supported",
            "CapacityProviderConfig",
            "DurableConfig",
            "FunctionScalingConfig",
            "TenancyConfig");

    type("AWS::Serverless::Function, event HttpApi", "a route of an HTTP API")
        .honoured("ApiId", "Auth.AuthorizationScopes", "Auth.Authorizer", "Method", "Path")
        .honoured("TimeoutInMillis")
        .limited("2.0 only", "PayloadFormatVersion")
        .nothing("one machine's load is not throttled", "RouteSettings")
        .refused("IAM authorization is not supported; use a JWT authorizer", "Auth.InvokeRole");

    type("AWS::Serverless::Function, event SQS", "an event source mapping from a queue")
        .honoured(
            "BatchSize",
            "Enabled",
            "FunctionResponseTypes",
            "MaximumBatchingWindowInSeconds",
            "ScalingConfig.MaximumConcurrency")
        .limited("by body alone, as Lambda documents it", "FilterCriteria.Filters.Pattern")
        .limited("a queue of the same template", "Queue")
        .nothing(NO_SECRETS, "KmsKeyArn")
        .nothing("metrics are not kept", "MetricsConfig")
        .refused("not supported", "ProvisionedPollerConfig");

    type("AWS::Serverless::Function, event DynamoDB", "an event source mapping from a stream")
        .honoured(
            "BatchSize",
            "BisectBatchOnFunctionError",
            "DestinationConfig.OnFailure.Destination",
            "Enabled",
            "FilterCriteria.Filters.Pattern",
            "FunctionResponseTypes",
            "MaximumBatchingWindowInSeconds",
            "MaximumRecordAgeInSeconds",
            "MaximumRetryAttempts",
            "ParallelizationFactor")
        .limited("SQS or SNS", "DestinationConfig.OnFailure.Type")
        .limited("TRIM_HORIZON or LATEST", "StartingPosition")
        .limited("the stream of a table of the same template", "Stream")
        .nothing(NO_SECRETS, "KmsKeyArn")
        .nothing("metrics are not kept", "MetricsConfig")
        .refused("streams of tables know no time stamps", "StartingPositionTimestamp")
        .refused("tumbling windows are not supported", "TumblingWindowInSeconds");

    type("AWS::Serverless::Function, event SNS", "a subscription of the function")
        .honoured("FilterPolicy", "FilterPolicyScope", "RedrivePolicy", "Topic")
        .nothing("there is one region here", "Region")
        .refused("subscribe the queue with AWS::SNS::Subscription instead", "SqsSubscription");

    type(
            "AWS::Serverless::HttpApi",
            "an HTTP API, payload format 2.0, routes from functions' events")
        .honoured(
            "Auth.Authorizers.*.AuthorizationScopes",
            "Auth.Authorizers.*.IdentitySource",
            "Auth.Authorizers.*.JwtConfiguration.audience",
            "Auth.Authorizers.*.JwtConfiguration.issuer",
            "Auth.DefaultAuthorizer",
            "CorsConfiguration",
            "StageName")
        .nothing("requests are in the journal: ask for a trail", "AccessLogSettings")
        .nothing("one machine's load is not throttled", "DefaultRouteSettings", "RouteSettings")
        .nothing("documentation", "Description", "Name")
        .nothing("there are no names of one's own here", "Domain", "DisableExecuteApiEndpoint")
        .nothing("a warning is not a failure here", "FailOnWarnings")
        .nothing(NO_BILL, "PropagateTags", "Tags")
        .refused(
            "only JWT authorizers run here",
            "Auth.Authorizers.*.AuthorizerPayloadFormatVersion",
            "Auth.Authorizers.*.EnableFunctionDefaultPermissions",
            "Auth.Authorizers.*.EnableSimpleResponses",
            "Auth.Authorizers.*.FunctionArn",
            "Auth.Authorizers.*.FunctionInvokeRole",
            "Auth.Authorizers.*.Identity",
            "Auth.Authorizers.*.OpenIdConnectUrl",
            "Auth.EnableIamAuthorizer")
        .refused("give each function its HttpApi events", "DefinitionBody", "DefinitionUri")
        .refused("stage variables are not supported; use the environment", "StageVariables");

    type("AWS::SQS::Queue", "a queue of ElasticMQ")
        .honoured(
            "ContentBasedDeduplication",
            "DeduplicationScope",
            "DelaySeconds",
            "FifoQueue",
            "MaximumMessageSize",
            "QueueName",
            "ReceiveMessageWaitTimeSeconds",
            "RedrivePolicy.deadLetterTargetArn",
            "RedrivePolicy.maxReceiveCount",
            "VisibilityTimeout")
        .limited("told; nothing is throttled by queue", "FifoThroughputLimit")
        .limited("told; messages stay until they are deleted", "MessageRetentionPeriod")
        .limited(
            "checked when the template is read",
            "RedriveAllowPolicy.redrivePermission",
            "RedriveAllowPolicy.sourceQueueArns")
        .nothing(
            NO_SECRETS, "KmsDataKeyReusePeriodSeconds", "KmsMasterKeyId", "SqsManagedSseEnabled")
        .nothing(NO_BILL, "Tags");

    type("AWS::DynamoDB::Table", "a table of DynamoDB Local")
        .honoured(
            "AttributeDefinitions.AttributeName",
            "AttributeDefinitions.AttributeType",
            "BillingMode",
            "GlobalSecondaryIndexes.IndexName",
            "GlobalSecondaryIndexes.KeySchema.AttributeName",
            "GlobalSecondaryIndexes.KeySchema.KeyType",
            "GlobalSecondaryIndexes.Projection.NonKeyAttributes",
            "GlobalSecondaryIndexes.Projection.ProjectionType",
            "KeySchema.AttributeName",
            "KeySchema.KeyType",
            "LocalSecondaryIndexes.IndexName",
            "LocalSecondaryIndexes.KeySchema.AttributeName",
            "LocalSecondaryIndexes.KeySchema.KeyType",
            "LocalSecondaryIndexes.Projection.NonKeyAttributes",
            "LocalSecondaryIndexes.Projection.ProjectionType",
            "StreamSpecification.StreamViewType",
            "TableName",
            "TimeToLiveSpecification.AttributeName",
            "TimeToLiveSpecification.Enabled")
        .limited(
            "accepted; nothing is throttled by it",
            "GlobalSecondaryIndexes.ProvisionedThroughput.ReadCapacityUnits",
            "GlobalSecondaryIndexes.ProvisionedThroughput.WriteCapacityUnits",
            "ProvisionedThroughput.ReadCapacityUnits",
            "ProvisionedThroughput.WriteCapacityUnits")
        .nothing(
            "nothing is throttled by capacity",
            "GlobalSecondaryIndexes.OnDemandThroughput",
            "GlobalSecondaryIndexes.WarmThroughput",
            "OnDemandThroughput",
            "WarmThroughput")
        .nothing(
            "metrics are not kept",
            "ContributorInsightsSpecification",
            "GlobalSecondaryIndexes.ContributorInsightsSpecification")
        .nothing(NO_GUARD, "DeletionProtectionEnabled")
        .nothing("copy the data folder instead", "PointInTimeRecoverySpecification")
        .nothing(NO_SECRETS, "SSESpecification")
        .nothing("storage has one price here", "TableClass")
        .nothing(NO_BILL, "Tags")
        .refused("there is no Kinesis here", "KinesisStreamSpecification")
        .refused("there is no S3 to import from", "ImportSourceSpecification")
        .refused(
            "policies of resources are not judged; use the functions' policies",
            "ResourcePolicy",
            "StreamSpecification.ResourcePolicy");

    type("AWS::SNS::Topic", "a topic")
        .honoured(
            "ContentBasedDeduplication",
            "FifoThroughputScope",
            "FifoTopic",
            "Subscription.Endpoint",
            "Subscription.Protocol",
            "TopicName")
        .nothing("documentation", "DisplayName")
        .nothing(NO_SECRETS, "KmsMasterKeyId")
        .nothing("deliveries are in the journal: ask for a trail", "DeliveryStatusLogging")
        .nothing("messages are not signed here", "SignatureVersion")
        .nothing(NO_BILL, "Tags")
        .nothing("there is no X-Ray here", "TracingConfig")
        .refused("messages are not archived", "ArchivePolicy")
        .refused("not supported", "DataProtectionPolicy");

    type("AWS::SNS::Subscription", "a subscription to a queue, a function or an HTTP address")
        .honoured(
            "FilterPolicy",
            "FilterPolicyScope",
            "RawMessageDelivery",
            "RedrivePolicy.deadLetterTargetArn")
        .limited("a queue or function of the same template, or a URL", "Endpoint")
        .limited("sqs, lambda, http, https; email and sms are left out with a note", "Protocol")
        .limited("a topic of the same template", "TopicArn")
        .nothing("there is one region here", "Region")
        .refused("deliveries are retried by a fixed rule", "DeliveryPolicy")
        .refused("messages are not archived", "ReplayPolicy")
        .refused("there is no Firehose here", "SubscriptionRoleArn");

    type("AWS::Lambda::EventSourceMapping", "an event source mapping from a queue or a stream")
        .honoured(
            "BatchSize",
            "BisectBatchOnFunctionError",
            "DestinationConfig.OnFailure.Destination",
            "Enabled",
            "FilterCriteria.Filters.Pattern",
            "FunctionName",
            "FunctionResponseTypes",
            "MaximumBatchingWindowInSeconds",
            "MaximumRecordAgeInSeconds",
            "MaximumRetryAttempts",
            "ParallelizationFactor",
            "ScalingConfig.MaximumConcurrency")
        .limited("a queue or a table's stream of the same template", "EventSourceArn")
        .limited("TRIM_HORIZON or LATEST", "StartingPosition")
        .nothing(NO_SECRETS, "KmsKeyArn")
        .nothing("metrics are not kept", "MetricsConfig")
        .nothing(NO_BILL, "Tags")
        .refused(
            "only queues and streams of tables are supported",
            "AmazonManagedKafkaEventSourceConfig",
            "DocumentDBEventSourceConfig",
            "Queues",
            "SelfManagedEventSource",
            "SelfManagedKafkaEventSourceConfig",
            "SourceAccessConfigurations",
            "Topics")
        .refused("not supported", "LoggingConfig", "ProvisionedPollerConfig")
        .refused("streams of tables know no time stamps", "StartingPositionTimestamp")
        .refused("tumbling windows are not supported", "TumblingWindowInSeconds");

    type("AWS::Lambda::EventInvokeConfig", "what becomes of asynchronous invocations that fail")
        .honoured(
            "DestinationConfig.OnFailure.Destination",
            "DestinationConfig.OnSuccess.Destination",
            "FunctionName",
            "MaximumEventAgeInSeconds",
            "MaximumRetryAttempts")
        .nothing("one version runs", "Qualifier");

    type("AWS::IAM::Role", "what functions may call; see --strict-iam")
        .limited(STATEMENTS, "Policies.PolicyDocument")
        .limited("well-known ones", "ManagedPolicyArns")
        .nothing("documentation", "Description", "Policies.PolicyName")
        .nothing("roles here are never assumed by others", "AssumeRolePolicyDocument")
        .nothing("no session outlives the runner", "MaxSessionDuration", "Path", "RoleName")
        .nothing(NO_BILL, "Tags")
        .refused("boundaries are not judged", "PermissionsBoundary");

    type("AWS::IAM::Policy", "more of what roles of the template may call")
        .honoured("Roles")
        .limited(STATEMENTS, "PolicyDocument")
        .nothing("documentation", "PolicyName")
        .nothing("there are no people here", "Groups", "Users");

    type("AWS::IAM::ManagedPolicy", "more of what roles of the template may call")
        .honoured("Roles")
        .limited(STATEMENTS, "PolicyDocument")
        .nothing("documentation", "Description", "ManagedPolicyName", "Path")
        .nothing("there are no people here", "Groups", "Users");

    type("AWS::SQS::QueuePolicy", "read for one warning: a subscribed queue that refuses its topic")
        .limited("for that warning", "PolicyDocument", "Queues");

    noOp(
        "no policies of resources are judged",
        "AWS::SNS::TopicPolicy",
        "AWS::SNS::TopicInlinePolicy");
    noOp("invoking needs no permission here", "AWS::Lambda::Permission");
    noOp("one version runs, the one that is built", "AWS::Lambda::Version", "AWS::Lambda::Alias");
    noOp(
        "nobody watches one machine",
        "AWS::CloudWatch::Alarm",
        "AWS::CloudWatch::AnomalyDetector",
        "AWS::CloudWatch::CompositeAlarm",
        "AWS::CloudWatch::Dashboard",
        "AWS::CloudWatch::InsightRule",
        "AWS::Logs::QueryDefinition",
        "AWS::Synthetics::Canary",
        "AWS::XRay::Group",
        "AWS::XRay::SamplingRule",
        "AWS::ApplicationSignals::ServiceLevelObjective");
    noOp(
        "log lines go to standard output",
        "AWS::Logs::LogGroup",
        "AWS::Logs::LogStream",
        "AWS::Logs::MetricFilter",
        "AWS::Logs::ResourcePolicy",
        "AWS::Logs::SubscriptionFilter",
        "AWS::Lambda::CodeSigningConfig");
    noOp(
        "tokens come from the local issuer",
        "AWS::Cognito::ManagedLoginBranding",
        "AWS::Cognito::UserPool",
        "AWS::Cognito::UserPoolClient",
        "AWS::Cognito::UserPoolDomain",
        "AWS::Cognito::UserPoolGroup",
        "AWS::Cognito::UserPoolResourceServer",
        "AWS::Cognito::UserPoolUser");
    noOp(
        "pages are served from their folder",
        "AWS::CloudFront::CachePolicy",
        "AWS::CloudFront::Distribution",
        "AWS::CloudFront::Function",
        "AWS::CloudFront::OriginAccessControl",
        "AWS::CloudFront::OriginRequestPolicy",
        "AWS::CloudFront::ResponseHeadersPolicy",
        "AWS::S3::Bucket",
        "AWS::S3::BucketPolicy");
    noOp("only this machine can call", "AWS::WAFv2::WebACL", "AWS::WAFv2::WebACLAssociation");
    noOp("there are no names of one's own here", "AWS::ApiGatewayV2::ApiMapping");
    noOp(
        "there are no names of one's own here",
        "AWS::ApiGatewayV2::DomainName",
        "AWS::CertificateManager::Certificate",
        "AWS::Route53::RecordSet");
    noOp(NO_SECRETS, "AWS::KMS::Alias", "AWS::KMS::Key");
    noOp(
        "what is built is what runs",
        "AWS::CodeDeploy::Application",
        "AWS::CodeDeploy::DeploymentConfig",
        "AWS::CodeDeploy::DeploymentGroup");
    noOp(
        "nothing is scaled by capacity here",
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "AWS::ApplicationAutoScaling::ScalingPolicy");
    noOp(
        "copy the data folder instead",
        "AWS::Backup::BackupPlan",
        "AWS::Backup::BackupSelection",
        "AWS::Backup::BackupVault");
    noOp("nobody is billed here", "AWS::Budgets::Budget", "AWS::ResourceGroups::Group");
  }

  private Fidelity() {}

  private static Type type(String name, String summary) {
    Type type = new Type(name, summary, false);
    TYPES.put(name, type);
    return type;
  }

  private static void noOp(String reason, String... names) {
    for (String name : names) {
      TYPES.put(name, new Type(name, reason, true));
    }
  }

  static Optional<Type> type(String name) {
    return Optional.ofNullable(TYPES.get(name));
  }

  /** Returns the rules for one kind of event of a function; empty if it is not supported. */
  static Optional<Type> event(String eventType) {
    return type("AWS::Serverless::Function, event " + eventType);
  }

  /** Refuses what the rules do not let through; every property is looked at. */
  static void check(Type type, String owner, Tree.Fields properties, Problems problems) {
    if (!type.noOp()) {
      check(type, owner, "", properties, problems);
    }
  }

  private static void check(Type type, String owner, String path, Tree tree, Problems problems) {
    switch (tree) {
      case Tree.Text text -> {}
      case Tree.Items items ->
          items.items().forEach(item -> check(type, owner, path, item, problems));
      case Tree.Fields fields ->
          fields
              .fields()
              .forEach(
                  (name, value) -> {
                    String below = path.isEmpty() ? name : path + "." + name;
                    Optional<Rule> rule = type.rule(below);
                    if (rule.isPresent() && rule.get().verdict() == Verdict.REFUSED) {
                      problems.add(
                          value.place(),
                          owner + "." + below + " is refused: " + rule.get().reason());
                    } else if (rule.isEmpty() && type.hasRulesBelow(below)) {
                      if (value instanceof Tree.Text) {
                        problems.add(value.place(), owner + "." + below + " must be a mapping");
                      }
                      check(type, owner, below, value, problems);
                    } else if (rule.isEmpty()) {
                      problems.add(
                          value.place(),
                          owner
                              + "."
                              + below
                              + " is not a property of "
                              + type.name()
                              + "; correct its name or remove it");
                    }
                  });
    }
  }

  /** Returns the whole table as Markdown. */
  public static String markdown() {
    StringBuilder text = new StringBuilder();
    for (Type type : TYPES.values()) {
      if (!type.noOp()) {
        text.append("#### ").append(type.name).append("\n\n");
        text.append("Runs as ").append(type.summary).append(".\n\n");
        text.append("| property | here | how or why |\n|---|---|---|\n");
        for (Rule rule : type.rules.values()) {
          row(text, code(rule.path()), rule.verdict().words, rule.reason());
        }
        text.append('\n');
      }
    }
    text.append("#### Types that do nothing here\n\n");
    text.append("Read, resolved and left alone, whatever their properties.\n\n");
    text.append("| why | types |\n|---|---|\n");
    Map<String, Collection<String>> byReason = new LinkedHashMap<>();
    for (Type type : TYPES.values()) {
      if (type.noOp()) {
        byReason.computeIfAbsent(type.summary, reason -> new ArrayList<>()).add(code(type.name));
      }
    }
    byReason.forEach(
        (reason, names) -> text.append("| " + reason + " | " + String.join(", ", names) + " |\n"));
    text.append("\nA resource of any other type is refused by name.\n");
    return text.toString();
  }

  private static String code(String name) {
    return "`" + name + "`";
  }

  private static void row(StringBuilder text, String... cells) {
    text.append("| ").append(String.join(" | ", cells).replace("|  |", "| |").strip());
    text.append(" |\n");
  }
}
