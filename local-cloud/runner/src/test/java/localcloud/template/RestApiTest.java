package localcloud.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import localcloud.model.HttpApiSpec;
import localcloud.model.StackSpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What most public SAM templates for Java use. */
class RestApiTest {
  @TempDir Path folder;
  private TemplateFixture templates;

  @BeforeEach
  void set_up() {
    templates = new TemplateFixture(folder);
  }

  private static String function(String more) {
    return TemplateFixture.FUNCTION.replace("java21", "java11") + more.indent(6);
  }

  @Test
  void an_api_event_makes_the_implicit_rest_api() {
    StackSpec stack =
        templates.resolve(
            function("Events: { Hello: { Type: Api, Properties: { Path: /hello, Method: get } } }")
                + """
                Globals: { Api: { TracingEnabled: true } }
                Outputs:
                  Url: { Value: !Sub 'https://${ServerlessRestApi}.execute-api.${AWS::Region}.amazonaws.com/${ServerlessRestApiProdStage}/hello' }
                  Role: { Value: !GetAtt GreeterRole.Arn }
                """);

    HttpApiSpec api = stack.apis().getFirst();
    assertThat(api.rest()).isTrue();
    assertThat(api.stage()).isEqualTo("Prod");
    assertThat(api.routes())
        .singleElement()
        .satisfies(
            route -> {
              assertThat(route.routeKey()).isEqualTo("GET /hello");
              assertThat(route.payload()).isEqualTo("1.0");
            });
    assertThat(stack.outputs())
        .containsEntry("Url", "http://127.0.0.1:3000/Prod/hello")
        .containsEntry("Role", "arn:aws:iam::000000000000:role/local-GreeterRole");
  }

  @Test
  void an_api_of_the_template_has_its_stage_authorizer_and_cors() {
    StackSpec stack =
        templates.resolve(
            function(
                    "Events: { Hello: { Type: Api, Properties: { RestApiId: !Ref Shop, Path:"
                        + " /hello, Method: any } } }")
                + """
                  Shop:
                    Type: AWS::Serverless::Api
                    Properties:
                      StageName: v1
                      Cors: "'https://shop.example'"
                      Auth:
                        DefaultAuthorizer: Pool
                        Authorizers: { Pool: { UserPoolArn: !GetAtt Users.Arn } }
                  Users: { Type: AWS::Cognito::UserPool }
                """);

    HttpApiSpec api = stack.apis().getFirst();
    assertThat(api.stage()).isEqualTo("v1");
    assertThat(api.cors().orElseThrow().allowOrigins()).containsExactly("https://shop.example");
    assertThat(api.routes().getFirst().authorizer()).isPresent();
  }

  @Test
  void a_simple_table_has_one_key() {
    StackSpec stack =
        templates.resolve(
            """
            Resources:
              Things: { Type: AWS::Serverless::SimpleTable }
            """);

    assertThat(stack.tables().getFirst().createTable().toString())
        .contains("{\"AttributeName\":\"id\",\"AttributeType\":\"S\"}");
  }

  @Test
  void what_nothing_fires_here_is_a_note() {
    StackSpec stack =
        templates.resolve(
            function(
                    """
                    Policies: [{ S3ReadPolicy: { BucketName: b } }, SecretsManagerReadWrite]
                    Events:
                      Nightly: { Type: Schedule, Properties: { Schedule: rate(1 day) } }
                      File: { Type: S3, Properties: { Bucket: !Ref Files, Events: 's3:ObjectCreated:*' } }
                    """)
                + """
                  Files: { Type: AWS::S3::Bucket }
                  Setting: { Type: AWS::SSM::Parameter, Properties: { Type: String, Value: a } }
                """);

    assertThat(stack.notes())
        .anyMatch(note -> note.contains("Greeter.Events.Nightly is not fired here"))
        .anyMatch(note -> note.contains("Greeter.Events.File is not fired here"))
        .anyMatch(note -> note.contains("Setting (AWS::SSM::Parameter) does nothing here"))
        .anyMatch(note -> note.contains("S3ReadPolicy allows nothing here"))
        .anyMatch(note -> note.contains("SecretsManagerReadWrite"));
  }

  @Test
  void one_run_lists_problems_of_types_references_and_runtimes() {
    assertThat(
            templates.problems(
                """
                Resources:
                  Greeter:
                    Type: AWS::Serverless::Function
                    Properties: { CodeUri: app.zip, Handler: app.Handler, Runtime: python3.13 }
                  Flow: { Type: AWS::Serverless::StateMachine }
                  Topic: { Type: AWS::SNS::Topic, Properties: { TopicName: !Ref Missing } }
                """))
        .hasSize(3)
        .anyMatch(it -> it.contains("python3.13"))
        .anyMatch(it -> it.contains("AWS::Serverless::StateMachine"))
        .anyMatch(it -> it.contains("'Missing'"));
  }
}
