package orders.api.aws;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import orders.domain.Fingerprint;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/**
 * The client with which one Powertools store keeps one answer under a key that nobody has taken. It
 * makes of the store's update a record like one of {@link LeasedRecords}, on the condition that
 * there is none, or that it is this very one: the SDK tries again what it got no reply to.
 */
final class NewRecords implements DynamoDbClient {
  private final DynamoDbClient dynamoDb;
  private final Fingerprint fingerprint;
  private final UUID token;

  NewRecords(DynamoDbClient dynamoDb, Fingerprint fingerprint, UUID token) {
    this.dynamoDb = dynamoDb;
    this.fingerprint = fingerprint;
    this.token = token;
  }

  @Override
  public UpdateItemResponse updateItem(UpdateItemRequest request) {
    Map<String, String> names = new HashMap<>(request.expressionAttributeNames());
    Map<String, AttributeValue> values = new HashMap<>(request.expressionAttributeValues());
    names.put("#validation", LeasedRecords.VALIDATION);
    names.put("#lease", LeasedRecords.LEASE);
    values.put(":validation", AttributeValue.fromS(fingerprint.value()));
    values.put(":lease", AttributeValue.fromS(token.toString()));
    return dynamoDb.updateItem(
        request.toBuilder()
            .updateExpression(
                request.updateExpression() + ", #validation = :validation, #lease = :lease")
            .conditionExpression("attribute_not_exists(#status) OR #lease = :lease")
            .expressionAttributeNames(names)
            .expressionAttributeValues(values)
            .build());
  }

  @Override
  public String serviceName() {
    return dynamoDb.serviceName();
  }

  @Override
  public void close() {
    // The client belongs to the wiring.
  }
}
