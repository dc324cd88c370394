package orders.api.aws;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import orders.domain.Fingerprint;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/**
 * The client that one lease's Powertools store calls. It adds to the store's requests what the
 * store of Powertools 1.15.0 leaves out:
 *
 * <ul>
 *   <li>the request's fingerprint from the first write on (the store has it only with data binding
 *       and JMESPath, which would double a cold start);
 *   <li>a token of this lease, and the condition that the record still has it: whoever was frozen
 *       past its lease must not overwrite or delete the record of the one that came after;
 *   <li>that a record is deleted only while it is in progress: whoever kept an answer and was not
 *       told so must not take back what others have heard.
 * </ul>
 */
final class LeasedRecords implements DynamoDbClient {
  /** Where the store keeps the fingerprint, by its default. */
  static final String VALIDATION = "validation";

  /** Where the store keeps how far the request is, by its default. */
  static final String STATUS = "status";

  static final String LEASE = "lease";

  private final DynamoDbClient dynamoDb;
  private final Fingerprint fingerprint;
  private final AttributeValue token;
  private @Nullable AttributeValue tokenRead;

  LeasedRecords(DynamoDbClient dynamoDb, Fingerprint fingerprint, UUID token) {
    this.dynamoDb = dynamoDb;
    this.fingerprint = fingerprint;
    this.token = AttributeValue.fromS(token.toString());
  }

  /** Returns whether the record that was read last is of this very lease. */
  boolean hasReadItsOwn() {
    return token.equals(tokenRead);
  }

  @Override
  public PutItemResponse putItem(PutItemRequest request) {
    Map<String, AttributeValue> item = new HashMap<>(request.item());
    item.put(VALIDATION, AttributeValue.fromS(fingerprint.value()));
    item.put(LEASE, token);
    return dynamoDb.putItem(request.toBuilder().item(item).build());
  }

  @Override
  public GetItemResponse getItem(GetItemRequest request) {
    GetItemResponse response = dynamoDb.getItem(request);
    tokenRead = response.item().get(LEASE);
    return response;
  }

  @Override
  public UpdateItemResponse updateItem(UpdateItemRequest request) {
    Map<String, String> names = new HashMap<>(request.expressionAttributeNames());
    Map<String, AttributeValue> values = new HashMap<>(request.expressionAttributeValues());
    names.put("#lease", LEASE);
    values.put(":lease", token);
    return dynamoDb.updateItem(
        request.toBuilder()
            .conditionExpression("#lease = :lease")
            .expressionAttributeNames(names)
            .expressionAttributeValues(values)
            .build());
  }

  @Override
  public DeleteItemResponse deleteItem(DeleteItemRequest request) {
    return dynamoDb.deleteItem(
        request.toBuilder()
            .conditionExpression("#lease = :lease AND #status = :inprogress")
            .expressionAttributeNames(Map.of("#lease", LEASE, "#status", STATUS))
            .expressionAttributeValues(
                Map.of(":lease", token, ":inprogress", AttributeValue.fromS("INPROGRESS")))
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
