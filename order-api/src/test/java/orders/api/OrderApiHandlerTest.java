package orders.api;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import orders.api.http.HttpApiEvents;
import orders.api.http.HttpRequest;
import orders.api.json.JsonValue;
import orders.api.json.JsonValue.JsonNumber;
import orders.api.json.JsonValue.JsonObject;
import orders.api.json.JsonValue.JsonString;
import orders.domain.OrderCommand;
import orders.lambda.Environment;
import orders.lambda.Invocation;
import orders.lambda.events.LambdaEventSerializer;
import orders.lambda.testing.CollidingNames;
import org.junit.jupiter.api.Test;

/** The edge, driven by events as an HTTP API sends them. */
class OrderApiHandlerTest {
  private static final LambdaEventSerializer JSON = new LambdaEventSerializer();

  private final ApiFixture fixture = new ApiFixture();
  private final OrderApiHandler handler = new OrderApiHandler(fixture.api);

  @Test
  void an_order_that_is_posted_is_accepted() throws IOException {
    JsonObject answer = answerTo("place-order");

    assertThat(status(answer)).isEqualTo("202");
    assertThat(header(answer, "content-type")).isEqualTo("application/json");
    assertThat(header(answer, "x-correlation-id")).isEqualTo("checkout-17");
    assertThat(header(answer, "x-content-type-options")).isEqualTo("nosniff");
    assertThat(header(answer, "cache-control")).isEqualTo("no-store");
    OrderCommand command = fixture.queue.drain().getFirst();
    assertThat(command.header().by().value()).isEqualTo("alice");
    assertThat(command.header().correlationId().value()).isEqualTo("checkout-17");
    assertThat(header(answer, "location")).isEqualTo("/orders/" + command.orderId());
  }

  @Test
  void base64_a_stage_and_a_list_of_scopes_make_the_same_request() throws IOException {
    JsonObject first = answerTo("place-order");
    JsonObject again = answerTo("place-order-base64");

    assertThat(header(again, "idempotent-replayed")).isEqualTo("true");
    assertThat(member(again, "body")).isEqualTo(member(first, "body"));
  }

  @Test
  void the_routes_scopes_are_not_taken_for_the_callers() throws IOException {
    // The event lists orders/admin among the route's scopes; the token does not claim it.
    assertThat(status(answerTo("confirm-by-customer"))).isEqualTo("403");
  }

  @Test
  void health_needs_no_token_and_no_header_is_smuggled_in() throws IOException {
    JsonObject answer = answerTo("health");

    assertThat(status(answer)).isEqualTo("200");
    assertThat(header(answer, "x-correlation-id")).isEqualTo("JKJaXmPLvHcESHA");
  }

  @Test
  void an_unknown_route_is_a_problem_with_a_token_and_unauthorized_without() throws IOException {
    assertThat(status(answerTo("unknown-route"))).isEqualTo("404");
    assertThat(status(answerTo("no-token"))).isEqualTo("401");
  }

  @Test
  void headers_whose_names_were_made_to_collide_are_headers_like_any_other() throws IOException {
    String names =
        CollidingNames.of(600).stream().map(name -> '"' + name + "\":\"\",").collect(joining());

    HttpRequest request =
        HttpApiEvents.read(
            JSON.<APIGatewayV2HTTPEvent>fromJson(
                "{\"rawPath\":\"/health\",\"headers\":{" + names + "\"etag\":\"1\"}}",
                APIGatewayV2HTTPEvent.class));

    assertThat(request.headers()).hasSize(601).containsEntry("etag", "1");
  }

  @Test
  void priming_places_an_order_that_reaches_no_service() throws IOException {
    Environment environment = new Environment(Map.of("AWS_REGION", "eu-west-1"));

    PrintStream out = System.out;
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
    try {
      OrderApiHandler.prime(environment);
      // As before a snapshot: what was counted is not to be the next test's.
      Invocation.metrics().flush();
    } finally {
      System.setOut(out);
    }

    assertThat(captured.toString(StandardCharsets.UTF_8))
        .contains("order accepted")
        .doesNotContain("ERROR", "WARN");
  }

  @Test
  void priming_reads_and_changes_nothing_and_does_not_need_an_answer() {
    fixture.api.prime();
    assertThat(fixture.counts()).isEqualTo(List.of(0, 0, 1, 1));
    assertThat(fixture.observed.lines).isEmpty();

    fixture.orders.isAway = true;
    fixture.api.prime();
    assertThat(fixture.observed.lines).containsExactly("not primed");
  }

  private JsonObject answerTo(String event) throws IOException {
    try (InputStream in = getClass().getResourceAsStream("/events/" + event + ".json")) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      APIGatewayV2HTTPEvent request = JSON.fromJson(in, APIGatewayV2HTTPEvent.class);
      APIGatewayV2HTTPResponse response = handler.handleRequest(request, new FixedContext());
      JSON.toJson(response, out, APIGatewayV2HTTPResponse.class);
      return ApiFixture.parse(out.toString(StandardCharsets.UTF_8));
    }
  }

  private static String status(JsonObject answer) {
    return member(answer, "statusCode");
  }

  private static String header(JsonObject answer, String name) {
    return member((JsonObject) answer.members().get("headers"), name);
  }

  private static String member(JsonObject object, String name) {
    Map<String, JsonValue> members = object.members();
    return switch (members.get(name)) {
      case JsonString(String text) -> text;
      case JsonNumber(String literal) -> literal;
      case null, default -> throw new AssertionError(name + " is not in " + members.keySet());
    };
  }

  private static final class FixedContext implements Context {
    @Override
    public String getAwsRequestId() {
      return "8e03978e-40d5-43e8-bc93-6894a57f9324";
    }

    @Override
    public String getLogGroupName() {
      return "order-api";
    }

    @Override
    public String getLogStreamName() {
      return "1";
    }

    @Override
    public String getFunctionName() {
      return "order-api";
    }

    @Override
    public String getFunctionVersion() {
      return "1";
    }

    @Override
    public String getInvokedFunctionArn() {
      return "arn:aws:lambda:eu-west-1:000000000000:function:order-api";
    }

    @Override
    public CognitoIdentity getIdentity() {
      throw new UnsupportedOperationException();
    }

    @Override
    public ClientContext getClientContext() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int getRemainingTimeInMillis() {
      return 10_000;
    }

    @Override
    public int getMemoryLimitInMB() {
      return 1024;
    }

    @Override
    public LambdaLogger getLogger() {
      throw new UnsupportedOperationException();
    }
  }
}
