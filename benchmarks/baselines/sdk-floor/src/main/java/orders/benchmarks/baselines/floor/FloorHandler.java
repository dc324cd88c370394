package orders.benchmarks.baselines.floor;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import orders.lambda.Environment;
import orders.lambda.EventRecords;
import orders.lambda.SdkClients;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchExecuteStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementResponse;

/**
 * What the SDK itself costs: an SQS batch read by a streaming parser and written by one request of
 * the functions' own lean client. It logs, counts, checks and decides nothing.
 */
public final class FloorHandler implements RequestStreamHandler {
  private final DynamoDbClient dynamoDb;
  private final String insert;

  /** Called once for each execution environment, by Lambda. */
  public FloorHandler() {
    Environment environment = Environment.ofProcess();
    dynamoDb = SdkClients.of(environment, Duration.ofSeconds(5)).build(DynamoDbClient.builder());
    insert =
        "INSERT INTO \""
            + environment.required("ORDERS_TABLE")
            + "\" VALUE {'orderId': ?, 'body': ?}";
  }

  private record Message(String id, String body) {}

  @Override
  public void handleRequest(InputStream event, OutputStream answer, Context context)
      throws IOException {
    List<BatchStatementRequest> statements = new ArrayList<>();
    for (Message message : EventRecords.read(event, FloorHandler::message)) {
      statements.add(
          BatchStatementRequest.builder()
              .statement(insert)
              .parameters(AttributeValue.fromS(message.id()), AttributeValue.fromS(message.body()))
              .build());
    }
    List<BatchStatementResponse> responses =
        dynamoDb
            .batchExecuteStatement(
                BatchExecuteStatementRequest.builder().statements(statements).build())
            .responses();
    for (BatchStatementResponse response : responses) {
      if (response.error() != null) {
        throw new IOException("not stored: " + response.error());
      }
    }
    answer.write("{\"batchItemFailures\":[]}".getBytes(StandardCharsets.UTF_8));
  }

  private static Message message(JsonParser json) throws IOException {
    String id = "";
    String body = "";
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      switch (name) {
        case "messageId" -> id = json.getText();
        case "body" -> body = json.getText();
        default -> json.skipChildren();
      }
    }
    return new Message(id, body);
  }
}
