package orders.benchmarks.baselines.powertools;

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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.lambda.powertools.idempotency.Idempotency;
import software.amazon.lambda.powertools.idempotency.IdempotencyConfig;
import software.amazon.lambda.powertools.idempotency.IdempotencyKey;
import software.amazon.lambda.powertools.idempotency.Idempotent;
import software.amazon.lambda.powertools.idempotency.persistence.DynamoDBPersistenceStore;
import software.amazon.lambda.powertools.logging.Logging;

/**
 * An SQS batch as the Powertools examples handle it: logging on Log4j, and each message idempotent
 * by a record that is taken before and completed after it. The loop over the batch stands for
 * Powertools' batch utility, and does less.
 */
public final class PowertoolsHandler implements RequestHandler<SQSEvent, SQSBatchResponse> {
  private static final Logger LOG = LoggerFactory.getLogger(PowertoolsHandler.class);

  private final DynamoDbClient dynamoDb = DynamoDbClient.create();
  private final ObjectMapper json = new ObjectMapper();
  private final String table = System.getenv("ORDERS_TABLE");

  /** Called once for each execution environment, by Lambda. */
  public PowertoolsHandler() {
    Idempotency.config()
        .withConfig(IdempotencyConfig.builder().withEventKeyJMESPath("messageId").build())
        .withPersistenceStore(
            DynamoDBPersistenceStore.builder()
                .withTableName(System.getenv("IDEMPOTENCY_TABLE"))
                .build())
        .configure();
  }

  /** As much of a message's body as is stored. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record PlacedOrder(String orderId, String acceptedAt, String by, JsonNode order) {}

  @Override
  @Logging
  public SQSBatchResponse handleRequest(SQSEvent event, Context context) {
    Idempotency.registerLambdaContext(context);
    List<SQSBatchResponse.BatchItemFailure> failures = new ArrayList<>();
    for (SQSEvent.SQSMessage message : event.getRecords()) {
      try {
        store(message);
        LOG.info("stored the order of message {}", message.getMessageId());
      } catch (JsonProcessingException | RuntimeException e) {
        LOG.error("could not store message {}", message.getMessageId(), e);
        failures.add(new SQSBatchResponse.BatchItemFailure(message.getMessageId()));
      }
    }
    return new SQSBatchResponse(failures);
  }

  /**
   * Stores a message's order, once.
   *
   * @return its id: what an idempotent method returns is kept
   */
  @Idempotent
  public String store(@IdempotencyKey SQSEvent.SQSMessage message) throws JsonProcessingException {
    PlacedOrder placed = json.readValue(message.getBody(), PlacedOrder.class);
    dynamoDb.putItem(
        put ->
            put.tableName(table)
                .item(
                    Map.of(
                        "orderId", AttributeValue.fromS(placed.orderId()),
                        "acceptedAt", AttributeValue.fromS(placed.acceptedAt()),
                        "by", AttributeValue.fromS(placed.by()),
                        "contents", AttributeValue.fromS(placed.order().toString()))));
    return placed.orderId();
  }
}
