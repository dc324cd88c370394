package localcloud.junit;

import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import localcloud.LocalCloud;
import localcloud.model.Arns;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** A running template, the clients that tests asked for, and what its functions wrote. */
final class SharedInstance implements AutoCloseable {
  private static final Map<Class<?>, Function<SharedInstance, SdkAutoCloseable>> CLIENTS =
      Map.of(
          DynamoDbClient.class,
          it -> it.client(DynamoDbClient.builder(), it.cloud.dynamoDbUrl()),
          DynamoDbStreamsClient.class,
          it -> it.client(DynamoDbStreamsClient.builder(), it.cloud.dynamoDbUrl()),
          LambdaClient.class,
          it -> it.client(LambdaClient.builder(), it.cloud.invokeUrl()),
          SnsClient.class,
          it -> it.client(SnsClient.builder(), it.cloud.snsUrl()),
          SqsClient.class,
          it -> it.client(SqsClient.builder(), it.cloud.sqsUrl()));

  private final RecentLines lines = new RecentLines();
  private final Map<Class<?>, SdkAutoCloseable> clients = new LinkedHashMap<>();
  private final LocalCloud cloud;

  SharedInstance(Path template, RunTemplate settings) {
    LocalCloud.Builder builder =
        LocalCloud.of(template)
            .onFreePorts()
            .strictIam(settings.strictIam())
            .aotCache(settings.aotCache())
            .maximumWorkers(settings.maximumWorkers())
            .logs((function, pid, line) -> lines.add(function + " " + line))
            .warnings(warning -> lines.add("local-cloud " + warning));
    for (String parameter : settings.parameters()) {
      int equals = parameter.indexOf('=');
      builder.parameter(parameter.substring(0, equals), parameter.substring(equals + 1));
    }
    this.cloud = builder.start();
  }

  LocalCloud cloud() {
    return cloud;
  }

  RecentLines lines() {
    return lines;
  }

  static boolean hasClient(Class<?> type) {
    return CLIENTS.containsKey(type);
  }

  synchronized SdkAutoCloseable client(Class<?> type) {
    SdkAutoCloseable known = clients.get(type);
    if (known == null) {
      known = CLIENTS.get(type).apply(this);
      clients.put(type, known);
    }
    return known;
  }

  private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(
      B builder, URI address) {
    return builder
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .endpointOverride(address)
        .httpClient(UrlConnectionHttpClient.create())
        .region(Region.of(Arns.REGION))
        .build();
  }

  @Override
  public void close() {
    try (cloud) {
      clients.values().forEach(SdkAutoCloseable::close);
    }
  }
}
