package orders.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * The pipeline that runs on this machine: its own issuer signs, and its trail has the log lines.
 */
final class LocalSurroundings implements Surroundings {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI control;
  private final HttpClient http = HttpClient.newHttpClient();

  LocalSurroundings(int invokePort) {
    control = URI.create("http://127.0.0.1:" + invokePort + "/_local/");
  }

  @Override
  public String token() throws InterruptedException {
    String scope = URLEncoder.encode("orders/read orders/write", StandardCharsets.UTF_8);
    return ask("POST", "token?sub=smoke-" + UUID.randomUUID() + "&scope=" + scope)
        .path("token")
        .asText();
  }

  @Override
  public int logLines(String correlationId, String orderId) throws InterruptedException {
    int lines = 0;
    for (JsonNode entry : ask("GET", "trail?key=" + orderId).path("entries")) {
      if (entry.path("room").asText().equals("log")
          && entry.path("text").asText().contains(correlationId)) {
        lines++;
      }
    }
    return lines;
  }

  @Override
  public List<String> ringingAlarms() {
    return List.of();
  }

  private JsonNode ask(String method, String path) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(control.resolve(path))
            .timeout(Duration.ofSeconds(10))
            .method(method, BodyPublishers.noBody())
            .build();
    try {
      return JSON.readTree(http.send(request, BodyHandlers.ofString()).body());
    } catch (IOException e) {
      throw new OpsException("asking " + control + " failed: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
