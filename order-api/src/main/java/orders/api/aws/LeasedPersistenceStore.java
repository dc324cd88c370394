package orders.api.aws;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.lambda.powertools.idempotency.exceptions.IdempotencyItemAlreadyExistsException;
import software.amazon.lambda.powertools.idempotency.exceptions.IdempotencyItemNotFoundException;
import software.amazon.lambda.powertools.idempotency.persistence.DataRecord;
import software.amazon.lambda.powertools.idempotency.persistence.DataRecord.Status;
import software.amazon.lambda.powertools.idempotency.persistence.PersistenceStore;

/**
 * Powertools' records in its table, seen by the holder of one lease. The format is that of its own
 * {@code DynamoDBPersistenceStore}, and one attribute more: the lease's token. The differences:
 *
 * <ul>
 *   <li>The fingerprint is kept from the first write on.
 *   <li>A record is updated or deleted only by the lease that wrote it last: a process that was
 *       frozen past its lease must not touch the record of the next one.
 *   <li>A record is deleted only while it is in progress: an answer that is kept stays.
 *   <li>A record in progress outlives its lease. It can then be taken again by a request with the
 *       same fingerprint that carries its data on. ({@code DynamoDBPersistenceStore} 1.15.0 writes
 *       {@code in_progress_expiration} in milliseconds and compares it with seconds.)
 * </ul>
 */
final class LeasedPersistenceStore implements PersistenceStore {
  private static final String ID = "id";
  private static final String STATUS = "status";
  private static final String EXPIRATION = "expiration";
  private static final String LEASE_END = "in_progress_expiration";
  private static final String DATA = "data";
  private static final String VALIDATION = "validation";
  private static final String LEASE = "lease";

  private static final String IN_PROGRESS = "#status = :inprogress";
  private static final String MINE = "#lease = :lease";
  private static final String FREE =
      "attribute_not_exists(#id) OR #expiration < :now OR ("
          + IN_PROGRESS
          + " AND #in_progress_expiration <= :millis"
          + " AND #validation = :validation AND #data = :data)";

  private final DynamoDbClient dynamoDb;
  private final String tableName;
  private final AttributeValue token;
  private @Nullable AttributeValue tokenRead;

  LeasedPersistenceStore(DynamoDbClient dynamoDb, String tableName, UUID token) {
    this.dynamoDb = dynamoDb;
    this.tableName = tableName;
    this.token = text(token.toString());
  }

  /** Returns whether the record that was read last was written by this lease. */
  boolean hasReadItsOwn() {
    return token.equals(tokenRead);
  }

  @Override
  public DataRecord getRecord(String key) throws IdempotencyItemNotFoundException {
    Map<String, AttributeValue> item =
        dynamoDb.getItem(get -> get.tableName(tableName).key(id(key)).consistentRead(true)).item();
    if (item.isEmpty()) {
      throw new IdempotencyItemNotFoundException(key);
    }
    tokenRead = item.get(LEASE);
    AttributeValue leaseEnd = item.get(LEASE_END);
    return new DataRecord(
        key,
        Status.valueOf(item.get(STATUS).s()),
        Long.parseLong(item.get(EXPIRATION).n()),
        textOf(item.get(DATA)),
        textOf(item.get(VALIDATION)),
        leaseEnd == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(leaseEnd.n())));
  }

  @Override
  public void putRecord(DataRecord record, Instant now)
      throws IdempotencyItemAlreadyExistsException {
    Map<String, AttributeValue> item = attributes(record);
    item.put(ID, text(record.getIdempotencyKey()));
    item.put(LEASE, token);
    Map<String, AttributeValue> values =
        Map.of(
            ":now", number(now.getEpochSecond()),
            ":millis", number(now.toEpochMilli()),
            ":inprogress", text(Status.INPROGRESS.toString()),
            ":validation", item.getOrDefault(VALIDATION, text("")),
            ":data", item.getOrDefault(DATA, text("")));
    try {
      dynamoDb.putItem(
          put ->
              put.tableName(tableName)
                  .item(item)
                  .conditionExpression(FREE)
                  .expressionAttributeNames(
                      names(ID, EXPIRATION, STATUS, LEASE_END, VALIDATION, DATA))
                  .expressionAttributeValues(values));
    } catch (ConditionalCheckFailedException taken) {
      throw new IdempotencyItemAlreadyExistsException(record.getIdempotencyKey(), taken);
    }
  }

  /**
   * Updates the record of this lease, or makes one.
   *
   * @throws ConditionalCheckFailedException if another lease has the record
   */
  @Override
  public void updateRecord(DataRecord record) {
    Map<String, AttributeValue> attributes = attributes(record);
    boolean ends = record.getStatus() == Status.INPROGRESS;
    Map<String, String> names = names(attributes.keySet().toArray(String[]::new));
    names.putAll(ends ? names(LEASE) : names(LEASE, ID));
    Map<String, AttributeValue> values = new HashMap<>(Map.of(":lease", token));
    if (ends) {
      values.put(":inprogress", text(Status.INPROGRESS.toString()));
    }
    StringBuilder set = new StringBuilder("SET #lease = :lease");
    attributes.forEach(
        (name, value) -> {
          values.put(":" + name, value);
          set.append(
              name.equals(VALIDATION)
                  ? ", #validation = if_not_exists(#validation, :validation)"
                  : ", #" + name + " = :" + name);
        });
    dynamoDb.updateItem(
        update ->
            update
                .tableName(tableName)
                .key(id(record.getIdempotencyKey()))
                .updateExpression(set.toString())
                .conditionExpression(
                    ends ? MINE + " AND " + IN_PROGRESS : "attribute_not_exists(#id) OR " + MINE)
                .expressionAttributeNames(names)
                .expressionAttributeValues(values));
  }

  /**
   * Deletes the record of this lease while it is in progress.
   *
   * @throws ConditionalCheckFailedException if there is no such record
   */
  @Override
  public void deleteRecord(String key) {
    dynamoDb.deleteItem(
        delete ->
            delete
                .tableName(tableName)
                .key(id(key))
                .conditionExpression(MINE + " AND " + IN_PROGRESS)
                .expressionAttributeNames(names(LEASE, STATUS))
                .expressionAttributeValues(
                    Map.of(":lease", token, ":inprogress", text(Status.INPROGRESS.toString()))));
  }

  /** All that a record has, but its key. */
  private static Map<String, AttributeValue> attributes(DataRecord record) {
    Map<String, AttributeValue> attributes = new HashMap<>();
    attributes.put(STATUS, text(record.getStatus().toString()));
    attributes.put(EXPIRATION, number(record.getExpiryTimestamp()));
    record.getInProgressExpiryTimestamp().ifPresent(end -> attributes.put(LEASE_END, number(end)));
    if (record.getResponseData() != null) {
      attributes.put(DATA, text(record.getResponseData()));
    }
    if (record.getPayloadHash() != null) {
      attributes.put(VALIDATION, text(record.getPayloadHash()));
    }
    return attributes;
  }

  private static Map<String, String> names(String... attributes) {
    Map<String, String> names = new HashMap<>();
    for (String attribute : attributes) {
      names.put("#" + attribute, attribute);
    }
    return names;
  }

  private static Map<String, AttributeValue> id(String key) {
    return Map.of(ID, text(key));
  }

  private static AttributeValue text(String value) {
    return AttributeValue.fromS(value);
  }

  private static AttributeValue number(long value) {
    return AttributeValue.fromN(Long.toString(value));
  }

  private static @Nullable String textOf(@Nullable AttributeValue value) {
    return value == null ? null : value.s();
  }
}
