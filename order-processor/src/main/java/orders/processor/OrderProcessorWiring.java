package orders.processor;

import java.time.Clock;
import java.time.Duration;
import orders.lambda.Environment;
import orders.lambda.Lazy;
import orders.lambda.SdkClients;
import orders.processor.application.ApplyCommands;
import orders.processor.application.RetryBackoff;
import orders.processor.aws.DynamoDbOrderRepository;
import orders.processor.aws.SqsRedeliveryControl;
import orders.wire.dynamodb.TableClients;
import software.amazon.awssdk.services.sqs.SqsClient;

/** Puts the function together; alone reads the environment. */
final class OrderProcessorWiring {
  /**
   * The most that one call of the table may take, tries and waits together. A round is at most a
   * read and a write, so what {@link OrderProcessorHandler} keeps in reserve covers it.
   */
  static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);

  /** The most that one call of a queue may take, and all calls that send dead letters. */
  static final Duration QUEUE_TIMEOUT = Duration.ofSeconds(3);

  /** A read that finds nothing, and a write that succeeds. */
  private static final String PRIMING_ANSWER =
      "{\"Responses\":[{\"TableName\":\"Orders\"}],\"UnprocessedKeys\":{}}";

  private OrderProcessorWiring() {}

  /**
   * Wires the use case.
   *
   * @throws Environment.WrongVariableException if a variable is missing, naming it
   */
  static ApplyCommands from(Environment environment) {
    String table = environment.required("ORDERS_TABLE");
    String queueUrl = environment.required("ORDER_QUEUE_URL");
    String deadLetterQueueUrl = environment.required("ORDER_DEAD_LETTER_QUEUE_URL");
    RetryBackoff backoff = new RetryBackoff(environment.requiredCount("MAX_RECEIVE_COUNT"));
    SdkClients clients = SdkClients.of(environment, CALL_TIMEOUT);
    return new ApplyCommands(
        new DynamoDbOrderRepository(clients.build(TableClients.builder()), table),
        new SqsRedeliveryControl(
            new Lazy<>(() -> SdkClients.of(environment, QUEUE_TIMEOUT).build(SqsClient.builder())),
            queueUrl,
            deadLetterQueueUrl,
            QUEUE_TIMEOUT),
        new LoggedInstrumentation(),
        backoff,
        Clock.systemUTC());
  }

  /**
   * Wires the use case to services that are not there, for priming. The table takes whatever is
   * written.
   */
  static ApplyCommands forPriming(Environment environment) {
    SdkClients clients = SdkClients.of(environment, CALL_TIMEOUT);
    return new ApplyCommands(
        new DynamoDbOrderRepository(
            clients.buildForPriming(TableClients.builder(), PRIMING_ANSWER), "Orders"),
        new SqsRedeliveryControl(
            () ->
                clients.buildForPriming(
                    SqsClient.builder().checksumValidationEnabled(false),
                    "{\"Successful\":[{\"Id\":\"0\",\"MessageId\":\"0\"}],\"Failed\":[]}"),
            "https://sqs.invalid/queue",
            "https://sqs.invalid/dead-letters",
            QUEUE_TIMEOUT),
        new LoggedInstrumentation(),
        new RetryBackoff(1),
        Clock.systemUTC());
  }
}
