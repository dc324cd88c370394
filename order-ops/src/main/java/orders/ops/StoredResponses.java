package orders.ops;

import java.time.Instant;
import java.util.Map;
import orders.wire.QueueMessage;
import orders.wire.UnreadableException;
import orders.wire.Value;
import orders.wire.WireJson;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/** The answers by which accepted orders are read until they are stored. */
final class StoredResponses {
  private final DynamoDbClient dynamoDb;
  private final String table;

  StoredResponses(DynamoDbClient dynamoDb, String table) {
    this.dynamoDb = dynamoDb;
    this.table = table;
  }

  /**
   * Keeps the answer to a command's order for as long as an answer that is given now: who sends a
   * command again gives it its whole time in the queues again, and its order must be readable as
   * long.
   */
  void keepAnew(String message) {
    Value orderId;
    try {
      orderId = WireJson.read(message).get("orderId");
    } catch (UnreadableException noCommand) {
      return;
    }
    if (orderId instanceof Value.Text(String id)) {
      keep(id, Long.toString(Instant.now().plus(QueueMessage.ANSWER_KEPT).getEpochSecond()));
    }
  }

  private void keep(String orderId, String until) {
    try {
      dynamoDb.updateItem(
          update ->
              update
                  .tableName(table)
                  .key(Map.of("id", AttributeValue.fromS(orderId)))
                  .updateExpression("SET expiration = :until")
                  .conditionExpression("#status = :completed AND expiration < :until")
                  .expressionAttributeNames(Map.of("#status", "status"))
                  .expressionAttributeValues(
                      Map.of(
                          ":completed", AttributeValue.fromS("COMPLETED"),
                          ":until", AttributeValue.fromN(until))));
    } catch (ConditionalCheckFailedException nothingToKeep) {
      // No answer to that order is kept, or it is kept as long already.
      return;
    }
  }
}
