package orders.systemtests.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Who may do what, and what is encrypted. */
class SecurityTest {
  private final SamTemplate template = SamTemplate.ofProject();

  @Test
  void every_function_has_a_role_of_its_own() {
    Set<String> roles = new TreeSet<>();
    Map<String, JsonNode> functions = new HashMap<>(template.ofType("AWS::Serverless::Function"));
    functions.putAll(template.ofType("AWS::Lambda::Function"));
    functions.forEach(
        (id, function) -> {
          assertThat(function.at("/Role/Fn::GetAtt/0").asText())
              .isEqualTo(id.replace("Function", "Role"));
          roles.add(function.at("/Role/Fn::GetAtt/0").asText());
        });

    assertThat(roles).isEqualTo(template.ofType("AWS::IAM::Role").keySet());
  }

  @Test
  void policies_name_actions_and_resources() {
    for (JsonNode statement : statements("AWS::IAM::Role")) {
      for (String action : oneOrMany(statement.path("Action"))) {
        assertThat(action).matches("[a-z]+:[A-Za-z]+");
      }
      if (statement.path("Resource").asText().equals("*")) {
        assertThat(oneOrMany(statement.path("Action")))
            .as("only X-Ray knows no resources")
            .allMatch(action -> action.startsWith("xray:"));
      } else {
        assertThat(statement.path("Resource").toString()).doesNotContain("*");
      }
    }
  }

  @Test
  void no_role_comes_with_a_managed_policy() {
    assertThat(template.ofType("AWS::IAM::Role").values())
        .allSatisfy(role -> assertThat(role.has("ManagedPolicyArns")).isFalse());
  }

  @Test
  void queues_and_topics_are_spoken_to_over_tls_alone() {
    Set<String> guarded = new TreeSet<>();
    for (String type : List.of("AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy")) {
      template
          .ofType(type)
          .forEach(
              (id, policy) -> {
                assertThat(policy.path("PolicyDocument").path("Statement"))
                    .as(id)
                    .anySatisfy(
                        statement -> {
                          assertThat(statement.path("Effect").asText()).isEqualTo("Deny");
                          assertThat(statement.at("/Condition/Bool/aws:SecureTransport").asText())
                              .isEqualTo("false");
                        });
                guarded.addAll(policy.path("Queues").findValuesAsText("Ref"));
                guarded.addAll(policy.path("Topics").findValuesAsText("Ref"));
              });
    }

    Set<String> all = new TreeSet<>(template.ofType("AWS::SQS::Queue").keySet());
    all.addAll(template.ofType("AWS::SNS::Topic").keySet());
    assertThat(guarded).isEqualTo(all);
  }

  @Test
  void what_holds_data_takes_the_customers_key() {
    List<JsonNode> holders = new ArrayList<>();
    for (String type : List.of("AWS::SQS::Queue", "AWS::SNS::Topic", "AWS::DynamoDB::Table")) {
      holders.addAll(template.ofType(type).values());
    }

    assertThat(holders)
        .hasSizeGreaterThan(5)
        .allSatisfy(
            holder -> assertThat(holder.findValuesAsText("Ref")).contains("EncryptionKeyArn"));
  }

  @Test
  void every_route_but_the_open_ones_asks_for_a_scope() {
    Set<String> withoutToken = new TreeSet<>();
    template
        .properties("OrderApiFunction")
        .path("Events")
        .properties()
        .forEach(
            event -> {
              JsonNode route = event.getValue().path("Properties");
              String name = route.path("Method").asText() + " " + route.path("Path").asText();
              if (route.at("/Auth/Authorizer").asText().equals("NONE")) {
                withoutToken.add(name);
              } else if (route.has("Path")) {
                assertThat(SamTemplate.texts(route.at("/Auth/AuthorizationScopes")))
                    .as(name)
                    .contains("orders/admin");
              }
            });

    assertThat(withoutToken)
        .containsExactlyInAnyOrder("GET /health", "GET /openapi.json", "OPTIONS /{proxy+}");
    assertThat(template.properties("HttpApi").at("/Auth/DefaultAuthorizer").asText())
        .isEqualTo("Jwt");
  }

  @Test
  void scopes_of_the_routes_are_those_that_the_user_pool_gives_out() {
    Set<String> given = new TreeSet<>();
    JsonNode server = template.properties("UserPoolResourceServer");
    for (String scope : server.path("Scopes").findValuesAsText("ScopeName")) {
      given.add(server.path("Identifier").asText() + "/" + scope);
    }
    Set<String> asked = new TreeSet<>();
    template
        .properties("OrderApiFunction")
        .path("Events")
        .findValues("AuthorizationScopes")
        .forEach(scopes -> asked.addAll(SamTemplate.texts(scopes)));

    assertThat(given).isEqualTo(asked);
  }

  @Test
  void nobody_can_ask_the_user_pool_for_the_back_offices_scope() {
    JsonNode client = template.properties("UserPoolClient");
    JsonNode pool = template.properties("UserPool");

    assertThat(SamTemplate.texts(client.path("AllowedOAuthScopes")))
        .containsExactly("openid", "orders/read", "orders/write");
    assertThat(pool.at("/LambdaConfig/PreTokenGenerationConfig/LambdaVersion").asText())
        .isEqualTo("V2_0");
    assertThat(pool.path("UserPoolTier").asText()).isEqualTo("ESSENTIALS");
    assertThat(template.properties("TokenScopesFunction").at("/Code/ZipFile").asText())
        .contains('"' + template.properties("BackOfficeGroup").path("GroupName").asText() + '"');
  }

  @Test
  void in_production_nobody_is_sent_back_to_this_machine() {
    JsonNode client = template.properties("UserPoolClient");

    assertThat(template.root().at("/Conditions/AllowLoopback").toString())
        .contains("{\"Fn::Not\":[{\"Condition\":\"IsProduction\"}]}");
    for (String property : List.of("CallbackURLs", "LogoutURLs")) {
      for (JsonNode address : client.path(property)) {
        if (address.toString().contains("localhost")) {
          assertThat(address.at("/Fn::If/0").asText()).isEqualTo("AllowLoopback");
        }
      }
    }
  }

  @Test
  void routes_that_are_open_to_all_are_throttled() {
    JsonNode routes = template.properties("HttpApi").path("RouteSettings");

    for (String open : List.of("GET /health", "GET /openapi.json", "OPTIONS /{proxy+}")) {
      assertThat(routes.path(open).path("ThrottlingRateLimit").asInt()).as(open).isBetween(1, 20);
      assertThat(routes.path(open).path("ThrottlingBurstLimit").asInt()).as(open).isBetween(1, 50);
    }
  }

  @Test
  void names_that_the_account_has_once_in_all_regions_carry_the_region() {
    List<String> names = new ArrayList<>();
    template
        .root()
        .path("Resources")
        .properties()
        .forEach(
            resource -> {
              if (resource.getValue().path("Type").asText().startsWith("AWS::CloudFront::")) {
                resource.getValue().findValues("Name").forEach(name -> names.add(name.toString()));
              }
            });

    assertThat(names)
        .hasSize(3)
        .allSatisfy(name -> assertThat(name).contains("${AWS::StackName}-${AWS::Region}"));
  }

  private List<JsonNode> statements(String type) {
    List<JsonNode> statements = new ArrayList<>();
    for (JsonNode owner : template.ofType(type).values()) {
      for (JsonNode policy : owner.path("Policies")) {
        policy.at("/PolicyDocument/Statement").forEach(given -> statements.add(written(given)));
      }
    }
    assertThat(statements).isNotEmpty();
    return statements;
  }

  /** Returns the statement that a condition of the template lets stand. */
  private static JsonNode written(JsonNode statement) {
    return statement.has("Fn::If") ? statement.at("/Fn::If/1") : statement;
  }

  private static List<String> oneOrMany(JsonNode actions) {
    return actions.isTextual() ? List.of(actions.asText()) : SamTemplate.texts(actions);
  }
}
