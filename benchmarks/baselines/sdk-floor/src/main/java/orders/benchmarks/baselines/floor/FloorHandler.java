package orders.benchmarks.baselines.floor;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import orders.lambda.Environment;
import orders.lambda.SdkClients;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchExecuteStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementResponse;

/**
 * What the SDK itself costs: an SQS batch read by the functions' own serializer and written by one
 * request of their own client. It logs, counts, checks and decides nothing.
 */
public final class FloorHandler implements RequestHandler<SQSEvent, SQSBatchResponse> {
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

  @Override
  public SQSBatchResponse handleRequest(SQSEvent event, Context context) {
    List<BatchStatementRequest> statements = new ArrayList<>();
    for (SQSMessage message : event.getRecords()) {
      statements.add(
          BatchStatementRequest.builder()
              .statement(insert)
              .parameters(
                  AttributeValue.fromS(message.getMessageId()),
                  AttributeValue.fromS(message.getBody()))
              .build());
    }
    List<BatchStatementResponse> responses =
        dynamoDb
            .batchExecuteStatement(
                BatchExecuteStatementRequest.builder().statements(statements).build())
            .responses();
    for (BatchStatementResponse response : responses) {
      if (response.error() != null) {
        throw new IllegalStateException("not stored: " + response.error());
      }
    }
    return new SQSBatchResponse(List.of());
  }
}
