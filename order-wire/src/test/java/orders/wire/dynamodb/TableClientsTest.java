package orders.wire.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import orders.lambda.testing.CollidingNames;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class TableClientsTest {
  @Test
  void no_choice_of_names_makes_an_item_unreadable() {
    List<String> names = CollidingNames.of(1000);
    int[] next = {0};

    try (DynamoDbClient client = clientOf(() -> item(twenty(names, next[0])))) {
      for (; next[0] < names.size(); next[0] += 20) {
        Map<String, AttributeValue> item =
            client
                .getItem(get -> get.tableName("t").key(Map.of("k", AttributeValue.fromS("k"))))
                .item();

        assertThat(item.keySet()).containsExactlyInAnyOrderElementsOf(twenty(names, next[0]));
      }
    }
  }

  private static List<String> twenty(List<String> names, int from) {
    return names.subList(from, from + 20);
  }

  private static String item(List<String> names) {
    return names.stream()
        .map(name -> "\"" + name + "\":{\"S\":\"v\"}")
        .collect(Collectors.joining(",", "{\"Item\":{", "}}"));
  }

  private static DynamoDbClient clientOf(Supplier<String> answers) {
    return TableClients.builder()
        .region(Region.EU_WEST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .httpClient(new AnsweringHttpClient(answers))
        .build();
  }

  /** The service's end of the wire. */
  private record AnsweringHttpClient(Supplier<String> answers) implements SdkHttpClient {
    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
      return new ExecutableHttpRequest() {
        @Override
        public HttpExecuteResponse call() {
          byte[] body = answers.get().getBytes(StandardCharsets.UTF_8);
          return HttpExecuteResponse.builder()
              .response(SdkHttpResponse.builder().statusCode(200).build())
              .responseBody(AbortableInputStream.create(new ByteArrayInputStream(body)))
              .build();
        }

        @Override
        public void abort() {}
      };
    }

    @Override
    public void close() {}
  }
}
