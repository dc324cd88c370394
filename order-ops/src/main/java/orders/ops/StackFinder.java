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
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
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
    return stack(outputs, new Clients(credentials, Region.of("eu-west-1")), addresses);
  }

  /**
   * Finds a pipeline on AWS, with the credentials and the region that the AWS CLI would use.
   *
   * @param region empty for the one that is configured
   */
  public static Stack onAws(String stackName, Optional<String> region, Map<String, String> given)
      throws InterruptedException {
    Clients clients = clients(region);
    Map<String, String> outputs =
        stackName.isEmpty() ? new HashMap<>() : outputs(stackName, clients);
    outputs.putAll(given);
    return stack(outputs, clients, Map.of());
  }

  /** Returns what builds clients as the AWS CLI would. */
  static Clients clients(Optional<String> region) {
    Region where =
        region
            .map(Region::of)
            .orElseGet(() -> DefaultAwsRegionProviderChain.builder().build().getRegion());
    return new Clients(DefaultCredentialsProvider.builder().build(), where);
  }

  private static Map<String, String> outputs(String stackName, Clients clients) {
    try (CloudFormationClient stacks = clients.built(CloudFormationClient.builder())) {
      Map<String, String> outputs = new HashMap<>();
      stacks
          .describeStacks(it -> it.stackName(stackName))
          .stacks()
          .forEach(
              stack ->
                  stack.outputs().forEach(it -> outputs.put(it.outputKey(), it.outputValue())));
      if (outputs.isEmpty()) {
        throw new OpsException("stack " + stackName + " has no outputs");
      }
      return outputs;
    }
  }

  /** Whose clients of which Region. */
  record Clients(AwsCredentialsProvider credentials, Region region) {
    <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C built(B builder) {
      return built(builder, null);
    }

    <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C built(
        B builder, @Nullable String address) {
      builder
          .credentialsProvider(credentials)
          .region(region)
          .httpClientBuilder(UrlConnectionHttpClient.builder());
      if (address != null) {
        builder.endpointOverride(URI.create(address));
      }
      return builder.build();
    }
  }

  private static Stack stack(
      Map<String, String> outputs, Clients clients, Map<String, String> addresses) {
    return new Stack(
        outputs,
        clients.built(TableClients.builder(), addresses.get("DynamoDB")),
        clients.built(DynamoDbStreamsClient.builder(), addresses.get("DynamoDB")),
        clients.built(SqsClient.builder(), addresses.get("SQS")),
        clients.built(SnsClient.builder(), addresses.get("SNS")));
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
