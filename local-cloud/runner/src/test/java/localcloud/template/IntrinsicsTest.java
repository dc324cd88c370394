package localcloud.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IntrinsicsTest {
  private static final String CONDITIONAL_APIS =
      """
      Parameters:
        Public: { Type: String, Default: 'no' }
      Conditions:
        IsPublic: !Equals [!Ref Public, 'yes']
      Resources:
        Outer: { Type: AWS::Serverless::HttpApi, Condition: IsPublic }
        Inner: { Type: AWS::Serverless::HttpApi }
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"no | Inner", "yes | Outer,Inner"})
  void an_api_whose_condition_is_false_takes_no_address(String isPublic, String apis) {
    Inputs inputs = TemplateFixture.inputs(Map.of("Public", isPublic));

    assertThat(templates.template(CONDITIONAL_APIS).httpApis(inputs))
        .containsExactly(apis.split(",", -1));
  }

  @Test
  void a_function_whose_condition_is_false_makes_no_implicit_api() {
    String yaml =
        """
        Conditions:
          Never: !Equals [a, b]
        Resources:
          F:
            Type: AWS::Serverless::Function
            Condition: Never
            Properties: { Events: { E: { Type: HttpApi } } }
        """;

    assertThat(templates.template(yaml).httpApis(TemplateFixture.inputs(Map.of()))).isEmpty();
  }

  private static final String BEFORE =
      """
      Parameters:
        Stage: { Type: String, Default: dev }
        Sizes: { Type: CommaDelimitedList, Default: 'small, large' }
      Mappings:
        ByStage:
          dev: { Size: 1, Names: [a, b] }
          prod: { Size: 9, Names: [c] }
      Conditions:
        IsDev: !Equals [!Ref Stage, dev]
        IsProd: !Not [!Condition IsDev]
        Either: !Or [!Condition IsDev, !Condition IsProd]
        Both: !And [Condition: IsDev, Condition: IsProd]
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
        "!Ref Stage | dev",
        "{ Ref: Stage } | dev",
        "!Ref Jobs | http://127.0.0.1:9324/000000000000/local-Jobs",
        "!Ref Things | local-Things",
        "!Ref News | arn:aws:sns:eu-west-1:000000000000:local-News",
        "!Ref AWS::Region | eu-west-1",
        "!Ref AWS::AccountId | 000000000000",
        "!Ref AWS::Partition | aws",
        "!Ref AWS::StackName | local",
        "!Ref AWS::StackId | arn:aws:cloudformation:eu-west-1:000000000000:stack/local/local",
        "!Ref AWS::URLSuffix | amazonaws.com",
        "!Join ['-', [a, !Join ['', !Ref AWS::NotificationARNs], b]] | a--b",
        "!GetAtt Jobs.Arn | arn:aws:sqs:eu-west-1:000000000000:local-Jobs",
        "{ Fn::GetAtt: [Jobs, QueueName] } | local-Jobs",
        "{ Fn::GetAtt: Jobs.Arn } | arn:aws:sqs:eu-west-1:000000000000:local-Jobs",
        "!GetAtt [Jobs, QueueUrl] | http://127.0.0.1:9324/000000000000/local-Jobs",
        "!GetAtt News.TopicName | local-News",
        "!GetAtt News.TopicArn | arn:aws:sns:eu-west-1:000000000000:local-News",
        "!GetAtt Things.StreamArn |"
            + " arn:aws:dynamodb:eu-west-1:000000000000:table/local-Things/stream/2000-01-01T00:00:00.000",
        "!GetAtt Things.Arn | arn:aws:dynamodb:eu-west-1:000000000000:table/local-Things",
        "!Sub 'a ${Stage} ${Jobs.QueueName} ${!Literal}' | a dev local-Jobs ${Literal}",
        "{ Fn::Sub: '${AWS::Region}' } | eu-west-1",
        "!Sub ['${It}-${Stage}', { It: !Ref AWS::Region }] | eu-west-1-dev",
        "!Sub 'https://sqs.${AWS::Region}.amazonaws.com/${AWS::AccountId}/x' |"
            + " http://127.0.0.1:9324/000000000000/x",
        "!If [IsDev, yes-it-is, no-it-is-not] | yes-it-is",
        "{ Fn::If: [IsProd, 1, 2] } | 2",
        "!If [Either, 1, 2] | 1",
        "!If [Both, 1, 2] | 2",
        "!Join ['-', [a, !Ref Stage, c]] | a-dev-c",
        "{ Fn::Join: ['', !Ref Sizes] } | smalllarge",
        "!Select [1, !Ref Sizes] | large",
        "!Select ['0', !Split ['.', first.second]] | first",
        "{ Fn::Select: [1, { Fn::Split: ['.', first.second] }] } | second",
        "!FindInMap [ByStage, !Ref Stage, Size] | 1",
        "!Join ['', !FindInMap [ByStage, prod, Names]] | c",
        "{ Fn::FindInMap: [ByStage, prod, Size] } | 9",
        "{ Fn::Base64: héllo } | aMOpbGxv",
        "!Base64 abc | YWJj",
        "{ Fn::Base64: !Sub '${Stage}' } | ZGV2",
        "!Join ['/', [!Select [1, !Split [',', !Join [',', !Ref Sizes]]], !If [IsDev, !FindInMap"
            + " [ByStage, !Ref Stage, Size], x]]] | large/1",
        "!Sub ['${A}${A}', { A: !Join ['', [!Ref Stage, { Ref: Stage }]] }] | devdevdevdev",
        "!Select [0, !FindInMap [ByStage, !If [IsProd, prod, dev], Names]] | a",
      })
  void a_function_gives_what_cloudformation_gives(String expression, String value) {
    String result = templates.output(BEFORE, expression);

    assertThat(result).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "!ImportValue x | !ImportValue is refused: there are no other stacks here",
        "{ Fn::ImportValue: x } | Fn::ImportValue is refused: there are no other stacks here",
        "!ImportValue { 'Fn::Sub': '${AWS::StackName}-x' } | !ImportValue is refused",
        "!GetAZs '' | !GetAZs is refused: there are no availability zones here",
        "!Cidr [10.0.0.0/16, 2, 8] | !Cidr is refused: there is no network here",
        "!Transform { Name: AWS::Include } | !Transform is refused: macros are not run",
        "{ Fn::Length: [a] } | Fn::Length is refused: AWS::LanguageExtensions is not supported",
        "{ 'Fn::ForEach::Loop': [a, [b], {}] } | Fn::ForEach::Loop is refused:"
            + " AWS::LanguageExtensions is not supported; write out the loop",
        "!FindInMap [ByStage, nowhere, Size, { DefaultValue: 3 }] | Fn::FindInMap with a default is"
            + " refused: AWS::LanguageExtensions is not supported",
        "!Upper x | !Upper is not an intrinsic function",
        "{ Fn::Upper: x } | Fn::Upper is not an intrinsic function",
        "{ Fn::ToJsonString: {} } | Fn::ToJsonString is refused",
        "!Ref Nobody | Ref of 'Nobody': no parameter or resource has this name",
        "!GetAtt Nobody.Arn | Fn::GetAtt of 'Nobody': no parameter or resource has this name",
        "!GetAtt Jobs.Colour | Fn::GetAtt of Jobs.Colour: AWS::SQS::Queue has no such attribute",
        "!GetAtt Jobs | must name Resource.Attribute",
        "!Sub '${Nobody}' | Ref of 'Nobody'",
        "!Sub '${Sizes}' | Fn::Sub of ${Sizes}: it is a list",
        "!If [Unknown, 1, 2] | Conditions has no 'Unknown'",
        "!If [IsDev, 1] | Fn::If needs a list of 3 values",
        "!Select [2, [a, b]] | Fn::Select of item 2: the list has 2, counted from 0",
        "!FindInMap [ByStage, nowhere, Size] | Fn::FindInMap of ByStage.nowhere: Mappings has no"
            + " such entry",
        "!Join [',', abc] | Fn::Join needs a list",
        "!Equals [a, b] | Fn::Equals belongs into Conditions",
        "{ Fn::Sub: a, Other: b } | Fn::Sub must stand alone",
      })
  void a_wrong_call_is_refused_with_its_line(String expression, String message) {
    assertThatThrownBy(() -> templates.output("", "\n      " + expression + "\n" + BEFORE))
        .isInstanceOf(TemplateException.class)
        .hasMessageStartingWith("template.yaml:13: ")
        .hasMessageContaining(message);
  }

  @Test
  void no_value_removes_a_property_and_a_list_item() {
    String yaml =
        """
        Resources:
          Jobs:
            Type: AWS::SQS::Queue
            Properties:
              DelaySeconds: !Ref AWS::NoValue
        Outputs:
          Out: { Value: !Join ['-', [a, !Ref AWS::NoValue, b]] }
        """;

    var stack = templates.resolve(yaml);

    assertThat(stack.queues().get(0).delay()).isZero();
    assertThat(stack.outputs()).containsEntry("Out", "a-b");
  }

  @Test
  void only_the_branch_taken_is_looked_at() {
    String yaml =
        """
        Conditions:
          Never: !Equals [a, b]
        Resources:
          Jobs: { Type: AWS::SQS::Queue }
          Other: { Type: AWS::SQS::Queue, Condition: Never }
        Outputs:
          Out: { Value: !If [Never, !GetAtt Other.Arn, !GetAtt Jobs.QueueName] }
        """;

    assertThat(templates.resolve(yaml).outputs()).containsEntry("Out", "local-Jobs");
    assertThat(templates.resolve(yaml).queues()).hasSize(1);
  }

  @Test
  void what_a_condition_leaves_out_cannot_be_named() {
    String yaml =
        """
        Conditions:
          Never: !Equals [a, b]
        Resources:
          Other: { Type: AWS::SQS::Queue, Condition: Never }
        Outputs:
          Out: { Value: !Ref Other }
        """;

    assertThat(templates.problems(yaml))
        .singleElement()
        .asString()
        .startsWith("template.yaml:6: Ref of 'Other', which its Condition leaves out");
  }

  @Test
  void what_does_not_run_here_may_stand_under_a_condition_that_is_false_here() {
    String yaml =
        """
        Parameters:
          Domain: { Type: String, Default: '' }
        Conditions:
          HasDomain: !Not [!Equals [!Ref Domain, '']]
        Resources:
          Check: { Type: AWS::Route53::HealthCheck, Condition: HasDomain }
          Jobs: { Type: AWS::SQS::Queue }
        """;

    assertThat(templates.resolve(yaml).queues()).hasSize(1);
    assertThat(templates.problems(yaml.replace("Default: ''", "Default: a.b")))
        .singleElement()
        .asString()
        .startsWith("template.yaml:6: Check.Type is AWS::Route53::HealthCheck, which does not run");
  }

  @Test
  void conditions_that_need_each_other_are_refused() {
    String yaml =
        """
        Conditions:
          A: !Not [!Condition B]
          B: !Not [!Condition A]
          C: !Not [!Condition B]
        Resources: {}
        """;

    assertThat(templates.problems(yaml))
        .containsExactly(
            "template.yaml:2: circular conditions: A -> B -> A need each other; break the circle");
  }

  @Test
  void resources_that_need_each_other_are_refused_and_named() {
    String yaml =
        """
        Resources:
          First:
            Type: AWS::SQS::Queue
            Properties:
              RedrivePolicy: { deadLetterTargetArn: !GetAtt Second.Arn, maxReceiveCount: 5 }
          Second:
            Type: AWS::SQS::Queue
            Properties:
              RedrivePolicy: { deadLetterTargetArn: !GetAtt First.Arn, maxReceiveCount: 5 }
        """;

    assertThat(templates.problems(yaml))
        .containsExactly(
            "template.yaml:2: circular: First -> Second -> First need each other; break the"
                + " circle");
  }

  @Test
  void a_name_made_of_itself_is_refused() {
    String yaml =
        """
        Resources:
          First:
            Type: AWS::SQS::Queue
            Properties: { QueueName: !Sub 'x-${First.QueueName}' }
        """;

    assertThat(templates.problems(yaml))
        .containsExactly(
            "template.yaml:2: circular: First -> First needs itself; break the circle");
  }

  @Test
  void names_made_of_each_other_are_one_line_wherever_they_are_asked_for() {
    String yaml =
        """
        Resources:
          Dead:
            Type: AWS::SQS::Queue
            Properties: { RedriveAllowPolicy: { redrivePermission: byQueue, sourceQueueArns: [!GetAtt Third.Arn] } }
          First:
            Type: AWS::SQS::Queue
            Properties: { QueueName: !GetAtt Second.QueueName }
          Second:
            Type: AWS::SQS::Queue
            Properties: { QueueName: !GetAtt Third.QueueName }
          Third:
            Type: AWS::SQS::Queue
            Properties: { QueueName: !GetAtt First.QueueName }
        Outputs:
          Out: { Value: !GetAtt Second.Arn }
        """;

    assertThat(templates.problems(yaml))
        .containsExactly(
            "template.yaml:5: circular: First -> Second -> Third -> First need each other; break"
                + " the circle");
  }

  @Test
  void a_function_that_needs_its_own_api_is_refused_as_aws_does() {
    String yaml =
        TemplateFixture.FUNCTION
            + """
                  Environment: { Variables: { API: !Ref Api } }
                  Events:
                    Get: { Type: HttpApi, Properties: { ApiId: !Ref Api, Path: /, Method: GET } }
              Api: { Type: AWS::Serverless::HttpApi }
            """;

    assertThat(templates.problems(yaml)).first().asString().contains("circular:").contains("Api");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}",
        "https://${Api}.execute-api.${AWS::Region}.amazonaws.com",
        "${Api.ApiEndpoint}"
      })
  void the_address_of_an_api_as_aws_writes_it_is_the_local_one(String expression) {
    String yaml =
        """
        Resources:
          Api: { Type: AWS::Serverless::HttpApi }
        Outputs:
          Url: { Value: !Sub '%s/things' }
        """
            .formatted(expression);

    assertThat(templates.resolve(yaml).outputs())
        .isEqualTo(Map.of("Url", "http://127.0.0.1:3000/things"));
  }

  @Test
  void a_gradual_deployment_may_name_alarms_that_watch_its_function() {
    String yaml =
        TemplateFixture.FUNCTION
            + """
                  DeploymentPreference: { Type: AllAtOnce, Alarms: [!Ref Errors] }
              Errors:
                Type: AWS::CloudWatch::Alarm
                Properties: { Dimensions: [{ Name: FunctionName, Value: !Ref Greeter }] }
            """;

    assertThat(templates.problems(yaml)).isEmpty();
  }

  @Test
  void a_gradual_deployment_that_names_an_alarm_on_the_functions_api_is_refused_as_aws_does() {
    String yaml =
        TemplateFixture.FUNCTION
            + """
                  DeploymentPreference: { Type: AllAtOnce, Alarms: [!Ref Errors] }
                  Events:
                    Get: { Type: HttpApi, Properties: { ApiId: !Ref Api, Path: /, Method: GET } }
              Api: { Type: AWS::Serverless::HttpApi }
              Errors:
                Type: AWS::CloudWatch::Alarm
                Properties: { Dimensions: [{ Name: ApiId, Value: !Ref Api }] }
            """;

    assertThat(templates.problems(yaml))
        .containsExactly(
            "template.yaml:2: circular: Greeter.DeploymentPreference -> Errors -> Api ->"
                + " Greeter.DeploymentPreference need each other; break the circle");
  }

  @Test
  void a_template_in_json_is_read_too_whatever_indents_it() {
    String json =
        """
        {
        \t"Parameters": { "Stage": { "Type": "String", "Default": "dev" } },
        \t"Conditions": { "IsDev": { "Fn::Equals": [{ "Ref": "Stage" }, "dev"] } },
        \t"Resources": {
        \t\t"Jobs": { "Type": "AWS::SQS::Queue", "Properties": { "DelaySeconds": 7 } }
        \t},
        \t"Outputs": {
        \t\t"Out": {
        \t\t\t"Value": {
        \t\t\t\t"Fn::If": [
        \t\t\t\t\t"IsDev",
        \t\t\t\t\t{ "Fn::Join": [":", [{ "Fn::GetAtt": ["Jobs", "QueueName"] }, { "Fn::Sub": "${Stage}" }]] },
        \t\t\t\t\t"none"
        \t\t\t\t]
        \t\t\t}
        \t\t}
        \t}
        }
        """;

    assertThat(templates.resolve(json).outputs()).containsEntry("Out", "local-Jobs:dev");
    assertThat(templates.problems(json.replace("\"DelaySeconds\"", "\"DelaySecond\"")))
        .containsExactly(
            "template.yaml:5: Jobs.DelaySecond is not a property of AWS::SQS::Queue; correct its"
                + " name or remove it");
  }
}
