package orders.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.lang.reflect.Proxy;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import orders.lambda.Environment;
import orders.lambda.events.LambdaEventSerializer;
import orders.lambda.testing.StandardOutput;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** However a service fails and whatever it says, no text of it or of a request is logged. */
class RedactedLogTest {
  private static final String CANARY = "canary: 1 Main Street";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ORDER = "/orders/" + UUID.nameUUIDFromBytes(new byte[0]);

  /** How many of the events ask a service; the others are refused before. */
  private static final int REACHING = 13;

  private static final String CONTENTS =
      """
      {"currency":"EUR","customerId":"canary","reference":"canary","note":"canary",
       "lines":[{"sku":"canary","name":"canary","quantity":1,"unitPrice":1}],
       "metadata":{"canary":"canary"},
       "shippingAddress":{"name":"canary","line1":"canary","line2":"canary","postalCode":"canary",
                          "city":"canary","country":"IE"}}\
      """;

  private record Failure(
      String name,
      List<Integer> statuses,
      Function<String, Object> dynamoDb,
      Function<String, Object> sqs) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Failure> failures() {
    RuntimeException timeout =
        SdkClientException.create(CANARY, new SocketTimeoutException(CANARY));
    RuntimeException defect = new IllegalStateException(CANARY, timeout);
    return Stream.of(
        new Failure(
            "service",
            List.of(503),
            thrown(service(DynamoDbException.builder())),
            thrown(service(SqsException.builder()))),
        new Failure("client", List.of(503), thrown(timeout), thrown(timeout)),
        new Failure("unexpected", List.of(500), thrown(defect), thrown(defect)),
        new Failure(
            "queue",
            List.of(503, 404),
            RedactedLogTest::emptyTable,
            thrown(service(SqsException.builder()))),
        new Failure(
            "queue unexpected",
            List.of(500, 503, 404),
            RedactedLogTest::emptyTable,
            thrown(defect)));
  }

  private static Function<String, Object> thrown(RuntimeException failure) {
    return method -> {
      throw failure;
    };
  }

  private static RuntimeException service(AwsServiceException.Builder builder) {
    return builder
        .awsErrorDetails(AwsErrorDetails.builder().errorCode(CANARY).errorMessage(CANARY).build())
        .message(CANARY)
        .requestId(CANARY)
        .build();
  }

  private static Object emptyTable(String method) {
    return switch (method) {
      case "getItem" -> GetItemResponse.builder().build();
      case "putItem" -> PutItemResponse.builder().build();
      case "updateItem" -> UpdateItemResponse.builder().build();
      case "deleteItem" -> DeleteItemResponse.builder().build();
      default -> throw service(DynamoDbException.builder());
    };
  }

  @ParameterizedTest
  @MethodSource("failures")
  void no_text_of_a_service_or_a_request_is_logged(Failure failure) {
    OrderApiHandler handler = new OrderApiHandler(api(failure));
    List<Integer> statuses = new ArrayList<>();
    String log =
        StandardOutput.of(() -> events().forEach(event -> statuses.add(handle(handler, event))));

    assertThat(statuses.subList(0, REACHING)).hasSameElementsAs(failure.statuses());
    assertThat(log).contains("\"level\":\"ERROR\"").doesNotContain("canary");
  }

  private static List<ObjectNode> events() {
    String item = "{\"operation\":\"create\",\"tableName\":\"orders\",\"payload\":{\"Item\":%s}}";
    String byId = "{\"operation\":\"%s\",\"tableName\":\"orders\",\"payload\":%s}";
    String key = "{\"Key\":{\"id\":\"canary\"}";
    return List.of(
        event("POST /orders", "", CONTENTS),
        event("GET /orders", "reference=canary&customerId=canary", ""),
        event("GET /orders/{orderId}", "", ""),
        event("GET /orders/{orderId}/history", "", ""),
        event("PATCH /orders/{orderId}", "", "{\"note\":\"canary\",\"reference\":\"canary\"}"),
        event("POST /orders/{orderId}/cancel", "", "{\"reason\":\"canary\"}"),
        event(
            "POST /orders/{orderId}/ship",
            "",
            "{\"carrier\":\"canary\",\"trackingNumber\":\"canary\"}"),
        event("POST /operations", "", item.formatted(CONTENTS)),
        event(
            "POST /operations",
            "",
            item.formatted("{\"id\":\"canary\",\"product\":\"canary\",\"price\":1}")),
        event("POST /operations", "", byId.formatted("read", key + "}")),
        event("POST /operations", "", byId.formatted("delete", key + "}")),
        event(
            "POST /operations",
            "",
            byId.formatted("update", key + ",\"Changes\":{\"note\":\"canary\"}}")),
        event("POST /operations", "", byId.formatted("list", "{\"reference\":\"canary\"}")),
        // These are refused.
        event("POST /orders", "", "{\"canary\":\"canary\"}"),
        event("GET /orders", "canary=canary", ""));
  }

  private static ObjectNode event(String routeKey, String query, String body) {
    ObjectNode event = JSON.createObjectNode();
    String method = routeKey.substring(0, routeKey.indexOf(' '));
    event
        .put("routeKey", routeKey)
        .put("rawPath", routeKey.substring(method.length() + 1).replace("/orders/{orderId}", ORDER))
        .put("rawQueryString", query)
        .put("body", body);
    event.putObject("pathParameters").put("orderId", ORDER.substring("/orders/".length()));
    event
        .putObject("headers")
        .put("content-type", "application/json")
        .put("authorization", "Bearer canary")
        .put("if-match", "\"1\"")
        .put("user-agent", "canary");
    // The item's id is the key of a short form.
    if (!body.contains("product")) {
      event.withObjectProperty("headers").put("idempotency-key", "canary");
    }
    ObjectNode context = event.putObject("requestContext").put("requestId", "request");
    context.putObject("http").put("method", method);
    context
        .putObject("authorizer")
        .putObject("jwt")
        .putObject("claims")
        .put("sub", "canary")
        .put("email", "canary")
        .put("scope", "orders/admin");
    return event;
  }

  private static int handle(OrderApiHandler handler, ObjectNode event) {
    try {
      return handler
          .handleRequest(
              new LambdaEventSerializer()
                  .<APIGatewayV2HTTPEvent>fromJson(
                      new ByteArrayInputStream(event.toString().getBytes(StandardCharsets.UTF_8)),
                      APIGatewayV2HTTPEvent.class),
              context())
          .getStatusCode();
    } catch (RuntimeException failed) {
      // Lambda logs it.
      failed.printStackTrace(System.out);
      return 0;
    }
  }

  private static OrderApi api(Failure failure) {
    return OrderApiWiring.wired(
        new Environment(Map.of("AWS_REGION", "eu-west-1")),
        client(DynamoDbClient.class, failure.dynamoDb()),
        client(SqsClient.class, failure.sqs()),
        "Orders",
        "Idempotency",
        "queue");
  }

  private static <T> T client(Class<T> type, Function<String, Object> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> answers.apply(method.getName())));
  }

  private static Context context() {
    return (Context)
        Proxy.newProxyInstance(
            Context.class.getClassLoader(),
            new Class<?>[] {Context.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getRemainingTimeInMillis" -> 10_000;
                  case "getMemoryLimitInMB" -> 1024;
                  default -> method.getReturnType() == String.class ? "test" : null;
                });
  }
}
