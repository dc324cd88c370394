package orders.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

/**
 * Stands before DynamoDB, passes every request on, and counts them and the capacity units that they
 * use, which it asks DynamoDB to tell. Safe for use by many threads.
 */
final class CapacityMeter implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI dynamoDb;
  private final HttpServer server;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private long requests;
  private double units;

  /**
   * What was counted.
   *
   * @param units read and write capacity units, of table and indexes
   */
  record Count(long requests, double units) {}

  CapacityMeter(URI dynamoDb) throws IOException {
    this.dynamoDb = dynamoDb;
    server = LoopbackServer.start("/", this::pass);
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Returns what was counted since the last time. */
  synchronized Count take() {
    Count count = new Count(requests, units);
    requests = 0;
    units = 0;
    return count;
  }

  private void pass(HttpExchange exchange) throws IOException {
    try (exchange) {
      ObjectNode asked = (ObjectNode) JSON.readTree(exchange.getRequestBody());
      asked.put("ReturnConsumedCapacity", "TOTAL");
      HttpRequest.Builder request =
          HttpRequest.newBuilder(dynamoDb)
              .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(asked)));
      for (String name : List.of("X-Amz-Target", "Content-Type", "Authorization", "X-Amz-Date")) {
        String value = exchange.getRequestHeaders().getFirst(name);
        if (value != null) {
          request.header(name, value);
        }
      }
      HttpResponse<byte[]> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      count(JSON.readTree(answer.body()).path("ConsumedCapacity"));
      exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
      exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
      exchange.getResponseBody().write(answer.body());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void count(JsonNode consumed) {
    requests++;
    for (JsonNode one : consumed.isArray() ? consumed : JSON.createArrayNode().add(consumed)) {
      units += one.path("CapacityUnits").asDouble();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    http.close();
  }
}
