package localcloud.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import localcloud.model.EventSourceMappingSpec;
import localcloud.model.FunctionSpec;
import localcloud.model.HttpApiSpec;
import localcloud.model.PolicyStatement;
import localcloud.model.QueueSpec;
import localcloud.model.StackSpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is honoured arrives in the model. */
class ResolvedStackTest {
  private TemplateFixture templates;

  @BeforeEach
  void inAFolder(@TempDir Path folder) {
    templates = new TemplateFixture(folder);
  }

  @Test
  void a_functions_aliases_and_versions_are_names_to_invoke_it_by() {
    String yaml =
        TemplateFixture.FUNCTION
            + """
                  AutoPublishAlias: live
              Blue:
                Type: AWS::Lambda::Alias
                Properties: { Name: blue, FunctionName: !Ref Greeter, FunctionVersion: '1' }
              Published:
                Type: AWS::Lambda::Version
                Properties: { FunctionName: !Ref Greeter }
            """;

    assertThat(templates.resolve(yaml).functions().get(0).qualifiers())
        .containsExactlyInAnyOrder("live", "blue", "1");
    assertThat(templates.resolve(TemplateFixture.FUNCTION).functions().get(0).qualifiers())
        .isEmpty();
  }

  @Test
  void a_function_has_its_own_properties_over_the_globals() {
    String yaml =
        """
        Globals:
          Function:
            Runtime: java25
            MemorySize: 256
            Environment: { Variables: { AA: global, BB: global } }
            EventInvokeConfig: { MaximumRetryAttempts: 1 }
        """
            + TemplateFixture.FUNCTION
            + """
                  Timeout: 20
                  ReservedConcurrentExecutions: 3
                  Environment: { Variables: { BB: own, CC: 1 } }
                  Policies:
                    - { Statement: { Effect: Allow, Action: 'sqs:*', Resource: '*' } }
                    - { Statement: [{ Effect: Deny, Action: [a, b], Resource: [c] }] }
                  EventInvokeConfig: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 }
            """;

    FunctionSpec function = templates.resolve(yaml).functions().get(0);

    assertThat(function.name()).isEqualTo("local-Greeter");
    assertThat(function.runtime()).isEqualTo("java21");
    assertThat(function.memoryMb()).isEqualTo(256);
    assertThat(function.timeout()).isEqualTo(Duration.ofSeconds(20));
    assertThat(function.reservedConcurrency()).isEqualTo(OptionalInt.of(3));
    assertThat(function.environment()).isEqualTo(Map.of("AA", "global", "BB", "own", "CC", "1"));
    assertThat(function.policies())
        .containsExactly(
            new PolicyStatement(true, List.of("sqs:*"), List.of("*")),
            new PolicyStatement(false, List.of("a", "b"), List.of("c")));
    assertThat(function.async().maximumRetryAttempts()).isZero();
    assertThat(function.async().maximumEventAge()).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void a_functions_policies_are_those_of_its_role_and_what_is_added_to_it() {
    String yaml =
        TemplateFixture.FUNCTION
            + """
                  Role: !GetAtt Role.Arn
              Role:
                Type: AWS::IAM::Role
                Properties:
                  AssumeRolePolicyDocument: {}
                  ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']
                  Policies:
                    - PolicyName: own
                      PolicyDocument: { Statement: [{ Effect: Allow, Action: a:b, Resource: r }] }
              More:
                Type: AWS::IAM::Policy
                Properties:
                  PolicyName: more
                  Roles: [!Ref Role]
                  PolicyDocument: { Statement: [{ Effect: Allow, Action: c:d, Resource: s }] }
            """;

    assertThat(templates.resolve(yaml).functions().get(0).policies())
        .containsExactly(
            new PolicyStatement(true, List.of("a:b"), List.of("r")),
            new PolicyStatement(true, List.of("c:d"), List.of("s")));
  }

  @Test
  void both_spellings_of_an_event_source_are_the_same() {
    String settings =
        "BatchSize: 20, MaximumBatchingWindowInSeconds: 2, FunctionResponseTypes:"
            + " [ReportBatchItemFailures], ScalingConfig: { MaximumConcurrency: 7 },"
            + " FilterCriteria: { Filters: [{ Pattern: '{\"body\":{\"a\":[1]}}' }] }";
    String jobs = "  Jobs: { Type: AWS::SQS::Queue }\n";
    String asEvent =
        TemplateFixture.FUNCTION
            + "      Events: { Work: { Type: SQS, Properties: { Queue: !GetAtt Jobs.Arn, "
            + settings
            + " } } }\n"
            + jobs;
    String asResource =
        TemplateFixture.FUNCTION
            + jobs
            + "  GreeterWork: { Type: AWS::Lambda::EventSourceMapping, Properties: { FunctionName:"
            + " !Ref Greeter, EventSourceArn: !GetAtt Jobs.Arn, "
            + settings
            + " } }\n";

    List<EventSourceMappingSpec> mappings = templates.resolve(asEvent).mappings();

    assertThat(mappings).isEqualTo(templates.resolve(asResource).mappings());
    EventSourceMappingSpec.FromQueue mapping = (EventSourceMappingSpec.FromQueue) mappings.get(0);
    assertThat(mapping.batchSize()).isEqualTo(20);
    assertThat(mapping.batchingWindow()).isEqualTo(Duration.ofSeconds(2));
    assertThat(mapping.reportBatchItemFailures()).isTrue();
    assertThat(mapping.maximumConcurrency()).isEqualTo(OptionalInt.of(7));
    assertThat(mapping.filters()).hasSize(1);
  }

  @Test
  void a_stream_mapping_keeps_its_limits() {
    String yaml =
        TemplateFixture.FUNCTION
            + """
                  Events:
                    Changes:
                      Type: DynamoDB
                      Properties:
                        Stream: !GetAtt Things.StreamArn
                        StartingPosition: TRIM_HORIZON
                        ParallelizationFactor: 4
                        BisectBatchOnFunctionError: true
                        MaximumRetryAttempts: 5
                        MaximumRecordAgeInSeconds: -1
                        DestinationConfig: { OnFailure: { Destination: !GetAtt Dead.Arn } }
              Dead: { Type: AWS::SQS::Queue }
              Things:
                Type: AWS::DynamoDB::Table
                Properties:
                  TableName: things
                  BillingMode: PAY_PER_REQUEST
                  AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
                  KeySchema: [{ AttributeName: id, KeyType: HASH }]
                  StreamSpecification: { StreamViewType: NEW_IMAGE }
                  TimeToLiveSpecification: { AttributeName: expires, Enabled: true }
            """;

    StackSpec stack = templates.resolve(yaml);
    EventSourceMappingSpec.FromStream mapping =
        (EventSourceMappingSpec.FromStream) stack.mappings().get(0);

    assertThat(mapping.tableName()).isEqualTo("things");
    assertThat(mapping.batchSize()).isEqualTo(100);
    assertThat(mapping.parallelizationFactor()).isEqualTo(4);
    assertThat(mapping.bisectBatchOnFunctionError()).isTrue();
    assertThat(mapping.maximumRetryAttempts()).isEqualTo(OptionalInt.of(5));
    assertThat(mapping.maximumRecordAge()).isEmpty();
    assertThat(mapping.onFailureArn())
        .isEqualTo(Optional.of("arn:aws:sqs:eu-west-1:000000000000:local-Dead"));
    assertThat(stack.tables().get(0).timeToLiveAttribute()).isEqualTo(Optional.of("expires"));
    assertThat(stack.tables().get(0).createTable().path("StreamSpecification").toString())
        .isEqualTo("{\"StreamEnabled\":true,\"StreamViewType\":\"NEW_IMAGE\"}");
  }

  @Test
  void routes_have_their_authorizer_and_scopes() {
    String yaml =
        TemplateFixture.FUNCTION
            + """
                  Events:
                    Own: { Type: HttpApi, Properties: { ApiId: !Ref Api, Path: /own, Method: post, Auth: { AuthorizationScopes: [w] } } }
                    Default: { Type: HttpApi, Properties: { ApiId: !Ref Api, Path: /default, Method: any } }
                    Open: { Type: HttpApi, Properties: { ApiId: !Ref Api, Path: /open, Method: GET, Auth: { Authorizer: NONE } } }
                    Rest: { Type: HttpApi, Properties: { ApiId: !Ref Api } }
              Api:
                Type: AWS::Serverless::HttpApi
                Properties:
                  StageName: v1
                  CorsConfiguration: { AllowOrigins: [https://a.example], MaxAge: 60 }
                  Auth:
                    DefaultAuthorizer: Jwt
                    Authorizers:
                      Jwt:
                        AuthorizationScopes: [r]
                        JwtConfiguration: { issuer: https://issuer.example, audience: [me] }
            """;

    HttpApiSpec api = templates.resolve(yaml).apis().get(0);

    assertThat(api.stage()).isEqualTo("v1");
    assertThat(api.cors().orElseThrow().maxAge()).isEqualTo(Optional.of(Duration.ofMinutes(1)));
    assertThat(api.routes())
        .extracting(HttpApiSpec.Route::routeKey)
        .containsExactly("POST /own", "ANY /default", "GET /open", "$default");
    assertThat(api.routes())
        .extracting(it -> it.authorizer().map(HttpApiSpec.JwtAuthorizer::scopes))
        .containsExactly(
            Optional.of(List.of("w")),
            Optional.of(List.of("r")),
            Optional.empty(),
            Optional.of(List.of("r")));
  }

  @Test
  void events_without_an_api_share_the_one_that_sam_makes() {
    String yaml =
        TemplateFixture.FUNCTION
            + """
                  Events:
                    Get: { Type: HttpApi, Properties: { Path: /, Method: GET } }
            Outputs:
              Url: { Value: !Sub 'https://${ServerlessHttpApi}.execute-api.${AWS::Region}.amazonaws.com' }
            """;

    StackSpec stack = templates.resolve(yaml);

    assertThat(stack.apis()).hasSize(1);
    assertThat(stack.outputs()).containsEntry("Url", "http://127.0.0.1:3000");
  }

  @Test
  void queues_have_the_defaults_of_sqs() {
    QueueSpec queue =
        templates.resolve("Resources: { Jobs: { Type: AWS::SQS::Queue } }").queues().get(0);

    assertThat(queue)
        .isEqualTo(
            new QueueSpec(
                "Jobs",
                "local-Jobs",
                false,
                false,
                false,
                false,
                Duration.ofSeconds(30),
                Duration.ZERO,
                Duration.ofDays(4),
                Duration.ZERO,
                1_048_576,
                Optional.empty()));
  }

  @Test
  void subscriptions_come_from_topics_resources_and_functions() {
    String yaml =
        TemplateFixture.FUNCTION
            + """
                  Events: { News: { Type: SNS, Properties: { Topic: !Ref News } } }
              Jobs: { Type: AWS::SQS::Queue }
              News:
                Type: AWS::SNS::Topic
                Properties: { Subscription: [{ Protocol: sqs, Endpoint: !GetAtt Jobs.Arn }] }
              Sub:
                Type: AWS::SNS::Subscription
                Properties:
                  TopicArn: !Ref News
                  Protocol: sqs
                  Endpoint: !GetAtt Jobs.Arn
                  RawMessageDelivery: true
                  FilterPolicy: { kind: [a] }
              Mail:
                Type: AWS::SNS::Subscription
                Properties: { TopicArn: !Ref News, Protocol: email, Endpoint: a@b.example }
            """;

    StackSpec stack = templates.resolve(yaml);

    assertThat(stack.subscriptions())
        .extracting(it -> it.protocol() + " " + it.rawMessageDelivery())
        .containsExactly("sqs false", "sqs true", "lambda false");
    assertThat(stack.notes())
        .anyMatch(note -> note.contains("Mail: nothing is sent by email from here"))
        .anyMatch(note -> note.contains("no AWS::SQS::QueuePolicy allows"));
  }

  @Test
  void the_metadata_gives_parameters_and_the_first_command() {
    String yaml =
        """
        Metadata:
          LocalCloud:
            Parameters: { Issuer: '${LocalIssuer}', Audience: '${LocalAudience}' }
            FirstCommand: curl ${Url} $(token)
        Parameters:
          Issuer: { Type: String, Default: '' }
          Audience: { Type: String }
        Resources: {}
        Outputs:
          Issuer: { Value: !Ref Issuer }
          Url: { Value: there }
        """;

    Map<String, String> outputs = templates.resolve(yaml).outputs();

    assertThat(outputs).containsEntry("Issuer", "http://127.0.0.1:3001/issuer");
    assertThat(templates.template(yaml).firstCommand(outputs)).contains("curl there $(token)");
    assertThat(templates.resolve(yaml, Map.of("Issuer", "mine")).outputs())
        .containsEntry("Issuer", "mine");
  }

  @Test
  void what_means_nothing_here_is_left_alone_and_can_be_named() {
    String yaml =
        TemplateFixture.FUNCTION
            + """
                  Environment: { Variables: { GROUP: !Ref Logs } }
              Logs: { Type: AWS::Logs::LogGroup, Properties: { Anything: 1 } }
              Alarm: { Type: AWS::CloudWatch::Alarm, Properties: { AlarmActions: [!GetAtt Logs.Arn] } }
            """;

    assertThat(templates.resolve(yaml).functions().get(0).environment())
        .containsEntry("GROUP", "local-Logs");
  }

  @Test
  void an_output_that_names_what_is_not_here_is_left_out() {
    String yaml =
        TemplateFixture.FUNCTION
            + """
                  AutoPublishAlias: live
              Board: { Type: AWS::CloudWatch::Dashboard }
              Own: { Type: AWS::Lambda::Version, Properties: { FunctionName: !Ref Greeter } }
            Outputs:
              Dashboard: { Value: !Sub 'https://console.aws.amazon.com/dashboards/${Board}' }
              Board: { Value: !GetAtt Board.DashboardName }
              Version: { Value: !Ref Own }
              Function: { Value: !GetAtt Greeter.Arn }
            """;

    assertThat(templates.resolve(yaml).outputs()).containsOnlyKeys("Version", "Function");
  }

  @Test
  void a_name_that_is_made_up_is_cut_to_what_its_service_takes() {
    String longest = "N".repeat(90);
    StackSpec stack =
        templates.resolve(
            TemplateFixture.FUNCTION.replace("Greeter", longest)
                + "  Q%s: { Type: AWS::SQS::Queue, Properties: { FifoQueue: true } }\n"
                    .formatted(longest)
                + "  Q%sX: { Type: AWS::SQS::Queue, Properties: { FifoQueue: true } }\n"
                    .formatted(longest));

    assertThat(stack.functions().get(0).name()).hasSize(64).startsWith("local-NNN");
    assertThat(stack.queues())
        .extracting(QueueSpec::name)
        .doesNotHaveDuplicates()
        .allSatisfy(name -> assertThat(name).hasSize(80).endsWith(".fifo"));
  }

  @Test
  void a_condition_of_a_policy_is_told_and_never_refuses_what_aws_may_allow() {
    String yaml =
        TemplateFixture.FUNCTION
            + """
                  Policies:
                    - Statement:
                        - { Effect: Allow, Action: a:b, Resource: r, Condition: { Bool: { x: true } } }
                        - { Effect: Deny, Action: '*', Resource: '*', Condition: { Bool: { x: false } } }
            """;

    StackSpec stack = templates.resolve(yaml);

    assertThat(stack.functions().get(0).policies())
        .containsExactly(new PolicyStatement(true, List.of("a:b"), List.of("r")));
    assertThat(stack.notes())
        .containsExactly(
            "template.yaml:10: Greeter.Policies.Statement.Condition is not judged here: the"
                + " statement allows whether it is met or not",
            "template.yaml:11: Greeter.Policies.Statement.Condition is not judged here: the"
                + " statement denies nothing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0e+400", "1.0e+3", "0.5", "-7", "999999999999999999999"})
  void a_number_of_any_size_is_read(String number) {
    String yaml =
        """
        Resources:
          News: { Type: AWS::SNS::Topic }
          Jobs: { Type: AWS::SQS::Queue }
          Sub:
            Type: AWS::SNS::Subscription
            Properties:
              TopicArn: !Ref News
              Protocol: sqs
              Endpoint: !GetAtt Jobs.Arn
              FilterPolicy: { size: [{ numeric: ['=', %s] }] }
        """
            .formatted(number);

    JsonNode policy = templates.resolve(yaml).subscriptions().get(0).filterPolicy().orElseThrow();

    assertThat(policy.at("/size/0/numeric/1").decimalValue())
        .isEqualByComparingTo(new BigDecimal(number));
  }

  @Test
  void rules_are_told_not_to_be_judged() {
    assertThat(templates.resolve("Resources: {}\nRules: { R: { Assertions: [] } }\n").notes())
        .containsExactly("template.yaml:2: Rules are not judged here; CloudFormation judges them");
  }

  @Test
  void parameters_of_every_type_have_their_values() {
    String yaml =
        """
        Parameters:
          Text: { Type: String, Default: a }
          Many: { Type: CommaDelimitedList, Default: ' a , b' }
          Texts: { Type: List<String>, Default: 'c,d' }
          Numbers: { Type: List<Number>, Default: '1, 2.5' }
          Amount: { Type: Number, Default: 7, MinValue: 7, MaxValue: 7 }
          Secret: { Type: String, NoEcho: true, MinLength: 2, AllowedPattern: '[a-z]+' }
        Resources: {}
        Outputs:
          Out:
            Value: !Join ['|', [!Ref Text, !Join ['-', !Ref Many], !Join ['-', !Ref Texts], !Join ['-', !Ref Numbers], !Ref Amount, !Ref Secret]]
        """;

    assertThat(templates.resolve(yaml, Map.of("Secret", "quiet", "Text", "")).outputs())
        .containsEntry("Out", "|a-b|c-d|1-2.5|7|quiet");
  }
}
