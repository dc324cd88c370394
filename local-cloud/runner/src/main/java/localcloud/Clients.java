package localcloud;

import java.net.URI;
import localcloud.model.Arns;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The runner's own clients of the services, through their public fronts. */
final class Clients implements AutoCloseable {
  private final DynamoDbClient dynamoDb;
  private final DynamoDbStreamsClient streams;
  private final SqsClient sqs;

  Clients(URI dynamoDbUrl, URI sqsUrl) {
    StaticCredentialsProvider runner =
        StaticCredentialsProvider.create(AwsBasicCredentials.create("localcloud", "local"));
    Region region = Region.of(Arns.REGION);
    this.dynamoDb =
        DynamoDbClient.builder()
            .credentialsProvider(runner)
            .endpointOverride(dynamoDbUrl)
            .httpClient(UrlConnectionHttpClient.create())
            .region(region)
            .build();
    this.streams =
        DynamoDbStreamsClient.builder()
            .credentialsProvider(runner)
            .endpointOverride(dynamoDbUrl)
            .httpClient(UrlConnectionHttpClient.create())
            .region(region)
            .build();
    this.sqs =
        SqsClient.builder()
            .credentialsProvider(runner)
            .endpointOverride(sqsUrl)
            .httpClient(UrlConnectionHttpClient.create())
            .region(region)
            .build();
  }

  DynamoDbClient dynamoDb() {
    return dynamoDb;
  }

  DynamoDbStreamsClient streams() {
    return streams;
  }

  SqsClient sqs() {
    return sqs;
  }

  @Override
  public void close() {
    dynamoDb.close();
    streams.close();
    sqs.close();
  }
}
