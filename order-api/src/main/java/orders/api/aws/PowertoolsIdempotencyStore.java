package orders.api.aws;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import orders.api.application.Acceptance;
import orders.api.application.IdempotencyStore;
import orders.api.application.StoredResponse;
import orders.api.application.UnavailableException;
import orders.domain.CorrelationId;
import orders.domain.CustomerId;
import orders.domain.Fingerprint;
import orders.domain.OrderId;
import orders.wire.QueueMessage;
import orders.wire.Value;
import orders.wire.WireJson;
import orders.wire.WireTime;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.lambda.powertools.idempotency.exceptions.IdempotencyItemAlreadyExistsException;
import software.amazon.lambda.powertools.idempotency.exceptions.IdempotencyItemNotFoundException;
import software.amazon.lambda.powertools.idempotency.persistence.DataRecord;
import software.amazon.lambda.powertools.idempotency.persistence.DataRecord.Status;

/**
 * Keeps answers in the table of Powertools idempotency, through its {@link
 * software.amazon.lambda.powertools.idempotency.persistence.PersistenceStore}. Its handler is not
 * used: our keys are derived already, and its local cache would not know of other processes.
 */
public final class PowertoolsIdempotencyStore implements IdempotencyStore {
  private static final int TRIES = 3;

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
  public Claim claim(UUID key, Fingerprint fingerprint, Acceptance acceptance, Duration lease) {
    Lease wanted = new Lease(key, fingerprint, acceptance, false, UUID.randomUUID());
    LeasedPersistenceStore records = records(wanted.token());
    for (int i = 0; i < TRIES; i++) {
      if (put(records, wanted, lease)) {
        return new Claim.Taken(wanted);
      }
      DataRecord found;
      try {
        found = AwsCalls.call("reading an answer", () -> records.getRecord(key.toString()));
      } catch (IdempotencyItemNotFoundException freedMeanwhile) {
        continue;
      }
      if (records.hasReadItsOwn()) {
        // The first try was carried out and its reply was lost.
        return new Claim.Taken(wanted);
      }
      if (found.getStatus() == Status.EXPIRED) {
        continue;
      }
      if (!fingerprint.value().equals(found.getPayloadHash())) {
        return new Claim.Reused();
      }
      if (found.getStatus() == Status.COMPLETED) {
        return new Claim.Answered(RecordData.answer(found.getResponseData()));
      }
      if (found.getInProgressExpiryTimestamp().orElse(Long.MAX_VALUE) > clock.millis()) {
        return new Claim.Running();
      }
      // Its lease has ended, and nobody knows what became of it: this request goes on with it.
      wanted =
          new Lease(
              key,
              fingerprint,
              RecordData.acceptance(found.getResponseData()),
              true,
              wanted.token());
    }
    return new Claim.Running();
  }

  private boolean put(LeasedPersistenceStore records, Lease wanted, Duration lease) {
    Instant now = clock.instant();
    DataRecord record = inProgress(wanted, now, now.plus(lease));
    return AwsCalls.call(
        "taking a key",
        () -> {
          try {
            records.putRecord(record, now);
            return true;
          } catch (IdempotencyItemAlreadyExistsException taken) {
            return false;
          }
        });
  }

  /** The record lives as long as an answer: until then, the message may be on its way. */
  private static DataRecord inProgress(Lease lease, Instant now, Instant end) {
    return new DataRecord(
        lease.key().toString(),
        Status.INPROGRESS,
        now.plus(QueueMessage.ANSWER_KEPT).getEpochSecond(),
        RecordData.of(lease.acceptance()),
        lease.fingerprint().value(),
        OptionalLong.of(end.toEpochMilli()));
  }

  @Override
  public void complete(Lease lease, StoredResponse answer) {
    keep(lease.key(), lease.fingerprint(), lease.token(), answer);
  }

  @Override
  public void keep(UUID newKey, Fingerprint fingerprint, StoredResponse answer) {
    keep(newKey, fingerprint, UUID.randomUUID(), answer);
  }

  private void keep(UUID key, Fingerprint fingerprint, UUID token, StoredResponse answer) {
    DataRecord record =
        new DataRecord(
            key.toString(),
            Status.COMPLETED,
            clock.instant().plus(QueueMessage.ANSWER_KEPT).getEpochSecond(),
            RecordData.of(answer),
            fingerprint.value());
    if (!isOurs("keeping an answer", () -> records(token).updateRecord(record))) {
      throw new UnavailableException("keeping an answer: another has the key");
    }
  }

  // That the record is another's is no failure below: it has the key now, or our own first try was
  // carried out, or the answer is kept after all.

  @Override
  public void release(Lease lease) {
    isOurs("freeing a key", () -> records(lease.token()).deleteRecord(lease.key().toString()));
  }

  @Override
  public void suspend(Lease lease) {
    Instant now = clock.instant();
    isOurs(
        "ending a lease", () -> records(lease.token()).updateRecord(inProgress(lease, now, now)));
  }

  private static boolean isOurs(String what, Runnable write) {
    return AwsCalls.call(
        what,
        () -> {
          try {
            write.run();
            return true;
          } catch (ConditionalCheckFailedException another) {
            return false;
          }
        });
  }

  @Override
  public Optional<StoredResponse> find(UUID key) {
    LeasedPersistenceStore records = records(key);
    try {
      DataRecord found =
          AwsCalls.call("reading an answer", () -> records.getRecord(key.toString()));
      // However old: an order must not vanish because its record is due to be cleared away.
      return Optional.ofNullable(found.getResponseData())
          .filter(RecordData::isAnswer)
          .map(RecordData::answer);
    } catch (IdempotencyItemNotFoundException none) {
      return Optional.empty();
    }
  }

  private LeasedPersistenceStore records(UUID token) {
    return new LeasedPersistenceStore(dynamoDb, tableName, token);
  }

  /**
   * A record's data: a line of JSON with what belongs to the answer, then the answer's body. In
   * progress, there is only the line, with how the request was accepted.
   */
  private static final class RecordData {
    static String of(Acceptance acceptance) {
      return WireJson.text(with(Value.fields(), acceptance).build());
    }

    static String of(StoredResponse answer) {
      Value.FieldsBuilder head =
          Value.fields()
              .with("kind", answer.kind().name())
              .with("orderId", answer.orderId().toString())
              .with("customerId", answer.owner().value())
              .with("version", answer.version());
      answer.acceptance().ifPresent(acceptance -> with(head, acceptance));
      return WireJson.text(head.build()) + "\n" + answer.body();
    }

    private static Value.FieldsBuilder with(Value.FieldsBuilder fields, Acceptance acceptance) {
      return fields
          .with("acceptedAt", WireTime.text(acceptance.at()))
          .with("by", acceptance.by().value())
          .with("correlationId", acceptance.correlationId().value());
    }

    static boolean isAnswer(String data) {
      return data.indexOf('\n') >= 0;
    }

    static StoredResponse answer(String data) {
      int end = data.indexOf('\n');
      Value.Fields head = WireJson.read(data.substring(0, end));
      return new StoredResponse(
          StoredResponse.Kind.valueOf(text(head, "kind")),
          OrderId.of(text(head, "orderId")),
          new CustomerId(text(head, "customerId")),
          version(head),
          head.get("by") == null ? Optional.empty() : Optional.of(acceptance(head)),
          data.substring(end + 1));
    }

    static Acceptance acceptance(String data) {
      return acceptance(WireJson.read(data));
    }

    private static Acceptance acceptance(Value.Fields head) {
      return new Acceptance(
          WireTime.parse(text(head, "acceptedAt")),
          new CustomerId(text(head, "by")),
          new CorrelationId(text(head, "correlationId")));
    }

    private static long version(Value.Fields head) {
      if (head.get("version") instanceof Value.Whole(long version)) {
        return version;
      }
      throw new IllegalStateException("an answer's record has no version");
    }

    private static String text(Value.Fields head, String name) {
      if (head.get(name) instanceof Value.Text(String text)) {
        return text;
      }
      throw new IllegalStateException("a record's data has no text " + name);
    }
  }
}
