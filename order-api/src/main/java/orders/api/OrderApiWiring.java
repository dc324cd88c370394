package orders.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Currency;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import orders.api.application.ChangeOrders;
import orders.api.application.CommandSender;
import orders.api.application.IdempotencyStore;
import orders.api.application.OrderReader;
import orders.api.application.PlaceOrders;
import orders.api.application.ReadOrders;
import orders.api.aws.DynamoDbOrderLists;
import orders.api.aws.DynamoDbOrderReader;
import orders.api.aws.PowertoolsIdempotencyStore;
import orders.api.aws.SqsCommandSender;
import orders.api.form.OperationParser;
import orders.domain.Currencies;
import orders.lambda.Environment;
import orders.lambda.SdkClients;
import orders.wire.dynamodb.TableClients;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** Puts the function together; it alone reads the environment. */
final class OrderApiWiring {
  /**
   * How long one call of a service may take. At worst three follow each other, to claim, to send
   * and to keep, and the function has 10 seconds.
   */
  private static final Duration CALL_TIMEOUT = Duration.ofMillis(2500);

  private OrderApiWiring() {}

  static OrderApi from(Environment environment) {
    String ordersTable = environment.required("ORDERS_TABLE");
    String idempotencyTable = environment.required("IDEMPOTENCY_TABLE");
    String queueUrl = environment.required("ORDER_QUEUE_URL");
    SdkClients clients = SdkClients.of(environment, CALL_TIMEOUT);
    return wired(
        environment,
        clients.build(TableClients.builder()),
        clients.build(SqsClient.builder()),
        ordersTable,
        idempotencyTable,
        queueUrl);
  }

  /**
   * Wires the API to services that are not there, for priming. Every key is free, there is no
   * order, and the queue takes what it gets.
   */
  static OrderApi forPriming(Environment environment) {
    SdkClients clients = SdkClients.of(environment, CALL_TIMEOUT);
    return wired(
        environment,
        clients.buildForPriming(TableClients.builder(), "{}"),
        clients.buildForPriming(
            SqsClient.builder().checksumValidationEnabled(false), "{\"MessageId\":\"0\"}"),
        "Orders",
        "Idempotency",
        "https://sqs.invalid/queue");
  }

  /** Wires the API to services. */
  static OrderApi wired(
      Environment environment,
      DynamoDbClient dynamoDb,
      SqsClient sqs,
      String ordersTable,
      String idempotencyTable,
      String queueUrl) {
    InstantSource clock = InstantSource.system();
    // A request makes few calls at once: what virtual threads need to begin would cost a cold start
    // more than these ever do.
    ExecutorService executor =
        Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("calls-", 0).factory());

    OrderReader orders = new DynamoDbOrderReader(dynamoDb, ordersTable);
    IdempotencyStore store = new PowertoolsIdempotencyStore(dynamoDb, idempotencyTable, clock);
    CommandSender queue = new SqsCommandSender(sqs, queueUrl);
    ReadOrders reading =
        new ReadOrders(orders, store, new DynamoDbOrderLists(dynamoDb, ordersTable, executor));
    return new OrderApi(
        new PlaceOrders(executor, store, orders, queue),
        reading,
        new ChangeOrders(executor, store, orders, reading, queue, clock),
        new OperationParser(
            environment.orElse("OPERATIONS_TABLE_ALIAS", "lambda-apigateway"),
            defaultCurrency(environment)),
        clock,
        () -> UUID.randomUUID().toString(),
        description(),
        new LoggedApiInstrumentation());
  }

  private static Currency defaultCurrency(Environment environment) {
    String code = environment.orElse("DEFAULT_CURRENCY", "EUR");
    return Currencies.active(code)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "environment variable DEFAULT_CURRENCY must be an active ISO 4217 code but is "
                        + code));
  }

  private static String description() {
    try (InputStream file = OrderApiWiring.class.getResourceAsStream("/openapi.json")) {
      if (file == null) {
        throw new IllegalStateException("the package has no openapi.json");
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
