package localcloud.services;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class AbsentServicesTest {
  @Test
  void a_service_that_does_not_run_here_is_named_in_the_answer_and_in_one_warning()
      throws Exception {
    List<String> warnings = new CopyOnWriteArrayList<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(AbsentServices.PATH, new AbsentServices(warnings::add));
    server.start();
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI address =
          URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/_absent/bucket/key");
      HttpRequest request =
          HttpRequest.newBuilder(address)
              .header(
                  "Authorization",
                  "AWS4-HMAC-SHA256 Credential=Greeter/20260101/eu-central-1/s3/aws4_request, x")
              .build();
      for (int call = 1; call <= 2; call++) {
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(501);
        assertThat(answer.body()).contains("<Message>S3 does not run here</Message>");
      }
    } finally {
      server.stop(0);
    }

    assertThat(warnings).containsExactly("Greeter called a service of AWS: S3 does not run here");
  }
}
