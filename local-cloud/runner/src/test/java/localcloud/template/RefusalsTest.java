package localcloud.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot run is refused with file, line, name and what to do. */
class RefusalsTest {
  private static final String QUEUES =
      """
        Jobs: { Type: AWS::SQS::Queue, Properties: { VisibilityTimeout: 30 } }
        Fifo: { Type: AWS::SQS::Queue, Properties: { FifoQueue: true } }
        Api: { Type: AWS::Serverless::HttpApi }
        Things:
          Type: AWS::DynamoDB::Table
          Properties:
            BillingMode: PAY_PER_REQUEST
            AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
            KeySchema: [{ AttributeName: id, KeyType: HASH }]
            StreamSpecification: { StreamViewType: NEW_IMAGE }
      """;

  private TemplateFixture templates;

  @BeforeEach
  void inAFolder(@TempDir Path folder) {
    templates = new TemplateFixture(folder);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Layers: [a] | Greeter.Layers is refused: put what the layer holds into the package",
        "Timout: 3 | Greeter.Timout is not a property of AWS::Serverless::Function; correct its"
            + " name",
        "Timeout: 901 | Greeter.Timeout is 901 and must be 1 to 900",
        "Timeout: soon | Greeter.Timeout is 'soon' and must be a whole number",
        "MemorySize: 64 | Greeter.MemorySize is 64 and must be 128 to 10240",
        "MemorySize: 20000 | Greeter.MemorySize is 20000 and must be 128 to 10240",
        "Environment: { Variables: { AWS_REGION: x } } | AWS_REGION is reserved by Lambda",
        "Environment: { Variables: { 1A: x } } | is not a name Lambda allows",
        "Environment: { Variable: { A: x } } | Greeter.Environment.Variable is not a property",
        "PackageType: Image | Greeter.PackageType is 'Image' and must be Zip",
        "Policies: [{ Statement: { Effect: Allow, NotAction: x, Resource: y } }] | NotAction is"
            + " refused",
        "Policies: [{ Statement: { Effect: Allow, Action: x, NotResource: y } }] | NotResource is"
            + " refused",
        "Policies: [{ Statement: { Effect: Allow, Action: x } }] |"
            + " Greeter.Policies.Statement.Resource is missing",
        "Policies: [{ Statement: { Effect: allow, Action: x, Resource: y } }] | Effect is 'allow'"
            + " and must be Allow or Deny",
        "Policies: [{ Version: 1, Statement: [], Statment: [] }] | Statment is refused: a policy"
            + " document holds Version and Statement",
        "EventInvokeConfig: { DestinationConfig: { OnFailure: { Type: SQS } } } | Destination is"
            + " missing",
        "EventInvokeConfig: { DestinationConfig: { OnFailure: { Destination: !GetAtt Fifo.Arn } } }"
            + " | Lambda tells only standard queues and topics",
        "EventInvokeConfig: { MaximumRetryAttempts: 3 } | MaximumRetryAttempts is 3 and must be 0"
            + " to 2",
        "Events: { E: { Type: Kinesis, Properties: {} } } | Greeter.Events.E.Type is Kinesis;"
            + " events here are",
        "Events: { E: { Type: SQS, Properties: { Queue: 'arn:aws:sqs:eu-west-1:1:x' } } } | no"
            + " queue of this template",
        "Events: { E: { Type: SQS, Properties: { Queue: !GetAtt Jobs.Arn, BatchSize: 11 } } } |"
            + " over 10 needs MaximumBatchingWindowInSeconds",
        "Events: { E: { Type: SQS, Properties: { Queue: !GetAtt Fifo.Arn, BatchSize: 11,"
            + " MaximumBatchingWindowInSeconds: 1 } } } | BatchSize is 11 and must be 1 to 10",
        "Events: { E: { Type: SQS, Properties: { Queue: !GetAtt Fifo.Arn,"
            + " MaximumBatchingWindowInSeconds: 1 } } } | is not for FIFO queues",
        "Events: { E: { Type: SQS, Properties: { Queue: !GetAtt Jobs.Arn, StartingPosition: LATEST"
            + " } } } | StartingPosition is not a property",
        "Events: { E: { Type: SQS, Properties: { Queue: !GetAtt Jobs.Arn, FilterCriteria: {"
            + " Filters: [{ Pattern: '{' }] } } } } | Pattern is not JSON",
        "Events: { E: { Type: SQS, Properties: { Queue: !GetAtt Jobs.Arn, FilterCriteria: {"
            + " Filters: [{ Pattern: '{\"body\":[\"a\"]} x' }] } } } } | Pattern is not JSON",
        "Events: { Q: { Type: SQS, Properties: { Queue: !GetAtt Jobs.Arn, FilterCriteria: {"
            + " Filters: [{ Pattern: '{\"body\":[{\"like\":1}]}' }] } } } } | Pattern is not"
            + " understood: /body: unknown operator like",
        "Events: { E: { Type: SQS, Properties: { Queue: !GetAtt Jobs.Arn, FilterCriteria: {"
            + " Filter: [] } } } } | Greeter.Events.E.FilterCriteria.Filter is not a property",
        "Events: { E: { Type: SQS, Properties: { Queue: !GetAtt Jobs.Arn, FunctionResponseTypes:"
            + " [All] } } } | only ReportBatchItemFailures exists",
        "Events: { E: { Type: SQS, Properties: { Queue: !GetAtt Jobs.Arn, ScalingConfig: {"
            + " MaximumConcurrency: 1 } } } } | MaximumConcurrency is 1 and must be 2 to 1000",
        "Events: { E: { Type: SQS, Properties: { Queue: !GetAtt Jobs.Arn, FilterCriteria: {"
            + " Filters: [{ Pattern: '{\"messageAttributes\":{\"a\":[\"b\"]}}' }] } } } } |"
            + " looks at messageAttributes, but a queue's records are filtered by body only",
        "Events: { E: { Type: DynamoDB, Properties: { Stream: !GetAtt Things.StreamArn } } } |"
            + " StartingPosition is missing",
        "Events: { E: { Type: DynamoDB, Properties: { Stream: !GetAtt Things.StreamArn,"
            + " StartingPosition: AT_TIMESTAMP } } } | must be LATEST or TRIM_HORIZON",
        "Events: { E: { Type: DynamoDB, Properties: { Stream: !GetAtt Things.StreamArn,"
            + " StartingPosition: LATEST, MaximumRecordAgeInSeconds: 30 } } } | must be -1, or 60"
            + " to 604800",
        "Events: { E: { Type: DynamoDB, Properties: { Stream: !GetAtt Things.StreamArn,"
            + " StartingPosition: LATEST, TumblingWindowInSeconds: 30 } } } | tumbling windows are"
            + " not supported",
        "Events: { E: { Type: DynamoDB, Properties: { Stream: !GetAtt Things.Arn, StartingPosition:"
            + " LATEST } } } | no table's stream of this template",
        "Events: { E: { Type: HttpApi, Properties: { ApiId: !Ref Jobs, Path: /, Method: GET } } } |"
            + " is no HTTP API of this template",
        "Events: { E: { Type: HttpApi, Properties: { ApiId: !Ref Api, Path: x, Method: GET } } } |"
            + " Path is x and must begin with /",
        "Events: { E: { Type: HttpApi, Properties: { ApiId: !Ref Api, Path: /, Method: FETCH } } }"
            + " | Method is FETCH, which is no HTTP method",
        "Events: { E: { Type: HttpApi, Properties: { ApiId: !Ref Api, Path: /, Method: GET,"
            + " PayloadFormatVersion: '3.0' } } } | must be 1.0 or 2.0",
        "Events: { E: { Type: HttpApi, Properties: { ApiId: !Ref Api, Path: /, Method: GET,"
            + " TimeoutInMillis: 30001 } } } | must be 50 to 30000",
        "Events: { E: { Type: HttpApi, Properties: { ApiId: !Ref Api, Path: /, Method: GET, Auth: {"
            + " Authorizer: Missing } } } } | asks for the authorizer Missing",
      })
  void a_function_that_cannot_run_is_refused(String property, String message) {
    String yaml = TemplateFixture.FUNCTION + "      " + property + "\n" + QUEUES;

    assertThat(templates.problems(yaml))
        .singleElement()
        .asString()
        .startsWith("template.yaml:8: ")
        .contains(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "AWS::SQS::Queue | DeduplicationScope: messageGroup | DeduplicationScope is only for FIFO"
            + " queues",
        "AWS::SQS::Queue | FifoQueue: true, DeduplicationScope: group | must be messageGroup or"
            + " queue",
        "AWS::SQS::Queue | FifoQueue: true, FifoThroughputLimit: perMessageGroupId | needs"
            + " DeduplicationScope: messageGroup",
        "AWS::SQS::Queue | VisibilityTimeout: 43201 | It.VisibilityTimeout is 43201 and must be 0"
            + " to 43200",
        "AWS::SQS::Queue | QueueName: a.fifo | only a FIFO queue's name may end in .fifo",
        "AWS::SQS::Queue | ContentBasedDeduplication: true | is only for FIFO queues",
        "AWS::SQS::Queue | RedrivePolicy: { deadLetterTargetArn: x, maxReceiveCount: 5 } | is not a"
            + " queue of this template",
        "AWS::SQS::Queue | RedrivePolicy: { deadLetterTargetArn: x } | maxReceiveCount is missing",
        "AWS::SQS::Queue | RedrivePolicy: { deadLetterTargetArn: x, maxReceiveCount: 0 } | must be"
            + " 1 to 1000",
        "AWS::SNS::Topic | FifoTopic: true, TopicName: news | end in .fifo",
        "AWS::SNS::Topic | FifoTopic: true, FifoThroughputScope: Group | must be MessageGroup or"
            + " Topic",
        "AWS::SNS::Topic | ArchivePolicy: {} | messages are not archived",
        "AWS::DynamoDB::Table | KeySchema: [{ AttributeNme: id }] | It.KeySchema.AttributeNme is"
            + " not a property",
        "AWS::DynamoDB::Table | KinesisStreamSpecification: {} | there is no Kinesis here",
        "AWS::Kinesis::Stream | ShardCount: 1 | It.Type is AWS::Kinesis::Stream, which does not run"
            + " here",
        "AWS::Serverless::HttpApi | DefinitionBody: {} | give each function its HttpApi events",
        "AWS::Serverless::HttpApi | CorsConfiguration: { AllowOrigins: ['*'], AllowCredentials:"
            + " true } | is not allowed with the origin *",
        "AWS::Serverless::HttpApi | CorsConfiguration: { AllowOrigin: '*' } | is not a property of"
            + " CorsConfiguration",
      })
  void a_resource_that_cannot_run_is_refused(String type, String properties, String message) {
    String yaml =
        """
        Resources:
          It:
            Type: %s
            Properties: { %s }
        """
            .formatted(type, properties);

    assertThat(templates.problems(yaml))
        .first()
        .asString()
        .matches("template.yaml:[34]: .*")
        .contains(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "AttributeDefinitions: [], KeySchema: [{ AttributeName: id, KeyType: HASH }], BillingMode:"
            + " PAY_PER_REQUEST | lacks id, which a key uses",
        "AttributeDefinitions: [{ AttributeName: id, AttributeType: S }, { AttributeName: x,"
            + " AttributeType: S }], KeySchema: [{ AttributeName: id, KeyType: HASH }],"
            + " BillingMode: PAY_PER_REQUEST | defines x, which no key uses",
        "AttributeDefinitions: [{ AttributeName: id, AttributeType: S }], KeySchema: [{"
            + " AttributeName: id, KeyType: HASH }] | is PROVISIONED without ProvisionedThroughput",
        "AttributeDefinitions: [], BillingMode: PAY_PER_REQUEST | KeySchema is missing",
      })
  void a_table_that_dynamodb_would_refuse_is_refused(String properties, String message) {
    String yaml =
        "Resources: { It: { Type: AWS::DynamoDB::Table, Properties: { %s } } }"
            .formatted(properties);

    assertThat(templates.problems(yaml)).singleElement().asString().contains(message);
  }

  @Test
  void a_visibility_timeout_below_the_functions_is_refused() {
    String yaml =
        TemplateFixture.FUNCTION
            + """
                  Timeout: 31
                  Events:
                    Work: { Type: SQS, Properties: { Queue: !GetAtt Jobs.Arn } }
            """
            + QUEUES;

    assertThat(templates.problems(yaml))
        .containsExactly(
            "template.yaml:10: Greeter.Events.Work.Queue is Jobs, whose VisibilityTimeout of 30 s"
                + " is below the timeout of Greeter, 31 s; six times the timeout is right");
  }

  @Test
  void two_routes_alike_are_refused() {
    String yaml =
        TemplateFixture.FUNCTION
            + """
                  Events:
                    One: { Type: HttpApi, Properties: { Path: '/things/{id}', Method: get } }
                    Two: { Type: HttpApi, Properties: { Path: '/things/{name}', Method: GET } }
            """;

    assertThat(templates.problems(yaml))
        .containsExactly(
            "template.yaml:10: Greeter.Events.Two.Path makes the route GET /things/{name} a second"
                + " time, after Greeter.Events.One; remove one");
  }

  @Test
  void a_mapping_to_a_queue_that_is_not_there_is_refused() {
    String yaml =
        TemplateFixture.FUNCTION
            + """
              Jobs:
                Type: AWS::Lambda::EventSourceMapping
                Properties:
                  FunctionName: !Ref Greeter
                  EventSourceArn: arn:aws:sqs:eu-west-1:000000000000:nowhere
            """;

    assertThat(templates.problems(yaml))
        .containsExactly(
            "template.yaml:12: Jobs.EventSourceArn is arn:aws:sqs:eu-west-1:000000000000:nowhere,"
                + " which is no queue of this template; name one by !GetAtt QUEUE.Arn");
  }

  @Test
  void a_handler_that_is_not_in_the_package_is_refused() {
    String yaml = TemplateFixture.FUNCTION.replace("app.Handler", "app.Handlr::handle");

    assertThat(templates.problems(yaml))
        .containsExactly(
            "template.yaml:6: Greeter.Handler names app.Handlr, which is not in app.zip; correct"
                + " the name, or build the package again: mvn package");
  }

  @Test
  void a_package_that_cannot_be_read_is_refused(@TempDir Path folder) throws IOException {
    TemplateFixture others = new TemplateFixture(folder);
    Files.writeString(folder.resolve("app.zip"), "not a zip");

    assertThat(others.problems(TemplateFixture.FUNCTION))
        .containsExactly(
            "template.yaml:5: Greeter.CodeUri is app.zip, which is no zip, jar or folder that can"
                + " be read; build it again: mvn package");
  }

  @Test
  void a_file_that_is_no_text_is_refused(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("template.yaml"), new byte[] {(byte) 0xff, 1, 2});

    assertThatThrownBy(() -> Template.read(file))
        .hasMessage(file + ":1: not text in UTF-8; name the template with --template");
  }

  @Test
  void a_package_that_is_not_built_is_refused() {
    String yaml = TemplateFixture.FUNCTION.replace("app.zip", "target/app.zip");

    assertThat(templates.problems(yaml))
        .containsExactly(
            "template.yaml:5: Greeter.CodeUri is target/app.zip, which is not there; run `mvn"
                + " package` first");
  }

  @Test
  void a_dead_letter_queue_of_the_other_kind_is_refused() {
    String yaml =
        """
        Resources:
          Jobs:
            Type: AWS::SQS::Queue
            Properties:
              RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5 }
          Dead: { Type: AWS::SQS::Queue, Properties: { FifoQueue: true } }
        """;

    assertThat(templates.problems(yaml))
        .singleElement()
        .asString()
        .startsWith(
            "template.yaml:5: Jobs.RedrivePolicy.deadLetterTargetArn is Dead, which is FIFO");
  }

  @Test
  void a_dead_letter_queue_that_does_not_allow_it_is_refused() {
    String yaml =
        """
        Resources:
          Jobs:
            Type: AWS::SQS::Queue
            Properties:
              RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5 }
          Dead:
            Type: AWS::SQS::Queue
            Properties: { RedriveAllowPolicy: { redrivePermission: denyAll } }
        """;

    assertThat(templates.problems(yaml))
        .singleElement()
        .asString()
        .contains("whose RedriveAllowPolicy does not allow this queue");
  }

  @Test
  void all_that_is_wrong_is_told_at_once() {
    String yaml =
        """
        Resources:
          One: { Type: AWS::SQS::Queue, Properties: { Colour: red } }
          Two: { Type: AWS::SQS::Queue, Properties: { Colour: blue } }
        """;

    assertThat(templates.problems(yaml)).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Resources: [ | 1: not YAML",
        "just words | 1: not a mapping at the top",
        "Parameters: {} | 1: Resources is missing",
        "Resources: {}, Hooks: {} | 1: Hooks is not a section",
        "Resources: {}, Transform: AWS::LanguageExtensions | 1: Transform AWS::LanguageExtensions"
            + " is refused",
        "Resources: { A: { Type: AWS::SQS::Queue, Type: AWS::SNS::Topic } } | 'Type' is here twice",
        "Resources: { A: { Type: AWS::SQS::Queue, Propertys: {} } } | A.Propertys is not an"
            + " attribute",
        "Resources: { A-B: { Type: AWS::SQS::Queue } } | A-B is not a logical id",
        "Resources: { A: { Properties: {} } } | A.Type is missing",
        "Resources: { A: { Type: AWS::SQS::Queue, DependsOn: B } } | names 'B', which is no"
            + " resource",
        "Resources: {}, Globals: { StateMachine: {} } | Globals.StateMachine is refused",
        "Resources: {}, Globals: { Function: { Policies: [] } } | Globals.Function.Policies is"
            + " refused by SAM; give it to each resource itself",
        "Resources: { 'Fn::ForEach::Loop': [a, [b], {}] } | Fn::ForEach::Loop is refused:"
            + " AWS::LanguageExtensions is not supported",
        "Resources: {}, Fn::Transform: {} | Fn::Transform is not a section",
        "Resources: { A: { Type: AWS::SQS::Queue, Properties: !Ref AWS::NoValue } } | A.Properties"
            + " must be a mapping",
        "Resources: { A: } | A is empty and must be a mapping",
        "Resources: {}, Metadata: { LocalCloud: { Params: {} } } | Params is not known",
        "Resources: {}, Outputs: { O: { Value: [a] } } | Outputs.O.Value must be a single value",
      })
  void a_template_that_is_none_is_refused(String yaml, String message) {
    String block =
        yaml.startsWith("Resources: [") || yaml.startsWith("just") ? yaml : "{" + yaml + "}";

    assertThat(messageOf(block)).startsWith("template.yaml:1").contains(message);
  }

  private String messageOf(String yaml) {
    try {
      return templates.problems(yaml).get(0);
    } catch (TemplateException unreadable) {
      return unreadable.problems().get(0);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Type: String | Parameters.P has no value; give one: --parameter-overrides P=",
        "Type: String, Default: a, AllowedValues: [b, c] | 'a' is not one of b, c",
        "Type: String, Default: a, AllowedPattern: '[0-9]+' | 'a' does not match [0-9]+",
        "Type: String, Default: abc, MaxLength: 2 | 'abc' is longer than MaxLength",
        "Type: Number, Default: abc | 'abc' is not a number",
        "Type: Number, Default: 5, MaxValue: 4 | '5' is more than 4",
        "Type: AWS::SSM::Parameter::Value<String>, Default: x | is"
            + " AWS::SSM::Parameter::Value<String>, which is refused: there is no account to look"
            + " it up in",
        "Type: AWS::EC2::VPC::Id, Default: x | which is refused: there is no account",
        "Type: String, Default: abc, MinLength: 4 | 'abc' is shorter than MinLength",
        "Type: Number, Default: 5, MinValue: 6 | '5' is less than 6",
        "Type: Number, Default: 5, MinValue: few | Parameters.P.MinValue is not a number",
        "Type: List<Number>, Default: '1, x' | 'x' is not a number",
        "Type: CommaDelimitedList, Default: 'a, b', AllowedValues: [a] | 'b' is not one of a",
        "Type: String, Default: a, AllowedPattern: '[' | AllowedPattern is not a regular"
            + " expression",
        "Type: String, Default: a, AllowedValues: [b], ConstraintDescription: is b | 'a' is not one"
            + " of b (is b); give another value",
        "Type: String, Default: a, Dfault: b | Dfault is not an attribute of a parameter",
      })
  void a_parameter_without_a_right_value_is_refused(String definition, String message) {
    String yaml = "Resources: {}\nParameters:\n  P: { %s }\n".formatted(definition);

    assertThat(templates.problems(yaml))
        .singleElement()
        .asString()
        .startsWith("template.yaml:3: ")
        .contains(message);
  }

  @Test
  void a_secret_is_not_shown_when_it_is_wrong() {
    String yaml =
        "Resources: {}\nParameters: { P: { Type: String, NoEcho: true, MaxLength: 3 } }\n";

    assertThat(templates.problems(yaml, Map.of("P", "hunter2")))
        .singleElement()
        .asString()
        .contains("the value is longer than MaxLength")
        .doesNotContain("hunter2");
  }

  @Test
  void an_override_of_no_parameter_is_refused() {
    assertThat(templates.problems("Resources: {}\n", Map.of("Stagee", "dev")))
        .singleElement()
        .asString()
        .contains("Parameters has no 'Stagee'; correct --parameter-overrides");
  }
}
