package orders.lambda.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.amazonaws.services.lambda.runtime.CustomPojoSerializer;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.S3Event;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LambdaEventSerializerTest {
  private final LambdaEventSerializer serializer = new LambdaEventSerializer();

  @Test
  void the_runtime_finds_it_as_a_service() {
    assertThat(ServiceLoader.load(CustomPojoSerializer.class))
        .singleElement()
        .isInstanceOf(LambdaEventSerializer.class);
  }

  /** The runtime's own mapping is the reference. */
  @ParameterizedTest
  @CsvSource({
    "sqs, com.amazonaws.services.lambda.runtime.events.SQSEvent",
    "dynamodb, com.amazonaws.services.lambda.runtime.events.DynamodbEvent",
    "http, com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent",
  })
  void an_event_is_mapped_as_the_runtime_maps_it(String name, Class<Object> type)
      throws IOException {
    Object reference;
    try (InputStream event = event(name)) {
      reference = LambdaEventSerializers.serializerFor(type, type.getClassLoader()).fromJson(event);
    }

    Object mapped;
    try (InputStream event = event(name)) {
      mapped = serializer.fromJson(event, type);
    }

    assertThat(mapped)
        .usingRecursiveComparison()
        .ignoringFieldsMatchingRegexes(".*ListValues")
        .isEqualTo(reference);
  }

  @Test
  void a_malformed_record_leaves_the_others_as_they_are() {
    SQSEvent event =
        serializer.fromJson(
            """
            {"Records":[{"messageId":{},"body":[],"attributes":7,"messageAttributes":{"a":"b"}},
              {"messageId":"m2","receiptHandle":"r2","body":"good"}]}
            """,
            SQSEvent.class);

    assertThat(event.getRecords().get(0).getBody()).isNull();
    assertThat(event.getRecords().get(1).getBody()).isEqualTo("good");
  }

  @Test
  void a_stream_record_with_wrong_types_leaves_the_others_as_they_are() {
    DynamodbEvent event =
        serializer.fromJson(
            """
            {"Records":[{"dynamodb":{"SequenceNumber":"1","NewImage":{"a":7,"b":{"S":{}},"c":{"L":7}}}},
              {"dynamodb":[]},
              {"dynamodb":{"SequenceNumber":"3","NewImage":{"a":{"S":"good"}}}}]}
            """,
            DynamodbEvent.class);

    assertThat(event.getRecords().get(0).getDynamodb().getNewImage().get("b").getS()).isNull();
    assertThat(event.getRecords().get(1).getDynamodb().getSequenceNumber()).isNull();
    assertThat(event.getRecords().get(2).getDynamodb().getNewImage().get("a").getS())
        .isEqualTo("good");
  }

  @Test
  void claims_and_cookies_of_any_shape_fail_no_event() {
    APIGatewayV2HTTPEvent event =
        serializer.fromJson(
            """
            {"cookies":{"a":1},"requestContext":{"authorizer":{"jwt":{"claims":
              {"scp":["a","b"],"address":{"city":"Dublin"},"admin":true,"sub":"alice"},"scopes":null}}},
             "rawPath":"/health"}
            """,
            APIGatewayV2HTTPEvent.class);

    assertThat(event.getRequestContext().getAuthorizer().getJwt().getClaims())
        .isEqualTo(Map.of("scp", "a b", "admin", "true", "sub", "alice"));
    assertThat(event.getRawPath()).isEqualTo("/health");
  }

  @Test
  void a_type_that_no_function_takes_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> serializer.<S3Event>fromJson("{}", S3Event.class));
  }

  @Test
  void responses_are_written_as_lambda_reads_them() {
    assertThat(
            json(new SQSBatchResponse(List.of(new SQSBatchResponse.BatchItemFailure("message-1")))))
        .isEqualTo("{\"batchItemFailures\":[{\"itemIdentifier\":\"message-1\"}]}");
    assertThat(json(new StreamsEventResponse(List.of()))).isEqualTo("{\"batchItemFailures\":[]}");
    assertThat(
            json(
                APIGatewayV2HTTPResponse.builder()
                    .withStatusCode(200)
                    .withHeaders(Map.of("etag", "\"1\""))
                    .withBody("{}")
                    .build()))
        .isEqualTo(
            "{\"statusCode\":200,\"headers\":{\"etag\":\"\\\"1\\\"\"},"
                + "\"isBase64Encoded\":false,\"body\":\"{}\"}");
  }

  private String json(Object response) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    serializer.toJson(response, out, response.getClass());
    return out.toString(StandardCharsets.UTF_8);
  }

  private static InputStream event(String name) {
    InputStream event =
        LambdaEventSerializerTest.class.getResourceAsStream("/events/" + name + ".json");
    assertThat(event).isNotNull();
    return event;
  }
}
