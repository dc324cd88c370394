package orders.api.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import orders.api.application.Acceptance;
import orders.api.application.IdempotencyStore;
import orders.api.application.IdempotencyStore.Claim;
import orders.api.application.IdempotencyStore.Lease;
import orders.api.application.IdempotencyStoreContract;
import orders.api.application.StoredResponse;
import orders.domain.CorrelationId;
import orders.domain.CustomerId;
import orders.domain.Fingerprint;
import orders.domain.OrderId;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

@TestInstance(Lifecycle.PER_CLASS)
class PowertoolsIdempotencyStoreIT extends IdempotencyStoreContract {
  private static final Fingerprint FINGERPRINT = new Fingerprint("1".repeat(64));

  private static final Acceptance ACCEPTANCE =
      new Acceptance(Instant.EPOCH, new CustomerId("alice"), new CorrelationId("c"));

  private final LocalServices.RequestCount count = new LocalServices.RequestCount();
  private DynamoDbClient client;
  private String table;

  @BeforeAll
  void makeTable() {
    client = LocalServices.dynamoDb(count);
    table = LocalServices.newIdempotencyTable(client);
  }

  @Override
  protected IdempotencyStore store() {
    return new PowertoolsIdempotencyStore(client, table, InstantSource.system());
  }

  @Test
  void a_new_request_costs_two_writes() {
    count.reset();

    Lease lease =
        leaseOf(store().claim(UUID.randomUUID(), FINGERPRINT, ACCEPTANCE, Duration.ofSeconds(9)));
    store().complete(lease, answer(lease.key()));

    assertThat(count.requests).hasValue(2);
    assertThat(count.units()).isEqualTo(2);
  }

  @Test
  void a_new_request_under_a_new_key_costs_one() {
    UUID key = UUID.randomUUID();
    count.reset();

    store().keep(key, FINGERPRINT, answer(key));

    assertThat(count.requests).hasValue(1);
    assertThat(count.units()).isEqualTo(1);
  }

  @Test
  void an_answer_outlives_queue_and_dead_letter_queue_and_then_goes() {
    Lease lease =
        leaseOf(store().claim(UUID.randomUUID(), FINGERPRINT, ACCEPTANCE, Duration.ofSeconds(9)));
    store().complete(lease, answer(lease.key()));

    Instant expires =
        Instant.ofEpochSecond(Long.parseLong(item(lease.key()).get("expiration").n()));
    assertThat(expires)
        .isBetween(
            Instant.now().plus(Duration.ofDays(34)), Instant.now().plus(Duration.ofDays(36)));
  }

  @Test
  void what_is_tried_again_because_its_reply_was_lost_is_still_ours() {
    DynamoDbClient losesReplies =
        new DynamoDbClient() {
          @Override
          public PutItemResponse putItem(PutItemRequest request) {
            client.putItem(request);
            return client.putItem(request);
          }

          @Override
          public UpdateItemResponse updateItem(UpdateItemRequest request) {
            client.updateItem(request);
            return client.updateItem(request);
          }

          @Override
          public GetItemResponse getItem(GetItemRequest request) {
            return client.getItem(request);
          }

          @Override
          public String serviceName() {
            return client.serviceName();
          }

          @Override
          public void close() {}
        };
    IdempotencyStore store =
        new PowertoolsIdempotencyStore(losesReplies, table, InstantSource.system());
    UUID key = UUID.randomUUID();

    assertThat(store.claim(key, FINGERPRINT, ACCEPTANCE, Duration.ofSeconds(9)))
        .isInstanceOf(Claim.Taken.class);
    UUID newKey = UUID.randomUUID();
    store.keep(newKey, FINGERPRINT, answer(newKey));
    assertThat(store.find(newKey)).contains(answer(newKey));
  }

  @Test
  void a_record_has_the_names_of_powertools_and_says_who_asked_for_an_order() {
    UUID key = UUID.randomUUID();
    Lease lease = leaseOf(store().claim(key, FINGERPRINT, ACCEPTANCE, Duration.ofSeconds(9)));
    assertThat(item(key))
        .containsOnlyKeys(
            "id", "status", "expiration", "in_progress_expiration", "validation", "data", "lease")
        .containsEntry("status", AttributeValue.fromS("INPROGRESS"))
        .containsEntry("validation", AttributeValue.fromS(FINGERPRINT.value()));

    store()
        .complete(
            lease,
            new StoredResponse(
                StoredResponse.Kind.ORDER,
                new OrderId(key),
                new CustomerId("bob"),
                0,
                Optional.of(ACCEPTANCE),
                "{}"));

    assertThat(item(key)).containsEntry("status", AttributeValue.fromS("COMPLETED"));
    assertThat(item(key).get("data").s())
        .endsWith(
            "\"acceptedAt\":\"1970-01-01T00:00:00.000Z\",\"by\":\"alice\",\"correlationId\":\"c\"}\n"
                + "{}");
  }

  @Test
  void an_answer_that_was_kept_without_how_its_order_was_accepted_is_still_given() {
    UUID key = UUID.randomUUID();
    client.putItem(
        put ->
            put.tableName(table)
                .item(
                    Map.of(
                        "id", AttributeValue.fromS(key.toString()),
                        "status", AttributeValue.fromS("COMPLETED"),
                        "expiration", AttributeValue.fromN("1"),
                        "validation", AttributeValue.fromS(FINGERPRINT.value()),
                        "data",
                            AttributeValue.fromS(
                                "{\"kind\":\"ORDER\",\"orderId\":\""
                                    + key
                                    + "\",\"customerId\":\"alice\",\"version\":0}\n{}"))));

    assertThat(store().find(key)).contains(answer(key));
  }

  private Map<String, AttributeValue> item(UUID key) {
    return client
        .getItem(
            get -> get.tableName(table).key(Map.of("id", AttributeValue.fromS(key.toString()))))
        .item();
  }

  private static Lease leaseOf(Claim claim) {
    if (claim instanceof Claim.Taken(Lease lease)) {
      return lease;
    }
    throw new AssertionError("not taken: " + claim);
  }

  private static StoredResponse answer(UUID key) {
    return new StoredResponse(
        StoredResponse.Kind.ORDER,
        new OrderId(key),
        new CustomerId("alice"),
        0,
        Optional.empty(),
        "{}");
  }
}
