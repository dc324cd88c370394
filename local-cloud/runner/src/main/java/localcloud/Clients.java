package localcloud;

import java.net.URI;
import localcloud.events.QuickQueues;
import localcloud.events.QuickStreams;
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
  private static final String CALLER = "localcloud";

  private final DynamoDbClient dynamoDb;
  private final DynamoDbStreamsClient streams;
  private final SqsClient sqs;
  private final DynamoDbStreamsClient quickStreams;
  private final SqsClient quickQueues;

  Clients(URI dynamoDbUrl, URI sqsUrl) {
    StaticCredentialsProvider runner =
        StaticCredentialsProvider.create(AwsBasicCredentials.create(CALLER, "local"));
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
    this.quickStreams = new QuickStreams(streams, dynamoDbUrl.getPort(), CALLER);
    this.quickQueues = new QuickQueues(sqs, sqsUrl.getPort(), CALLER);
  }

  DynamoDbClient dynamoDb() {
    return dynamoDb;
  }

  /** For what reads streams all the time. */
  DynamoDbStreamsClient quickStreams() {
    return quickStreams;
  }

  /** For what receives and deletes messages all the time; it can do nothing else. */
  SqsClient quickQueues() {
    return quickQueues;
  }

  SqsClient sqs() {
    return sqs;
  }

  @Override
  public void close() {
    quickStreams.close();
    quickQueues.close();
    dynamoDb.close();
    streams.close();
    sqs.close();
  }
}
