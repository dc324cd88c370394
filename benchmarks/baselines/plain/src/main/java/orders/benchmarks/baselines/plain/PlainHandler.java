package orders.benchmarks.baselines.plain;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/**
 * An SQS batch by the runtime client's own mapping, Jackson's data binding and the SDK as it comes,
 * each order written by a conditional {@code PutItem} of its own.
 */
public final class PlainHandler implements RequestHandler<SQSEvent, SQSBatchResponse> {
  private final DynamoDbClient dynamoDb = DynamoDbClient.create();
  private final ObjectMapper json = new ObjectMapper();
  private final String table = System.getenv("ORDERS_TABLE");

  /** As much of a message's body as is stored. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record PlacedOrder(String orderId, String acceptedAt, String by, JsonNode order) {}

  @Override
  public SQSBatchResponse handleRequest(SQSEvent event, Context context) {
    List<SQSBatchResponse.BatchItemFailure> failures = new ArrayList<>();
    for (SQSEvent.SQSMessage message : event.getRecords()) {
      try {
        store(json.readValue(message.getBody(), PlacedOrder.class));
        context.getLogger().log("stored the order of message " + message.getMessageId() + "\n");
      } catch (JsonProcessingException | DynamoDbException e) {
        context.getLogger().log("could not store " + message.getMessageId() + ": " + e + "\n");
        failures.add(new SQSBatchResponse.BatchItemFailure(message.getMessageId()));
      }
    }
    return new SQSBatchResponse(failures);
  }

  private void store(PlacedOrder placed) {
    try {
      dynamoDb.putItem(
          put ->
              put.tableName(table)
                  .item(
                      Map.of(
                          "orderId", AttributeValue.fromS(placed.orderId()),
                          "acceptedAt", AttributeValue.fromS(placed.acceptedAt()),
                          "by", AttributeValue.fromS(placed.by()),
                          "contents", AttributeValue.fromS(placed.order().toString())))
                  .conditionExpression("attribute_not_exists(orderId)"));
    } catch (ConditionalCheckFailedException redelivered) {
      // It is there already.
    }
  }
}
