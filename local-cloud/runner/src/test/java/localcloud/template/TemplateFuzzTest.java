package localcloud.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import localcloud.Mutants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Templates that nobody meant to write: each is read, or refused with words for a person. */
class TemplateFuzzTest {
  private static final String TEMPLATE =
      """
      Transform: AWS::Serverless-2016-10-31
      Parameters:
        Stage: { Type: String, Default: dev, AllowedValues: [dev, prod] }
      Conditions:
        IsProd: !Equals [!Ref Stage, prod]
      Mappings:
        Sizes: { dev: { memory: 512 }, prod: { memory: 1024 } }
      Globals:
        Function: { Timeout: 10, Environment: { Variables: { STAGE: !Ref Stage } } }
      Resources:
        Jobs:
          Type: AWS::SQS::Queue
          Properties: { VisibilityTimeout: 60, RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5 } }
        Dead: { Type: AWS::SQS::Queue }
        News: { Type: AWS::SNS::Topic }
        Things:
          Type: AWS::DynamoDB::Table
          Properties:
            BillingMode: PAY_PER_REQUEST
            AttributeDefinitions: &Keys [{ AttributeName: id, AttributeType: S }]
            KeySchema: [{ AttributeName: id, KeyType: HASH }]
            StreamSpecification: { StreamViewType: NEW_IMAGE }
        Greeter:
          Type: AWS::Serverless::Function
          Properties:
            CodeUri: app.zip
            Handler: app.Handler
            Runtime: java21
            MemorySize: !FindInMap [Sizes, !Ref Stage, memory]
            Environment: { Variables: { TABLE: !Ref Things, URL: !Sub 'https://${AWS::Region}/${Jobs.QueueName}' } }
            Events:
              Work: { Type: SQS, Properties: { Queue: !GetAtt Jobs.Arn, BatchSize: 10 } }
              Web: { Type: HttpApi, Properties: { Path: /, Method: GET } }
      Outputs:
        Queue: { Value: !If [IsProd, !Ref Jobs, !Join ['-', [a, !Select [0, [b, c]]]]] }
      """;

  private static final List<String> PIECES =
      List.of(
          "null",
          "[]",
          "{}",
          "!Ref ",
          "!Ref Nothing",
          "!GetAtt a.b.c.d",
          "!Sub '${'",
          "!Sub '${${a}}'",
          "!If [a]",
          "!Select [99, []]",
          "!Select [x, [a]]",
          "!Split [",
          "!FindInMap [a, b, c]",
          "Fn::ImportValue: x",
          "Fn::Transform: {}",
          "!!binary x",
          "!!java.util.Date 1",
          "&a [*a]",
          "*Keys",
          "*nobody",
          "<<: {a: b}",
          ": ",
          "- ",
          "\n",
          "\n\t",
          "? ",
          "1e400",
          "-1",
          "9".repeat(400),
          "0x7fffffffffffffff",
          "[".repeat(5_000),
          "{a: ".repeat(5_000),
          "\u0000",
          "\ud83d\ude00",
          "%YAML 9.9",
          "---",
          "'",
          "\"");

  private TemplateFixture templates;

  @BeforeEach
  void inAFolder(@TempDir Path folder) {
    templates = new TemplateFixture(folder);
  }

  @Test
  void a_template_is_read_or_refused_with_its_place() throws Exception {
    Mutants.check(
        "the template reader",
        1_000,
        TEMPLATE,
        PIECES,
        text ->
            assertThat(templates.problems(text))
                .allSatisfy(
                    problem ->
                        assertThat(problem).startsWith("template.yaml").doesNotContain("\n")));
  }

  @Test
  void an_alias_within_what_it_names_is_refused() {
    assertThat(templates.problems("Resources: &a { Jobs: *a }"))
        .containsExactly("template.yaml:1: an alias stands within what it names; write that out");
  }

  @Test
  void aliases_that_unfold_to_more_than_any_template_has_are_refused() {
    StringBuilder bomb =
        new StringBuilder("Resources:\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 9; i++) {
      bomb.append("  a").append(i).append(": &a").append(i).append(" [");
      bomb.append(String.join(", ", Collections.nCopies(5, "*a" + (i - 1))));
      bomb.append("]\n");
    }
    assertThat(templates.problems(bomb.toString()))
        .singleElement()
        .asString()
        .contains("more than 100000 values");
  }
}
