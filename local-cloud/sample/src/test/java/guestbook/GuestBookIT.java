package guestbook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import localcloud.LocalCloud;
import localcloud.functions.WorkerInfo;
import localcloud.junit.Output;
import localcloud.junit.RunTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

/** The guest book, which knows nothing of orders, runs whole on local-cloud. */
@RunTemplate(value = "template.yaml", strictIam = true)
class GuestBookIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void an_entry_goes_the_whole_way(
      LocalCloud cloud, SqsClient sqs, @Output("ReadersQueueUrl") String readers) throws Exception {
    HttpResponse<String> accepted =
        sign(cloud, token(cloud, "book/sign"), "{\"name\":\"Ann\",\"text\":\"Lovely stay.\"}");

    assertThat(accepted.statusCode()).isEqualTo(202);
    String id = JSON.readTree(accepted.body()).path("id").asText();
    assertThat(accepted.body()).contains("Thank you - your entry is number " + id);
    await(() -> read(cloud, id).statusCode() == 200);
    assertThat(JSON.readTree(read(cloud, id).body()).path("text").asText())
        .isEqualTo("Lovely stay.");
    assertThat(received(sqs, readers, "Ann")).isEqualTo("Ann wrote: Lovely stay.");
  }

  @Test
  void without_a_token_or_its_scope_the_gateway_refuses(LocalCloud cloud) throws Exception {
    String body = "{\"name\":\"Eve\",\"text\":\"?\"}";

    HttpResponse<String> withoutScope = sign(cloud, token(cloud, "book/read"), body);
    HttpResponse<String> withoutToken = sign(cloud, "", body);

    assertThat(withoutScope.statusCode()).isEqualTo(403);
    assertThat(withoutScope.body()).isEqualTo("{\"message\":\"Forbidden\"}");
    assertThat(withoutToken.statusCode()).isEqualTo(401);
    assertThat(withoutToken.body()).isEqualTo("{\"message\":\"Unauthorized\"}");
  }

  @Test
  void a_process_that_is_killed_is_replaced(LocalCloud cloud) throws Exception {
    read(cloud, "nothing");
    List<Long> before = pids(cloud, "SignFunction");

    before.forEach(cloud::kill);
    // A request that reached the dying process is lost with it, as on AWS; the next is answered.
    await(() -> read(cloud, "nothing").statusCode() == 404);

    assertThat(pids(cloud, "SignFunction")).isNotEmpty().doesNotContainAnyElementsOf(before);
  }

  @Test
  void outputs_are_resolved(LocalCloud cloud, DynamoDbClient dynamoDb) {
    String table = cloud.outputs().get("EntriesTable");

    assertThat(cloud.outputs())
        .containsEntry("BookUrl", cloud.apiUrl().toString())
        .containsEntry(
            "EntriesStream",
            dynamoDb.describeTable(describe -> describe.tableName(table)).table().latestStreamArn())
        .containsEntry("ReadersQueueUrl", cloud.sqsUrl() + "/000000000000/local-ReadersQueue");
  }

  @ParameterizedTest
  @CsvSource({
    "GET,outputs",
    "GET,state",
    "GET,queues/local-Unreadable/messages",
    "POST,token?sub=eve&scope=book/sign",
    "POST,queues/local-Signed/messages",
    "POST,queues/local-Unreadable/redrive",
    "POST,functions/SignFunction/redeploy",
    "POST,workers/1/kill",
    "PUT,faults",
    "DELETE,calls"
  })
  void the_control_api_refuses_pages_of_other_sites(String method, String path, LocalCloud cloud)
      throws Exception {
    // A page that may not read the answer can still send; one whose name was rebound sends no
    // Origin.
    for (String headers :
        List.of(
            "Host: 127.0.0.1\r\nOrigin: https://elsewhere.example",
            "Host: 127.0.0.1\r\nOrigin: null",
            "Host: elsewhere.example:" + cloud.invokePort())) {
      assertThat(raw(cloud.invokePort(), method + " /_local/" + path, headers))
          .startsWith("HTTP/1.1 403 ")
          .contains("only this machine may ask");
    }
    assertThat(raw(cloud.invokePort(), "GET /_local/outputs", "Host: localhost"))
        .startsWith("HTTP/1.1 200 ")
        .contains("local-Entries");
  }

  /** Sends what a client library would not let a test say. */
  private static String raw(int port, String request, String headers) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket
          .getOutputStream()
          .write(
              (request
                      + " HTTP/1.1\r\n"
                      + headers
                      + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void a_trail_tells_what_became_of_an_entry(LocalCloud cloud) throws Exception {
    HttpResponse<String> accepted =
        sign(cloud, token(cloud, "book/sign"), "{\"name\":\"Bob\",\"text\":\"Fine.\"}");
    String id = JSON.readTree(accepted.body()).path("id").asText();
    await(() -> read(cloud, id).statusCode() == 200);

    JsonNode trail =
        JSON.readTree(
            send(HttpRequest.newBuilder(cloud.invokeUrl().resolve("/_local/trail?key=" + id))
                    .build())
                .body());

    assertThat(trail.path("entries")).extracting(it -> it.path("room").asText()).contains("sqs");
  }

  private static String token(LocalCloud cloud, String scope) {
    return cloud.token("ann", Set.of(scope), Duration.ofMinutes(5));
  }

  private HttpResponse<String> sign(LocalCloud cloud, String token, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(cloud.apiUrl() + "/entries"))
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return send(request.build());
  }

  private HttpResponse<String> read(LocalCloud cloud, String id) {
    try {
      return send(HttpRequest.newBuilder(URI.create(cloud.apiUrl() + "/entries/" + id)).build());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static List<Long> pids(LocalCloud cloud, String function) {
    return cloud.workers().stream()
        .filter(worker -> worker.function().equals(function))
        .map(WorkerInfo::pid)
        .toList();
  }

  /** Returns the first message that begins so. */
  private static String received(SqsClient sqs, String queueUrl, String beginning) {
    List<String> found = new ArrayList<>();
    await(
        () -> {
          for (Message message :
              sqs.receiveMessage(
                      receive ->
                          receive.queueUrl(queueUrl).maxNumberOfMessages(10).waitTimeSeconds(1))
                  .messages()) {
            found.add(message.body());
          }
          return found.stream().anyMatch(it -> it.startsWith(beginning));
        });
    return found.stream().filter(it -> it.startsWith(beginning)).findFirst().orElseThrow();
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + DEADLINE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("within " + DEADLINE).isLessThan(end);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }
}
