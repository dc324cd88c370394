package orders.api.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.reflect.Proxy;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import orders.api.application.Acceptance;
import orders.api.application.IdempotencyStore;
import orders.api.application.IdempotencyStore.Lease;
import orders.api.application.ListQuery;
import orders.api.application.ListQuery.Direction;
import orders.api.application.StoredResponse;
import orders.api.application.UnavailableException;
import orders.api.application.UnavailableException.OutcomeUnknown;
import orders.domain.CommandHeader;
import orders.domain.CommandId;
import orders.domain.CorrelationId;
import orders.domain.CustomerId;
import orders.domain.Fingerprint;
import orders.domain.OrderCommand.ConfirmOrder;
import orders.domain.OrderId;
import orders.domain.OrderStatus;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.KmsAccessDeniedException;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** Every failure of a dependency is "unavailable", and none brings the service's text along. */
class DependencyFailuresTest {
  private static final String CANARY = "canary: 1 Main Street";
  private static final UUID ID = UUID.fromString("11111111-1111-8111-8111-111111111111");
  private static final CustomerId ALICE = new CustomerId("alice");
  private static final Fingerprint FINGERPRINT = new Fingerprint("1".repeat(64));
  private static final Acceptance ACCEPTANCE =
      new Acceptance(Instant.EPOCH, ALICE, new CorrelationId("c"));

  private record Failure(SdkException exception, boolean isRefusal) {
    @Override
    public String toString() {
      return exception.getClass().getSimpleName() + " refusal " + isRefusal;
    }
  }

  static Stream<Failure> failures() {
    return Stream.of(
        refusal(QueueDoesNotExistException.builder(), 400),
        refusal(KmsAccessDeniedException.builder(), 400),
        refusal(ResourceNotFoundException.builder(), 400),
        refusal(ResourceInUseException.builder(), 400),
        refusal(SqsException.builder(), 403),
        refusal(SqsException.builder(), 429),
        new Failure(answer(SqsException.builder(), 408, 1), false),
        new Failure(answer(SqsException.builder(), 500, 1), false),
        new Failure(answer(SqsException.builder(), 503, 1), false),
        // What became of the attempt before it is not known.
        new Failure(answer(QueueDoesNotExistException.builder(), 400, 2), false),
        new Failure(SdkClientException.create(CANARY, new SocketTimeoutException(CANARY)), false),
        new Failure(SdkClientException.create(CANARY), false));
  }

  private static Failure refusal(AwsServiceException.Builder builder, int status) {
    return new Failure(answer(builder, status, 1), true);
  }

  private static AwsServiceException answer(
      AwsServiceException.Builder builder, int status, int attempts) {
    return builder
        .awsErrorDetails(AwsErrorDetails.builder().errorCode(CANARY).errorMessage(CANARY).build())
        .message(CANARY)
        .requestId(CANARY)
        .statusCode(status)
        .numAttempts(attempts)
        .build();
  }

  @ParameterizedTest
  @MethodSource("failures")
  void a_send_that_was_not_refused_for_certain_has_an_unknown_outcome(Failure failure) {
    SqsCommandSender queue = new SqsCommandSender(failing(SqsClient.class, failure), "queue");
    ConfirmOrder command =
        new ConfirmOrder(
            new CommandHeader(
                new CommandId(ID),
                new OrderId(ID),
                ALICE,
                new CorrelationId("c"),
                Instant.EPOCH,
                FINGERPRINT,
                OptionalLong.empty()));

    Throwable thrown = catchThrowable(() -> queue.send(command));

    assertThat(thrown)
        .isExactlyInstanceOf(
            failure.isRefusal() ? UnavailableException.class : OutcomeUnknown.class);
    assertThat(thrown).hasNoCause().hasNoSuppressedExceptions();
    assertThat(thrown.getMessage()).startsWith("sending a command").doesNotContain("canary");
  }

  @ParameterizedTest
  @MethodSource("failures")
  void every_other_call_is_unavailable(Failure failure) {
    DynamoDbClient dynamoDb = failing(DynamoDbClient.class, failure);
    IdempotencyStore store =
        new PowertoolsIdempotencyStore(dynamoDb, "table", InstantSource.system());
    Lease lease = new Lease(ID, FINGERPRINT, ACCEPTANCE, false, ID);
    StoredResponse answer =
        new StoredResponse(
            StoredResponse.Kind.ORDER, new OrderId(ID), ALICE, 0, Optional.of(ACCEPTANCE), "{}");
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Runnable> calls =
          List.of(
              () -> new DynamoDbOrderReader(dynamoDb, "table").find(new OrderId(ID)),
              () -> list(dynamoDb, executor),
              () -> store.claim(ID, FINGERPRINT, ACCEPTANCE, Duration.ofSeconds(1)),
              () -> store.find(ID),
              () -> store.complete(lease, answer),
              () -> store.keep(ID, FINGERPRINT, answer),
              () -> store.suspend(lease),
              () -> store.release(lease));
      for (Runnable call : calls) {
        Throwable thrown = catchThrowable(call::run);
        assertThat(thrown).isExactlyInstanceOf(UnavailableException.class).hasNoCause();
        assertThat(thrown.getMessage()).doesNotContain("canary");
      }
    }
  }

  private static void list(DynamoDbClient dynamoDb, ExecutorService executor) {
    ListQuery query =
        new ListQuery(
            Optional.of(ALICE),
            Optional.empty(),
            EnumSet.allOf(OrderStatus.class),
            Optional.empty(),
            Optional.empty(),
            Direction.NEWEST_FIRST,
            5);
    new DynamoDbOrderLists(dynamoDb, "table", executor).find(query, Optional.empty(), 1);
  }

  /** A client of which every call fails. */
  private static <T> T failing(Class<T> client, Failure failure) {
    return client.cast(
        Proxy.newProxyInstance(
            client.getClassLoader(),
            new Class<?>[] {client},
            (proxy, method, arguments) -> {
              throw failure.exception();
            }));
  }
}
