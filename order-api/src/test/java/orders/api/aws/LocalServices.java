package orders.api.aws;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.DoubleAdder;
import localcloud.services.DynamoDbProcess;
import localcloud.services.ElasticMqProcess;
import localcloud.services.Installation;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;
import software.amazon.awssdk.services.sqs.SqsClient;

/** DynamoDB Local and ElasticMQ, started once for all tests of this module, ending with them. */
final class LocalServices {
  private static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));
  private static final AtomicInteger NAMES = new AtomicInteger();

  private LocalServices() {}

  private static final class DynamoDb {
    static final int PORT = start();

    private static int start() {
      try {
        return DynamoDbProcess.start(Installation.find(), Optional.empty(), line -> {}).port();
      } catch (IOException unstartable) {
        throw new UncheckedIOException(unstartable);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(interrupted);
      }
    }
  }

  private static final class ElasticMq {
    static final int PORT = start();

    private static int start() {
      try {
        return ElasticMqProcess.start(Installation.find(), 9324, Optional.empty(), line -> {})
            .port();
      } catch (IOException unstartable) {
        throw new UncheckedIOException(unstartable);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(interrupted);
      }
    }
  }

  /** Counts requests that were answered, and the capacity units that they used. */
  static final class RequestCount implements ExecutionInterceptor {
    final AtomicInteger requests = new AtomicInteger();
    private final DoubleAdder units = new DoubleAdder();

    void reset() {
      requests.set(0);
      units.reset();
    }

    /** Returns the read and write units, as DynamoDB told them. */
    double units() {
      return units.sum();
    }

    @Override
    public SdkRequest modifyRequest(
        Context.ModifyRequest context, ExecutionAttributes executionAttributes) {
      ReturnConsumedCapacity total = ReturnConsumedCapacity.TOTAL;
      return switch (context.request()) {
        case GetItemRequest get -> get.copy(it -> it.returnConsumedCapacity(total));
        case QueryRequest query -> query.copy(it -> it.returnConsumedCapacity(total));
        case PutItemRequest put -> put.copy(it -> it.returnConsumedCapacity(total));
        case UpdateItemRequest update -> update.copy(it -> it.returnConsumedCapacity(total));
        case SdkRequest other -> other;
      };
    }

    @Override
    public void afterExecution(
        Context.AfterExecution context, ExecutionAttributes executionAttributes) {
      requests.incrementAndGet();
      switch (context.response()) {
        case GetItemResponse got -> units.add(got.consumedCapacity().capacityUnits());
        case QueryResponse found -> units.add(found.consumedCapacity().capacityUnits());
        case PutItemResponse put -> units.add(put.consumedCapacity().capacityUnits());
        case UpdateItemResponse updated -> units.add(updated.consumedCapacity().capacityUnits());
        case SdkResponse other -> {
          // Of tables, which cost nothing.
        }
      }
    }
  }

  static DynamoDbClient dynamoDb(ExecutionInterceptor interceptor) {
    return DynamoDbClient.builder()
        .region(Region.EU_WEST_1)
        .credentialsProvider(CREDENTIALS)
        .httpClient(UrlConnectionHttpClient.create())
        .endpointOverride(URI.create("http://127.0.0.1:" + DynamoDb.PORT))
        .overrideConfiguration(overrides -> overrides.addExecutionInterceptor(interceptor))
        .build();
  }

  static SqsClient sqs() {
    return SqsClient.builder()
        .region(Region.EU_WEST_1)
        .credentialsProvider(CREDENTIALS)
        .httpClient(UrlConnectionHttpClient.create())
        .endpointOverride(URI.create("http://127.0.0.1:" + ElasticMq.PORT))
        .build();
  }

  static String newName(String what) {
    return what + "-" + NAMES.incrementAndGet();
  }

  static String newIdempotencyTable(DynamoDbClient client) {
    String name = newName("Idempotency");
    client.createTable(
        table ->
            table
                .tableName(name)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(text("id"))
                .keySchema(key("id", KeyType.HASH)));
    return name;
  }

  /** Makes a table like that of the template. */
  static String newOrdersTable(DynamoDbClient client) {
    String name = newName("Orders");
    client.createTable(
        table ->
            table
                .tableName(name)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(
                    text("orderId"),
                    text("customerId"),
                    text("statusShard"),
                    text("reference"),
                    text("placedAtOrderId"))
                .keySchema(key("orderId", KeyType.HASH))
                .globalSecondaryIndexes(
                    index("CustomerOrders", "customerId"),
                    index("StatusOrders", "statusShard"),
                    keysOf("ReferenceOrders", "reference")));
    return name;
  }

  private static GlobalSecondaryIndex index(String name, String partition) {
    return GlobalSecondaryIndex.builder()
        .indexName(name)
        .keySchema(key(partition, KeyType.HASH), key("placedAtOrderId", KeyType.RANGE))
        .projection(
            projection ->
                projection
                    .projectionType(ProjectionType.INCLUDE)
                    .nonKeyAttributes(
                        partition.equals("customerId") ? "reference" : "customerId",
                        "status",
                        "version",
                        "placedAt",
                        "updatedAt",
                        "currency",
                        "total",
                        "lines",
                        "metadata",
                        "shipment"))
        .build();
  }

  private static GlobalSecondaryIndex keysOf(String name, String partition) {
    return GlobalSecondaryIndex.builder()
        .indexName(name)
        .keySchema(key(partition, KeyType.HASH), key("placedAtOrderId", KeyType.RANGE))
        .projection(projection -> projection.projectionType(ProjectionType.KEYS_ONLY))
        .build();
  }

  private static AttributeDefinition text(String name) {
    return AttributeDefinition.builder()
        .attributeName(name)
        .attributeType(ScalarAttributeType.S)
        .build();
  }

  private static KeySchemaElement key(String name, KeyType type) {
    return KeySchemaElement.builder().attributeName(name).keyType(type).build();
  }
}
