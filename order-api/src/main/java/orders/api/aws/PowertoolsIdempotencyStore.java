package orders.api.aws;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import orders.api.application.IdempotencyStore;
import orders.api.application.KeptAnswer;
import orders.api.application.UnavailableException;
import orders.domain.CustomerId;
import orders.domain.Fingerprint;
import orders.domain.OrderId;
import orders.wire.QueueMessage;
import orders.wire.Value;
import orders.wire.WireJson;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.lambda.powertools.idempotency.exceptions.IdempotencyItemAlreadyExistsException;
import software.amazon.lambda.powertools.idempotency.exceptions.IdempotencyItemNotFoundException;
import software.amazon.lambda.powertools.idempotency.persistence.DataRecord;
import software.amazon.lambda.powertools.idempotency.persistence.DynamoDBPersistenceStore;
import software.amazon.lambda.powertools.idempotency.persistence.PersistenceStore;

/**
 * Keeps answers in the table of Powertools idempotency, through its own store.
 *
 * <p>Of the store only its four calls are used: its keys are ours already, and its local cache
 * would not hear of other processes. A record in progress ends with its {@code expiration}, not
 * with {@code in_progress_expiration}: 1.15.0 writes that in milliseconds and compares it with
 * seconds, so that a crash would keep the key for as long as an answer.
 */
public final class PowertoolsIdempotencyStore implements IdempotencyStore {
  private static final int TRIES = 3;
  private static final UUID NO_TOKEN = new UUID(0, 0);
  private static final Fingerprint NO_FINGERPRINT = new Fingerprint("0".repeat(64));

  private final DynamoDbClient dynamoDb;
  private final String tableName;
  private final InstantSource clock;

  public PowertoolsIdempotencyStore(
      DynamoDbClient dynamoDb, String tableName, InstantSource clock) {
    this.dynamoDb = dynamoDb;
    this.tableName = tableName;
    this.clock = clock;
  }

  @Override
  public Claim claim(UUID key, Fingerprint fingerprint, Duration lease) {
    Lease wanted = new Lease(key, fingerprint, UUID.randomUUID());
    LeasedRecords records = records(wanted);
    PersistenceStore store = store(records);
    for (int i = 0; i < TRIES; i++) {
      if (put(store, wanted, lease)) {
        return new Claim.Taken(wanted);
      }
      DataRecord found;
      try {
        found = AwsCalls.call("reading an answer", () -> get(store, key));
      } catch (IdempotencyItemNotFoundException freedMeanwhile) {
        continue;
      }
      switch (found.getStatus()) {
        case COMPLETED -> {
          return fingerprint.value().equals(found.getPayloadHash())
              ? new Claim.Answered(KeptAnswerForm.read(found.getResponseData()))
              : new Claim.Reused();
        }
        case INPROGRESS -> {
          if (records.hasReadItsOwn()) {
            // The first try was carried out and its reply was lost.
            return new Claim.Taken(wanted);
          }
          return fingerprint.value().equals(found.getPayloadHash())
              ? new Claim.Running()
              : new Claim.Reused();
        }
        case EXPIRED -> {
          // Its lease ended between the two calls: it can be taken now.
        }
      }
    }
    return new Claim.Running();
  }

  private boolean put(PersistenceStore store, Lease wanted, Duration lease) {
    Instant now = clock.instant();
    DataRecord record =
        new DataRecord(
            wanted.key().toString(),
            DataRecord.Status.INPROGRESS,
            // Whole seconds, and the store lets go only when one more has begun.
            now.plus(lease).getEpochSecond(),
            null,
            wanted.fingerprint().value());
    return AwsCalls.call(
        "taking a key",
        () -> {
          try {
            store.putRecord(record, now);
            return true;
          } catch (IdempotencyItemAlreadyExistsException taken) {
            return false;
          }
        });
  }

  @Override
  public void complete(Lease lease, KeptAnswer answer) {
    keep(lease, records(lease), answer);
  }

  @Override
  public void keep(UUID newKey, Fingerprint fingerprint, KeptAnswer answer) {
    Lease lease = new Lease(newKey, fingerprint, UUID.randomUUID());
    keep(lease, new NewRecords(dynamoDb, fingerprint, lease.token()), answer);
  }

  private void keep(Lease lease, DynamoDbClient records, KeptAnswer answer) {
    DataRecord record =
        new DataRecord(
            lease.key().toString(),
            DataRecord.Status.COMPLETED,
            clock.instant().plus(QueueMessage.ANSWER_KEPT).getEpochSecond(),
            KeptAnswerForm.write(answer),
            lease.fingerprint().value());
    AwsCalls.call(
        "keeping an answer",
        () -> {
          try {
            store(records).updateRecord(record);
          } catch (ConditionalCheckFailedException lost) {
            throw new UnavailableException("another has the key", lost);
          }
          return true;
        });
  }

  @Override
  public void release(Lease lease) {
    AwsCalls.call(
        "freeing a key",
        () -> {
          try {
            store(records(lease)).deleteRecord(lease.key().toString());
          } catch (ConditionalCheckFailedException lost) {
            // Another has it now, or our own first try freed it, or the answer is kept after all.
            return false;
          }
          return true;
        });
  }

  @Override
  public Optional<KeptAnswer> find(UUID key) {
    PersistenceStore store = store(records(new Lease(key, NO_FINGERPRINT, NO_TOKEN)));
    try {
      DataRecord found = AwsCalls.call("reading an answer", () -> get(store, key));
      // However old: an order is not to vanish because its record is due to be cleared away.
      return Optional.ofNullable(found.getResponseData()).map(KeptAnswerForm::read);
    } catch (IdempotencyItemNotFoundException none) {
      return Optional.empty();
    }
  }

  private static DataRecord get(PersistenceStore store, UUID key) {
    return store.getRecord(key.toString());
  }

  private LeasedRecords records(Lease lease) {
    return new LeasedRecords(dynamoDb, lease.fingerprint(), lease.token());
  }

  private PersistenceStore store(DynamoDbClient records) {
    return DynamoDBPersistenceStore.builder()
        .withTableName(tableName)
        .withDynamoDbClient(records)
        .build();
  }

  /** An answer as text: a line about it, then its body as it is. */
  private static final class KeptAnswerForm {
    static String write(KeptAnswer answer) {
      return WireJson.text(
              Value.fields()
                  .with("kind", answer.kind().name())
                  .with("orderId", answer.orderId().toString())
                  .with("customerId", answer.owner().value())
                  .with("version", answer.version())
                  .build())
          + "\n"
          + answer.body();
    }

    static KeptAnswer read(String data) {
      int end = data.indexOf('\n');
      Value.Fields head = WireJson.read(data.substring(0, end));
      if (head.get("kind") instanceof Value.Text(String kind)
          && head.get("orderId") instanceof Value.Text(String orderId)
          && head.get("customerId") instanceof Value.Text(String customerId)
          && head.get("version") instanceof Value.Whole(long version)) {
        return new KeptAnswer(
            KeptAnswer.Kind.valueOf(kind),
            OrderId.of(orderId),
            new CustomerId(customerId),
            version,
            data.substring(end + 1));
      }
      throw new IllegalStateException("a kept answer without its parts");
    }
  }
}
