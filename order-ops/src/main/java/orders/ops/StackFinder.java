package orders.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import orders.wire.dynamodb.TableClients;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** Finds a pipeline: the one that runs here, or one on AWS by the name of its stack. */
public final class StackFinder {
  private static final ObjectMapper JSON = new ObjectMapper();

  private StackFinder() {}

  /**
   * Finds the pipeline that runs on this machine.
   *
   * @param given outputs that stand above what it tells
   */
  public static Stack local(int invokePort, Map<String, String> given) throws InterruptedException {
    Map<String, String> outputs = ask(invokePort, "outputs");
    outputs.putAll(given);
    Map<String, String> addresses = ask(invokePort, "addresses");
    AwsCredentialsProvider credentials =
        StaticCredentialsProvider.create(AwsBasicCredentials.create("orderops", "local"));
    return stack(outputs, credentials, Region.of("eu-west-1"), addresses);
  }

  /**
   * Finds a pipeline on AWS, with the credentials and the region that the AWS CLI would use.
   *
   * @param region empty for the one that is configured
   */
  public static Stack onAws(String stackName, Optional<String> region, Map<String, String> given)
      throws InterruptedException {
    Region where =
        region
            .map(Region::of)
            .orElseGet(() -> DefaultAwsRegionProviderChain.builder().build().getRegion());
    AwsCredentialsProvider credentials = DefaultCredentialsProvider.builder().build();
    Map<String, String> outputs =
        stackName.isEmpty()
            ? new HashMap<>()
            : new CloudFormation(credentials, where).outputs(stackName);
    outputs.putAll(given);
    return stack(outputs, credentials, where, Map.of());
  }

  private static Stack stack(
      Map<String, String> outputs,
      AwsCredentialsProvider credentials,
      Region region,
      Map<String, String> addresses) {
    return new Stack(
        outputs,
        built(TableClients.builder(), credentials, region, addresses.get("DynamoDB")),
        built(DynamoDbStreamsClient.builder(), credentials, region, addresses.get("DynamoDB")),
        built(SqsClient.builder(), credentials, region, addresses.get("SQS")),
        built(SnsClient.builder(), credentials, region, addresses.get("SNS")));
  }

  private static <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C built(
      B builder, AwsCredentialsProvider credentials, Region region, @Nullable String address) {
    builder
        .credentialsProvider(credentials)
        .region(region)
        .httpClientBuilder(UrlConnectionHttpClient.builder());
    if (address != null) {
      builder.endpointOverride(URI.create(address));
    }
    return builder.build();
  }

  private static Map<String, String> ask(int port, String what) throws InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + port + "/_local/" + what);
    try (HttpClient http = HttpClient.newHttpClient()) {
      String body =
          http.send(
                  HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build(),
                  BodyHandlers.ofString())
              .body();
      Map<String, String> texts = new HashMap<>();
      for (Map.Entry<String, JsonNode> entry : JSON.readTree(body).properties()) {
        texts.put(entry.getKey(), entry.getValue().asText());
      }
      return texts;
    } catch (IOException absent) {
      throw new OpsException(
          "nothing runs on 127.0.0.1:"
              + port
              + "; start it with `./orders up`, or name a stack on AWS with --stack-name",
          absent);
    }
  }
}
