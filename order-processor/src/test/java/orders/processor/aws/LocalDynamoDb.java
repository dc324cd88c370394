package orders.processor.aws;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.UUID;
import localcloud.services.DynamoDbProcess;
import localcloud.services.Installation;
import orders.wire.OrderItem;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** DynamoDB Local in a process of its own, for one test class. */
public final class LocalDynamoDb implements AutoCloseable {
  private final DynamoDbProcess process;
  private final URI endpoint;

  private LocalDynamoDb(DynamoDbProcess process, URI endpoint) {
    this.process = process;
    this.endpoint = endpoint;
  }

  public static LocalDynamoDb start() throws IOException, InterruptedException {
    DynamoDbProcess process =
        DynamoDbProcess.start(Installation.find(), Optional.empty(), System.err::println);
    return new LocalDynamoDb(process, URI.create("http://127.0.0.1:" + process.port()));
  }

  public URI endpoint() {
    return endpoint;
  }

  public DynamoDbClient client(ExecutionInterceptor... interceptors) {
    return DynamoDbClient.builder()
        .endpointOverride(endpoint)
        .region(Region.EU_WEST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .overrideConfiguration(
            override -> {
              for (ExecutionInterceptor interceptor : interceptors) {
                override.addExecutionInterceptor(interceptor);
              }
            })
        .build();
  }

  /** Makes a table of a name that no other test has. */
  public String newTable() {
    String table = "Orders-" + UUID.randomUUID();
    try (DynamoDbClient client = client()) {
      client.createTable(
          create ->
              create
                  .tableName(table)
                  .billingMode(BillingMode.PAY_PER_REQUEST)
                  .attributeDefinitions(
                      AttributeDefinition.builder()
                          .attributeName(OrderItem.ORDER_ID)
                          .attributeType(ScalarAttributeType.S)
                          .build())
                  .keySchema(
                      KeySchemaElement.builder()
                          .attributeName(OrderItem.ORDER_ID)
                          .keyType(KeyType.HASH)
                          .build()));
    }
    return table;
  }

  @Override
  public void close() {
    process.close();
  }
}
