package orders.proof.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import localcloud.LocalCloud;
import localcloud.junit.RunTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies, headers, cursors and tokens that no honest client sends. */
@RunTemplate(instance = "faults")
class HostileRequestsIT {
  private static final String GOOD =
      "{\"currency\":\"EUR\",\"lines\":[{\"sku\":\"A\",\"quantity\":1,\"unitPrice\":1}]}";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final LocalCloud cloud;

  HostileRequestsIT(LocalCloud cloud) {
    this.cloud = cloud;
  }

  private HttpRequest.Builder request(String path) {
    String token =
        cloud.token("mallory", Set.of("orders/read", "orders/write"), Duration.ofMinutes(5));
    return HttpRequest.newBuilder(URI.create(cloud.apiUrl() + path))
        .timeout(Duration.ofSeconds(60))
        .header("Authorization", "Bearer " + token)
        .header("Content-Type", "application/json");
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
    assertThat(answer.body()).doesNotContain("Exception", "arn:aws", "\tat ");
    return answer;
  }

  private int post(String body) throws IOException, InterruptedException {
    return send(request("/orders").POST(BodyPublishers.ofString(body))).statusCode();
  }

  @Test
  void a_body_of_ten_thousand_levels_is_malformed() throws Exception {
    assertThat(post("[".repeat(10_000) + "]".repeat(10_000))).isEqualTo(400);
    assertThat(post("{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000))).isEqualTo(400);
  }

  @Test
  void a_body_of_too_many_keys_or_bytes_is_too_large() throws Exception {
    StringBuilder keys = new StringBuilder("{");
    for (int i = 0; i < 40_000; i++) {
      keys.append("\"k").append(i).append("\":1,");
    }
    assertThat(post(keys.append("\"z\":1}").toString())).isEqualTo(413);
    assertThat(post("\"" + "x".repeat(5_000_000) + "\"")).isEqualTo(413);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"currency\":\"EUR\",\"currency\":\"EUR\"}",
        "{\"note\":\"\\ud800\"}",
        "{} {}",
        "[1]",
        "\"text\"",
        "nul",
        "{\"lines\":[}",
        "\u0000"
      })
  void what_is_no_json_object_is_malformed(String body) throws Exception {
    assertThat(post(body)).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1e400", "1e0", "1.0", "-1", "99999999999999999999999999", "\"1\"", "null", "[]"})
  void a_quantity_that_is_no_integer_in_range_is_invalid(String quantity) throws Exception {
    assertThat(post(GOOD.replace("\"quantity\":1", "\"quantity\":" + quantity))).isEqualTo(422);
  }

  @Test
  void a_zip_bomb_is_not_unpacked() throws Exception {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bomb)) {
      out.write(new byte[20_000_000]);
    }
    int status =
        send(request("/orders")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(bomb.toByteArray())))
            .statusCode();
    assertThat(status).isIn(400, 413, 415);
  }

  @Test
  void long_keys_and_cursors_and_broken_ids_are_refused() throws Exception {
    String tenThousand = "k".repeat(6_000);
    assertThat(
            send(request("/orders")
                    .header("Idempotency-Key", tenThousand)
                    .POST(BodyPublishers.ofString(GOOD)))
                .statusCode())
        .isIn(400, 431);
    assertThat(send(request("/orders?cursor=" + tenThousand).GET()).statusCode())
        .isIn(400, 414, 431);
    assertThat(send(request("/orders/..%2f..%2fetc").GET()).statusCode()).isEqualTo(404);
    assertThat(send(request("/orders/%0d%0aSet-Cookie:x").GET()).statusCode()).isEqualTo(404);
  }

  @Test
  void forged_and_foreign_tokens_are_unauthorized() throws Exception {
    String good = cloud.token("alice", Set.of("orders/read"), Duration.ofMinutes(5));
    String[] parts = good.split("\\.", -1);
    String none = encoded("{\"alg\":\"none\"}") + "." + parts[1] + ".";
    String hmac = encoded("{\"alg\":\"HS256\"}") + "." + parts[1] + "." + parts[2];
    String admin =
        parts[0] + "." + encoded("{\"sub\":\"alice\",\"scope\":\"orders/admin\"}") + "." + parts[2];
    for (String token : new String[] {none, hmac, admin, "x.y.z", "", good + "x", parts[1]}) {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(URI.create(cloud.apiUrl() + "/orders"))
                  .header("Authorization", "Bearer " + token)
                  .build(),
              BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(token).isEqualTo(401);
      assertThat(answer.body()).isEqualTo("{\"message\":\"Unauthorized\"}");
    }
    String expired = cloud.token("alice", Set.of("orders/read"), Duration.ofHours(-1));
    assertThat(
            http.send(
                    HttpRequest.newBuilder(URI.create(cloud.apiUrl() + "/orders"))
                        .header("Authorization", "Bearer " + expired)
                        .build(),
                    BodyHandlers.ofString())
                .statusCode())
        .isEqualTo(401);
  }

  private static String encoded(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
