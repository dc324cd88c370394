package orders.processor.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import orders.lambda.Environment;
import orders.lambda.SdkClients;
import orders.processor.application.Delivery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableRequest;
import software.amazon.awssdk.services.sqs.SqsClient;

/** A service that does not answer, or never comes to an end, is given up in time. */
class SlowServiceTest {
  private static final Duration CALL_TIMEOUT = Duration.ofMillis(600);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final DescribeTableRequest REQUEST =
      DescribeTableRequest.builder()
          .tableName("orders")
          .overrideConfiguration(
              request ->
                  request.credentialsProvider(
                      StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"))))
          .build();

  private final ExecutorService connections = Executors.newVirtualThreadPerTaskExecutor();
  private ServerSocket server;

  @BeforeEach
  void open() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    server.close();
    connections.shutdownNow();
  }

  @Test
  void no_answer_ends_the_call() {
    serve(connection -> connection.getInputStream().transferTo(OutputStream.nullOutputStream()));

    assertTheCallEnds();
  }

  @Test
  void an_answer_that_trickles_for_ever_ends_the_call() {
    serve(
        connection -> {
          InputStream request = connection.getInputStream();
          assertThat(request.read(new byte[100_000])).isPositive();
          OutputStream out = connection.getOutputStream();
          out.write(
              "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          while (true) {
            out.write(' ');
            out.flush();
            TimeUnit.MILLISECONDS.sleep(20);
          }
        });

    assertTheCallEnds();
  }

  @Test
  void ten_dead_letters_take_no_longer_than_one_call_when_the_queue_hangs() {
    serve(connection -> connection.getInputStream().transferTo(OutputStream.nullOutputStream()));
    Map<Delivery, String> letters = new LinkedHashMap<>();
    for (int i = 0; i < 10; i++) {
      // Each needs a request of its own.
      letters.put(new Delivery("m" + i, "h", 10, "b".repeat(1_000_000), Map.of()), "why");
    }
    AtomicInteger asked = new AtomicInteger();
    try (SqsClient client =
        SqsClient.builder()
            .endpointOverride(URI.create("http://127.0.0.1:" + server.getLocalPort()))
            .region(Region.EU_WEST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .overrideConfiguration(override -> override.apiCallTimeout(CALL_TIMEOUT))
            .build()) {
      SqsRedeliveryControl queue =
          new SqsRedeliveryControl(
              () -> {
                asked.incrementAndGet();
                return client;
              },
              "http://127.0.0.1:" + server.getLocalPort() + "/queue",
              "http://127.0.0.1:" + server.getLocalPort() + "/dead-letters",
              CALL_TIMEOUT);

      assertThat(assertTimeoutPreemptively(PATIENCE, () -> queue.deadLetter(letters))).isEmpty();
    }
    // One to its timeout, and a second if it ended a moment too soon.
    assertThat(asked).as("requests, each of which hangs to its timeout").hasValueLessThan(3);
  }

  private void assertTheCallEnds() {
    Environment environment =
        new Environment(Map.of("AWS_REGION", "eu-west-1", "AWS_ACCESS_KEY_ID", "test"));
    try (DynamoDbClient client =
        SdkClients.of(environment, CALL_TIMEOUT)
            .build(
                DynamoDbClient.builder()
                    .endpointOverride(URI.create("http://127.0.0.1:" + server.getLocalPort())))) {
      assertTimeoutPreemptively(
          PATIENCE,
          () ->
              assertThatExceptionOfType(ApiCallTimeoutException.class)
                  .isThrownBy(() -> client.describeTable(REQUEST)));
    }
  }

  /** What the service does with a connection. */
  @FunctionalInterface
  private interface Service {
    void serve(Socket connection) throws IOException, InterruptedException;
  }

  private void serve(Service service) {
    connections.execute(
        () -> {
          while (true) {
            try {
              Socket connection = server.accept();
              connections.execute(() -> serve(service, connection));
            } catch (IOException closed) {
              return;
            }
          }
        });
  }

  private static void serve(Service service, Socket connection) {
    try (connection) {
      service.serve(connection);
    } catch (IOException | InterruptedException gone) {
      // The caller gave up, as it should.
    }
  }
}
