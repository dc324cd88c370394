package orders.processor;

import static orders.domain.CommandBuilder.on;
import static orders.domain.OrderBuilder.anOrder;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import orders.domain.OrderCommand;
import orders.domain.StoredOrder;
import orders.lambda.Environment;
import orders.lambda.Invocation;
import orders.lambda.events.LambdaEventSerializer;
import orders.processor.application.ApplyCommands;
import orders.processor.application.RetryBackoff;
import orders.processor.aws.CallCounter;
import orders.processor.aws.DynamoDbOrderRepository;
import orders.processor.aws.LocalDynamoDb;
import orders.processor.aws.SqsRedeliveryControl;
import orders.wire.QueueMessage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** From Lambda's event to the table and back, and how many requests it takes. */
class OrderProcessorHandlerIT {
  private static final LambdaEventSerializer JSON = new LambdaEventSerializer();
  private static LocalDynamoDb dynamoDb;

  private final CallCounter counter = new CallCounter();
  private final OrderProcessorHandler handler =
      new OrderProcessorHandler(
          new ApplyCommands(
              new DynamoDbOrderRepository(dynamoDb.client(counter), dynamoDb.newTable()),
              new SqsRedeliveryControl(
                  () -> {
                    throw new AssertionError("no queue is needed");
                  },
                  "queue",
                  "dead letters",
                  OrderProcessorWiring.QUEUE_TIMEOUT),
              new LoggedInstrumentation(),
              new RetryBackoff(10),
              Clock.systemUTC()));
  private String log = "";

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    dynamoDb = LocalDynamoDb.start();
  }

  @AfterAll
  static void stop() {
    dynamoDb.close();
  }

  @Test
  void ten_new_orders_are_one_request() throws IOException {
    List<OrderCommand> commands = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      commands.add(anOrder().withAnyId().placing());
    }

    assertThat(handle(commands)).isEqualTo("{\"batchItemFailures\":[]}");

    assertThat(counter.calls()).containsExactly("BatchExecuteStatement");
  }

  @Test
  void ten_redeliveries_are_one_request_more() throws IOException {
    List<OrderCommand> commands = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      commands.add(anOrder().withAnyId().placing());
    }
    handle(commands);
    counter.calls();

    assertThat(handle(commands)).isEqualTo("{\"batchItemFailures\":[]}");

    // The inserts find their ids taken; DynamoDB does not say by what, so one read does.
    assertThat(counter.calls()).containsExactly("BatchExecuteStatement", "BatchGetItem");
    assertThat(log).contains("command already applied");
  }

  @Test
  void changes_of_many_orders_are_one_read_and_one_write() throws IOException {
    List<OrderCommand> commands = new ArrayList<>();
    List<OrderCommand> changes = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      StoredOrder order = anOrder().withAnyId().placed();
      commands.add(anOrder().id(order.order().id()).placing());
      changes.add(on(order).confirm());
      changes.add(anOrder().withAnyId().placing());
    }
    handle(commands);
    counter.calls();

    assertThat(handle(changes)).isEqualTo("{\"batchItemFailures\":[]}");

    assertThat(counter.calls()).containsExactly("BatchGetItem", "BatchExecuteStatement");
  }

  @Test
  void each_step_is_one_line_with_the_keys_of_the_contract_and_nothing_of_the_payload()
      throws IOException {
    handle(List.of(anOrder().withAnyId().note("a secret note").placing()));

    assertThat(log.lines().filter(line -> line.contains("\"message\":\"command applied\"")))
        .singleElement()
        .satisfies(
            line ->
                assertThat(line)
                    .contains(
                        "\"level\":\"INFO\"",
                        "\"correlation_id\":\"correlation-1\"",
                        "\"order_id\":\"",
                        "\"command\":\"place-order\"",
                        "\"command_id\":\"",
                        "\"outcome\":\"applied\"",
                        "\"version\":1",
                        "\"message_id\":\"m0\"",
                        "\"duration_ms\":",
                        "\"function_request_id\":\"request-1\""));
    assertThat(log).contains("\"CommandsApplied\":[1]", "\"OrderValue\":[7889]");
    assertThat(log).doesNotContain("secret");
  }

  @Test
  void priming_handles_a_batch_and_reaches_no_service() throws IOException {
    Environment environment = new Environment(Map.of("AWS_REGION", "eu-west-1"));

    String played =
        captured(
            () -> {
              OrderProcessorHandler.prime(environment);
              // As before a snapshot: what was counted is not to be the next test's.
              Invocation.metrics().flush();
            });

    assertThat(played).contains("command applied", "command dead-lettered");
  }

  private String handle(List<OrderCommand> commands) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    log =
        captured(
            () -> {
              SQSEvent event = JSON.fromJson(event(commands), SQSEvent.class);
              JSON.toJson(handler.handleRequest(event, context()), answer, SQSBatchResponse.class);
            });
    return answer.toString(StandardCharsets.UTF_8);
  }

  /** What a handler does. */
  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  private static String captured(Work work) throws IOException {
    PrintStream out = System.out;
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
    try {
      work.run();
    } finally {
      System.setOut(out);
    }
    return captured.toString(StandardCharsets.UTF_8);
  }

  private static String event(List<OrderCommand> commands) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.writeStartObject();
      json.writeArrayFieldStart("Records");
      for (int i = 0; i < commands.size(); i++) {
        json.writeStartObject();
        json.writeStringField("messageId", "m" + i);
        json.writeStringField("receiptHandle", "handle");
        json.writeStringField("body", QueueMessage.write(commands.get(i)));
        json.writeObjectFieldStart("attributes");
        json.writeStringField("ApproximateReceiveCount", "1");
        json.writeEndObject();
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static Context context() {
    return (Context)
        Proxy.newProxyInstance(
            Context.class.getClassLoader(),
            new Class<?>[] {Context.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getRemainingTimeInMillis" -> 30_000;
                  case "getMemoryLimitInMB" -> 512;
                  case "getAwsRequestId" -> "request-1";
                  default -> null;
                });
  }
}
