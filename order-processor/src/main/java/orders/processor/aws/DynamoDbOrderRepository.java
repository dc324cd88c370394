package orders.processor.aws;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import orders.domain.OrderId;
import orders.domain.StoredOrder;
import orders.lambda.SdkFailure;
import orders.processor.application.OrderRepository;
import orders.wire.OrderItem;
import orders.wire.UnreadableException;
import orders.wire.Value;
import orders.wire.Value.Fields;
import orders.wire.dynamodb.AttributeValues;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementError;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/**
 * Orders in a DynamoDB table.
 *
 * <p>Writes go in one {@code BatchExecuteStatement}: unlike a transaction, it answers for each
 * statement alone and costs what the writes alone would; unlike {@code BatchWriteItem}, it knows
 * conditions.
 */
public final class DynamoDbOrderRepository implements OrderRepository {
  /** The most statements of one {@code BatchExecuteStatement}. */
  private static final int MAX_STATEMENTS = 25;

  /** The most keys of one {@code BatchGetItem}. */
  private static final int MAX_KEYS = 100;

  /** Requests for what one request left over, which may be less than asked for when throttled. */
  private static final int MAX_GETS = 3;

  private final DynamoDbClient dynamoDb;
  private final String table;

  public DynamoDbOrderRepository(DynamoDbClient dynamoDb, String table) {
    this.dynamoDb = dynamoDb;
    this.table = table;
  }

  @Override
  public Map<OrderId, Lookup> find(Set<OrderId> ids) {
    Map<OrderId, Lookup> found = new HashMap<>();
    List<OrderId> all = List.copyOf(ids);
    for (int from = 0; from < all.size(); from += MAX_KEYS) {
      findSome(all.subList(from, Math.min(all.size(), from + MAX_KEYS)), found);
    }
    return found;
  }

  private void findSome(List<OrderId> ids, Map<OrderId, Lookup> found) {
    List<Map<String, AttributeValue>> keys = new ArrayList<>(ids.size());
    for (OrderId id : ids) {
      found.put(id, new Lookup.Absent());
      keys.add(key(id));
    }
    KeysAndAttributes open = KeysAndAttributes.builder().keys(keys).consistentRead(true).build();
    String reason = "throttled";
    try {
      for (int i = 0; i < MAX_GETS && open.hasKeys() && !open.keys().isEmpty(); i++) {
        var answer =
            dynamoDb.batchGetItem(
                BatchGetItemRequest.builder().requestItems(Map.of(table, open)).build());
        for (Map<String, AttributeValue> item : answer.responses().getOrDefault(table, List.of())) {
          found.put(idOf(item), read(item));
        }
        open = answer.unprocessedKeys().getOrDefault(table, KeysAndAttributes.builder().build());
      }
    } catch (SdkException failure) {
      reason = SdkFailure.reasonOf(failure);
    }
    for (Map<String, AttributeValue> key : open.keys()) {
      found.put(idOf(key), new Lookup.NotSeen(reason));
    }
  }

  private static Lookup read(Map<String, AttributeValue> item) {
    try {
      return new Lookup.Found(OrderItem.read(AttributeValues.read(item)));
    } catch (UnreadableException unreadable) {
      return new Lookup.NotSeen("unreadable-item: " + unreadable.reason());
    }
  }

  @Override
  public List<WriteAnswer> write(List<StoredOrder> orders) {
    List<WriteAnswer> answers = new ArrayList<>(orders.size());
    for (int from = 0; from < orders.size(); from += MAX_STATEMENTS) {
      answers.addAll(
          writeSome(orders.subList(from, Math.min(orders.size(), from + MAX_STATEMENTS))));
    }
    return answers;
  }

  private List<WriteAnswer> writeSome(List<StoredOrder> orders) {
    List<BatchStatementRequest> statements = new ArrayList<>(orders.size());
    for (StoredOrder order : orders) {
      boolean isNew = order.order().version() == 1 && order.latestNoOp().isEmpty();
      statements.add(isNew ? insert(order) : update(order));
    }
    List<WriteAnswer> answers = new ArrayList<>(orders.size());
    try {
      List<BatchStatementResponse> responses =
          dynamoDb.batchExecuteStatement(batch -> batch.statements(statements)).responses();
      for (BatchStatementResponse response : responses) {
        answers.add(
            response.error() == null ? new WriteAnswer.Written() : answer(response.error()));
      }
    } catch (SdkException failure) {
      // Perhaps it was made and only the answer lost: the next delivery finds out.
      answers.clear();
      for (int i = 0; i < orders.size(); i++) {
        answers.add(new WriteAnswer.Failed(SdkFailure.reasonOf(failure)));
      }
    }
    return answers;
  }

  private BatchStatementRequest insert(StoredOrder order) {
    Fields item = OrderItem.of(order);
    StringBuilder statement = new StringBuilder(400);
    statement.append("INSERT INTO \"").append(table).append("\" VALUE {");
    List<AttributeValue> parameters = new ArrayList<>(item.map().size());
    String separator = "'";
    for (Map.Entry<String, Value> attribute : item.map().entrySet()) {
      statement.append(separator).append(attribute.getKey()).append("': ?");
      separator = ", '";
      parameters.add(AttributeValues.value(attribute.getValue()));
    }
    statement.append('}');
    return statement(statement, parameters);
  }

  private BatchStatementRequest update(StoredOrder order) {
    OrderItem.Update update = OrderItem.update(order);
    StringBuilder statement = new StringBuilder(500);
    statement.append("UPDATE \"").append(table).append('"');
    List<AttributeValue> parameters = new ArrayList<>();
    for (Map.Entry<String, Value> attribute : update.set().map().entrySet()) {
      statement.append(" SET \"").append(attribute.getKey()).append("\" = ?");
      parameters.add(AttributeValues.value(attribute.getValue()));
    }
    String entry = "\"" + OrderItem.HISTORY + "\".\"" + update.commandId() + "\"";
    if (update.historyEntry() != null) {
      statement.append(" SET ").append(entry).append(" = ?");
      parameters.add(AttributeValues.value(update.historyEntry()));
    }
    for (String attribute : update.remove()) {
      statement.append(" REMOVE \"").append(attribute).append('"');
    }
    statement.append(" WHERE \"").append(OrderItem.ORDER_ID).append("\" = ?");
    parameters.add(AttributeValue.fromS(order.order().id().toString()));
    statement.append(" AND \"").append(OrderItem.VERSION).append("\" = ?");
    parameters.add(AttributeValue.fromN(Long.toString(update.versionBefore())));
    statement.append(" AND ").append(entry).append(" IS MISSING");
    // A command that had nothing to do leaves the version: the length of their list is its version.
    if (update.noOpsBefore() == 0) {
      statement.append(" AND \"").append(OrderItem.NO_OPS).append("\" IS MISSING");
    } else {
      statement.append(" AND size(\"").append(OrderItem.NO_OPS).append("\") = ?");
      parameters.add(AttributeValue.fromN(Integer.toString(update.noOpsBefore())));
    }
    return statement(statement, parameters);
  }

  private static BatchStatementRequest statement(
      StringBuilder statement, List<AttributeValue> parameters) {
    return BatchStatementRequest.builder()
        .statement(statement.toString())
        .parameters(parameters)
        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
        .build();
  }

  private static WriteAnswer answer(BatchStatementError error) {
    return switch (error.code()) {
      case CONDITIONAL_CHECK_FAILED, DUPLICATE_ITEM -> new WriteAnswer.Conflict(stored(error));
      case VALIDATION_ERROR ->
          new WriteAnswer.Impossible(
              String.valueOf(error.message()).contains("size")
                  ? "item-too-large"
                  : "refused-by-the-table");
      case ITEM_COLLECTION_SIZE_LIMIT_EXCEEDED -> new WriteAnswer.Impossible("item-too-large");
      case THROTTLING_ERROR, REQUEST_LIMIT_EXCEEDED, PROVISIONED_THROUGHPUT_EXCEEDED ->
          new WriteAnswer.Failed("throttled");
      case TRANSACTION_CONFLICT -> new WriteAnswer.Failed("transaction-conflict");
      case INTERNAL_SERVER_ERROR, RESOURCE_NOT_FOUND, ACCESS_DENIED, UNKNOWN_TO_SDK_VERSION ->
          new WriteAnswer.Failed("table: " + SdkFailure.codeOf(error.codeAsString()));
    };
  }

  /** Returns what the failed condition met, where the answer says so and it can be read. */
  private static Optional<StoredOrder> stored(BatchStatementError error) {
    if (!error.hasItem() || error.item().isEmpty()) {
      return Optional.empty();
    }
    return read(error.item()) instanceof Lookup.Found(StoredOrder stored)
        ? Optional.of(stored)
        : Optional.empty();
  }

  private static Map<String, AttributeValue> key(OrderId id) {
    return Map.of(OrderItem.ORDER_ID, AttributeValue.fromS(id.toString()));
  }

  private static OrderId idOf(Map<String, AttributeValue> item) {
    AttributeValue id = item.get(OrderItem.ORDER_ID);
    if (id == null) {
      throw new IllegalStateException("an item without its key");
    }
    return OrderId.of(id.s());
  }
}
