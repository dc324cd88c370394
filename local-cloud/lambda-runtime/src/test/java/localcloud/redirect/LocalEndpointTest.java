package localcloud.redirect;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalEndpointTest {
  private final LocalEndpoint endpoints =
      new LocalEndpoint(
          Map.of(
              "AWS_ENDPOINT_URL", "http://127.0.0.1:1/_absent",
              "AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:2",
              "AWS_ENDPOINT_URL_LAMBDA", "http://127.0.0.1:3",
              "AWS_ENDPOINT_URL_SNS", "http://127.0.0.1:4",
              "AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:5"));

  @ParameterizedTest
  @CsvSource({
    "dynamodb.eu-west-1.amazonaws.com, http://127.0.0.1:2",
    "streams.dynamodb.eu-west-1.amazonaws.com, http://127.0.0.1:2",
    "123456789012.ddb.eu-west-1.amazonaws.com, http://127.0.0.1:2",
    "lambda.eu-west-1.amazonaws.com, http://127.0.0.1:3",
    "sns.eu-west-1.amazonaws.com, http://127.0.0.1:4",
    "SQS.eu-west-1.amazonaws.com, http://127.0.0.1:5",
    "eu-west-1.queue.amazonaws.com, http://127.0.0.1:5",
    "sqs.cn-north-1.amazonaws.com.cn, http://127.0.0.1:5",
    "sqs.eu-west-1.api.aws, http://127.0.0.1:5",
    "bucket.s3.eu-west-1.amazonaws.com, http://127.0.0.1:1/_absent",
  })
  void a_host_of_aws_has_a_local_address(String host, URI local) {
    assertThat(endpoints.of(host)).contains(local);
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1", "localhost", "example.com", "amazonaws.com.example.com"})
  void other_hosts_are_left_alone(String host) {
    assertThat(endpoints.of(host)).isEmpty();
  }

  @Test
  void a_path_is_put_under_the_path_of_its_address_once() {
    URI absent = URI.create("http://127.0.0.1:1/_absent");

    assertThat(LocalEndpoint.path(absent, "/bucket/key")).isEqualTo("/_absent/bucket/key");
    assertThat(LocalEndpoint.path(absent, "/_absent/bucket")).isEqualTo("/_absent/bucket");
    assertThat(LocalEndpoint.path(URI.create("http://127.0.0.1:5"), "/")).isEqualTo("/");
  }
}
