package orders.notifier;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import orders.lambda.events.LambdaEventSerializer;
import orders.lambda.testing.StandardOutput;
import orders.notifier.application.PublishChanges;
import orders.notifier.aws.SnsEventPublisher;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sns.model.PublishBatchResponse;
import software.amazon.awssdk.services.sns.model.SnsException;

/** However the topic fails and whatever it says, no text of it or of the order is logged. */
class RedactedLogTest {
  private static final String CANARY = "canary: 1 Main Street";

  private record Failure(String name, Supplier<Object> answer) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Failure> failures() {
    RuntimeException timeout =
        SdkClientException.create(CANARY, new SocketTimeoutException(CANARY));
    return Stream.of(
        thrown(
            "service",
            SnsException.builder()
                .awsErrorDetails(
                    AwsErrorDetails.builder().errorCode(CANARY).errorMessage(CANARY).build())
                .message(CANARY)
                .requestId(CANARY)
                .build()),
        thrown("client", timeout),
        thrown("unexpected", new IllegalStateException(CANARY, timeout)),
        new Failure("entry", () -> failedEntry("0")),
        new Failure("unknown entry", () -> failedEntry(CANARY)));
  }

  private static Failure thrown(String name, RuntimeException failure) {
    return new Failure(
        name,
        () -> {
          throw failure;
        });
  }

  private static PublishBatchResponse failedEntry(String id) {
    return PublishBatchResponse.builder()
        .failed(BatchResultErrorEntry.builder().id(id).code(CANARY).message(CANARY).build())
        .build();
  }

  @ParameterizedTest
  @MethodSource("failures")
  void no_text_of_a_service_or_an_order_is_logged(Failure failure) throws IOException {
    byte[] event = event();
    SnsClient topic =
        (SnsClient)
            Proxy.newProxyInstance(
                SnsClient.class.getClassLoader(),
                new Class<?>[] {SnsClient.class},
                (proxy, method, arguments) -> failure.answer().get());
    OrderNotifierHandler handler =
        new OrderNotifierHandler(
            new PublishChanges(
                new SnsEventPublisher(topic, "topic"),
                new LoggedInstrumentation(),
                Clock.systemUTC()));

    String log = StandardOutput.of(() -> handle(handler, event));

    assertThat(log).isNotBlank().doesNotContain("canary");
  }

  private static void handle(OrderNotifierHandler handler, byte[] event) {
    try {
      handler.handleRequest(
          new LambdaEventSerializer()
              .<DynamodbEvent>fromJson(new ByteArrayInputStream(event), DynamodbEvent.class),
          context());
    } catch (RuntimeException failed) {
      // Lambda logs it.
      failed.printStackTrace(System.out);
    }
  }

  /** The priming's event with a canary in every text that is a customer's. */
  private static byte[] event() throws IOException {
    try (InputStream event =
        RedactedLogTest.class.getResourceAsStream("/priming/stream-event.json")) {
      String canaries =
          new String(event.readAllBytes(), StandardCharsets.UTF_8)
              .replaceAll("(\"S\":\\s*)\"[Aa]\"", "$1\"canary\"")
              .replaceAll("(\"(?:customerId|by)\":\\s*\\{\\s*\"S\":\\s*)\"[^\"]*\"", "$1\"canary\"")
              .replaceAll("\"a\"(:\\s*\\{)", "\"canary\"$1");
      assertThat(canaries.split("canary", -1)).hasSizeGreaterThan(7);
      return canaries.getBytes(StandardCharsets.UTF_8);
    }
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
