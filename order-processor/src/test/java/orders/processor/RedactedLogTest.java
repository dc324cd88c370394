package orders.processor;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import orders.lambda.events.LambdaEventSerializer;
import orders.lambda.testing.StandardOutput;
import orders.processor.application.ApplyCommands;
import orders.processor.application.RetryBackoff;
import orders.processor.aws.DynamoDbOrderRepository;
import orders.processor.aws.SqsRedeliveryControl;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BatchExecuteStatementResponse;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementResponse;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResponse;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesResponse;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** However a service fails and whatever it says, no text of it or of the order is logged. */
class RedactedLogTest {
  private static final String CANARY = "canary: 1 Main Street";

  private record Failure(String name, Supplier<Object> dynamoDb, Supplier<Object> sqs) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Failure> failures() {
    RuntimeException timeout =
        SdkClientException.create(CANARY, new SocketTimeoutException(CANARY));
    return Stream.of(
        thrown("service", service(DynamoDbException.builder()), service(SqsException.builder())),
        thrown("client", timeout, timeout),
        thrown(
            "unexpected",
            new IllegalStateException(CANARY, timeout),
            new IllegalStateException(CANARY, timeout)),
        new Failure("entries", RedactedLogTest::failedStatements, () -> null));
  }

  private static Failure thrown(String name, RuntimeException dynamoDb, RuntimeException sqs) {
    return new Failure(
        name,
        () -> {
          throw dynamoDb;
        },
        () -> {
          throw sqs;
        });
  }

  private static RuntimeException service(
      software.amazon.awssdk.awscore.exception.AwsServiceException.Builder builder) {
    return builder
        .awsErrorDetails(AwsErrorDetails.builder().errorCode(CANARY).errorMessage(CANARY).build())
        .message(CANARY)
        .requestId(CANARY)
        .build();
  }

  private static BatchExecuteStatementResponse failedStatements() {
    return BatchExecuteStatementResponse.builder()
        .responses(
            BatchStatementResponse.builder()
                .error(error -> error.code(CANARY).message(CANARY))
                .build())
        .build();
  }

  @ParameterizedTest
  @MethodSource("failures")
  void no_text_of_a_service_or_an_order_is_logged(Failure failure) throws IOException {
    String event = event();
    assertThat(event).contains("canary");
    OrderProcessorHandler handler = new OrderProcessorHandler(useCase(failure));

    for (String receives : List.of("1", "9")) {
      // At the last receive, everything is to be dead-lettered.
      byte[] delivered =
          event
              .replace(
                  "\"ApproximateReceiveCount\": \"1\"",
                  "\"ApproximateReceiveCount\": \"" + receives + "\"")
              .getBytes(StandardCharsets.UTF_8);
      String log = StandardOutput.of(() -> handle(handler, delivered));

      assertThat(log).contains("\"level\":").doesNotContain("canary");
    }
  }

  private static void handle(OrderProcessorHandler handler, byte[] event) {
    try {
      handler.handleRequest(
          new LambdaEventSerializer()
              .<SQSEvent>fromJson(new ByteArrayInputStream(event), SQSEvent.class),
          context());
    } catch (RuntimeException failed) {
      // Lambda logs it.
      failed.printStackTrace(System.out);
    }
  }

  /** The priming's event with a canary in every text that is a customer's. */
  private static String event() throws IOException {
    try (InputStream event = RedactedLogTest.class.getResourceAsStream("/priming/sqs-event.json")) {
      return new String(event.readAllBytes(), StandardCharsets.UTF_8)
          .replace("\\\"A\\\"", "\\\"canary\\\"")
          .replace("{\\\"a\\\":\\\"a\\\"}", "{\\\"canary\\\":\\\"canary\\\"}")
          .replace("\\\"customerId\\\":\\\"priming\\\"", "\\\"customerId\\\":\\\"canary\\\"")
          .replace("\\\"by\\\":\\\"priming\\\"", "\\\"by\\\":\\\"canary\\\"");
    }
  }

  private static ApplyCommands useCase(Failure failure) {
    return new ApplyCommands(
        new DynamoDbOrderRepository(
            client(DynamoDbClient.class, method -> failure.dynamoDb().get()), "Orders"),
        new SqsRedeliveryControl(
            () ->
                client(
                    SqsClient.class,
                    method -> {
                      Object answer = failure.sqs().get();
                      return answer == null ? failedEntries(method) : answer;
                    }),
            "queue",
            "dead-letters",
            Duration.ofSeconds(1)),
        new LoggedInstrumentation(),
        new RetryBackoff(5),
        Clock.systemUTC());
  }

  private static Object failedEntries(String method) {
    BatchResultErrorEntry entry =
        BatchResultErrorEntry.builder().id("0").code(CANARY).message(CANARY).build();
    return switch (method) {
      case "sendMessageBatch" -> SendMessageBatchResponse.builder().failed(entry).build();
      case "changeMessageVisibilityBatch" ->
          ChangeMessageVisibilityBatchResponse.builder().failed(entry).build();
      default ->
          GetQueueAttributesResponse.builder()
              .attributes(Map.of(QueueAttributeName.REDRIVE_POLICY, CANARY))
              .build();
    };
  }

  /** What a client answers, by the name of the method. */
  @FunctionalInterface
  private interface Answers {
    Object to(String method);
  }

  private static <T> T client(Class<T> type, Answers answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> answers.to(method.getName())));
  }

  private static Context context() {
    return (Context)
        Proxy.newProxyInstance(
            Context.class.getClassLoader(),
            new Class<?>[] {Context.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getRemainingTimeInMillis" -> 300_000;
                  case "getMemoryLimitInMB" -> 512;
                  default -> method.getReturnType() == String.class ? "test" : null;
                });
  }
}
