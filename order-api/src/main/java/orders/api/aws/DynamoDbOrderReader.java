package orders.api.aws;

import java.util.Map;
import java.util.Optional;
import orders.api.application.OrderReader;
import orders.domain.OrderId;
import orders.domain.StoredOrder;
import orders.wire.OrderItem;
import orders.wire.dynamodb.AttributeValues;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;

/** Reads orders from the Orders table, one request each. */
public final class DynamoDbOrderReader implements OrderReader {
  private final DynamoDbClient dynamoDb;
  private final String tableName;

  public DynamoDbOrderReader(DynamoDbClient dynamoDb, String tableName) {
    this.dynamoDb = dynamoDb;
    this.tableName = tableName;
  }

  @Override
  public Optional<StoredOrder> find(OrderId id) {
    GetItemRequest request =
        GetItemRequest.builder()
            .tableName(tableName)
            .key(Map.of(OrderItem.ORDER_ID, AttributeValue.fromS(id.toString())))
            .consistentRead(true)
            .build();
    GetItemResponse response = AwsCalls.call("reading an order", () -> dynamoDb.getItem(request));
    return response.hasItem()
        ? Optional.of(OrderItem.read(AttributeValues.read(response.item())))
        : Optional.empty();
  }
}
