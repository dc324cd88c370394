package orders.systemtests.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import localcloud.LocalCloud;
import localcloud.journal.Journal;
import localcloud.junit.RunTemplate;
import orders.openapi.OpenApi;
import orders.systemtests.Await;
import orders.systemtests.client.Descriptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bodies, headers, cursors and tokens that no honest client sends. Every answer must be one that
 * openapi.yaml has.
 */
@RunTemplate(instance = "faults")
class HostileRequestsIT {
  private static final String GOOD =
      "{\"currency\":\"EUR\",\"lines\":[{\"sku\":\"A\",\"quantity\":1,\"unitPrice\":1}]}";
  private static final String TEN_KB = "k".repeat(10 * 1024);

  /** As much as a head has room for beside the token. */
  private static final String SIX_KB = "k".repeat(6 * 1024);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final LocalCloud cloud;
  private OpenApi description;

  @SuppressWarnings("NullAway.Init")
  HostileRequestsIT(LocalCloud cloud) {
    this.cloud = cloud;
  }

  @BeforeEach
  void ask() throws InterruptedException {
    description =
        Descriptions.of(http, URI.create(cloud.apiUrl().toString().replaceAll("/+$", "")));
  }

  private String token() {
    return cloud.token("mallory", Set.of("orders/read", "orders/write"), Duration.ofMinutes(5));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
            URI.create(cloud.apiUrl().toString().replaceAll("/+$", "") + path))
        .timeout(Duration.ofSeconds(60))
        .header("Authorization", "Bearer " + token())
        .header("Content-Type", "application/json");
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
    assertThat(answer.body()).doesNotContain("Exception", "arn:aws", "\tat ");
    if (answer.statusCode() == 503) {
      return send(request); // a busy machine's, and no answer to what was asked
    }
    assertThat(description.undocumentedAnswer(Descriptions.exchange(Map.of(), "", answer)))
        .as(answer.statusCode() + " " + answer.body())
        .isEmpty();
    return answer;
  }

  private HttpResponse<String> post(String body) throws IOException, InterruptedException {
    return send(request("/orders").POST(BodyPublishers.ofString(body)));
  }

  /** Sends bytes as they are, and returns what comes back before the other side closes. */
  private String raw(String head, String body) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), cloud.apiUrl().getPort())) {
      socket.setSoTimeout(60_000);
      try {
        OutputStream out = socket.getOutputStream();
        out.write((head + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
        out.write(body.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
      } catch (SocketException refused) {
        // It has heard enough; what it said is read below.
        assertThat(refused).hasMessageNotContaining("connect");
      }
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  @Test
  void a_body_of_ten_thousand_levels_is_malformed() throws Exception {
    for (String body :
        List.of(
            "[".repeat(10_000) + "]".repeat(10_000),
            "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000),
            "[".repeat(10_000))) {
      assertThat(post(body).statusCode()).isEqualTo(400);
    }
  }

  @Test
  void a_body_of_a_million_keys_is_too_large() throws Exception {
    StringBuilder keys = new StringBuilder("{");
    for (int i = 0; i < 1_000_000; i++) {
      keys.append('"').append(Integer.toString(i, 36)).append("\":1,");
    }
    assertThat(post(keys.append("\"z\":1}").toString()).statusCode()).isEqualTo(413);
  }

  @Test
  void as_many_keys_as_a_body_has_room_for_are_told_of_in_an_answer_of_bounded_length()
      throws Exception {
    StringBuilder keys = new StringBuilder("{\"z\":1");
    for (int i = 0; keys.length() < 250_000; i++) {
      keys.append(",\"k").append(i).append("\":1");
    }
    HttpResponse<String> answer = post(keys.append('}').toString());
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.body()).hasSizeLessThan(64 * 1024);
  }

  @Test
  void a_body_of_fifty_megabytes_is_not_waited_for() throws Exception {
    String claimed =
        raw(
            "POST /orders HTTP/1.1\r\nHost: x\r\nContent-Length: 52428800",
            "{\"note\":\"" + "x".repeat(1_000));
    assertThat(claimed).startsWith("HTTP/1.1 413 ");
    assertThat(post("\"" + "x".repeat(5_000_000) + "\"").statusCode()).isEqualTo(413);
  }

  @Test
  void fifty_megabytes_that_nobody_announced_are_cut_off() throws Exception {
    String chunk = "100000\r\n" + "x".repeat(0x100000) + "\r\n";
    String head = "POST /orders HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked";
    String answer;
    try {
      answer = raw(head, chunk.repeat(50) + "0\r\n\r\n");
    } catch (SocketException reset) {
      answer = "";
    }
    // The reset that follows the answer may overtake it.
    assertThat(answer).matches("(?s)(HTTP/1.1 413 .*)?");
    assertThat(post(GOOD).statusCode()).isEqualTo(202);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"currency\":\"EUR\",\"currency\":\"EUR\"}",
        "{\"metadata\":{\"a\":\"1\",\"\\u0061\":\"1\"}}",
        "{} {}",
        "[1]",
        "\"text\"",
        "nul",
        "{\"lines\":[}",
        "\u0000"
      })
  void what_is_no_json_object_is_malformed(String body) throws Exception {
    assertThat(post(body).statusCode()).isEqualTo(400);
  }

  @Test
  void a_lone_surrogate_is_malformed_escaped_or_in_bytes() throws Exception {
    assertThat(post("{\"note\":\"\\ud800\"}").statusCode()).isEqualTo(400);
    assertThat(post("{\"note\":\"\\udc00\\ud800\"}").statusCode()).isEqualTo(400);
    byte[] surrogate = {
      '{', '"', 'a', '"', ':', '"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"', '}'
    };
    assertThat(send(request("/orders").POST(BodyPublishers.ofByteArray(surrogate))).statusCode())
        .isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1e400", "1e0", "1.0", "-1", "99999999999999999999999999", "\"1\"", "null", "[]"})
  void a_quantity_that_is_no_integer_in_range_is_invalid(String quantity) throws Exception {
    assertThat(post(GOOD.replace("\"quantity\":1", "\"quantity\":" + quantity)).statusCode())
        .isEqualTo(422);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e400", "1e-400", "1e2147483647", "1e99999999999", "-0.01", "0.001"})
  void a_price_that_no_currency_has_is_invalid(String price) throws Exception {
    String envelope =
        "{\"operation\":\"create\",\"tableName\":\"orders\",\"payload\":{\"Item\":{\"product\":\"P\",\"price\":"
            + price
            + "}}}";
    assertThat(send(request("/operations").POST(BodyPublishers.ofString(envelope))).statusCode())
        .isEqualTo(422);
  }

  @Test
  void a_zip_bomb_is_not_unpacked() throws Exception {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bomb)) {
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 200; i++) {
        out.write(zeros);
      }
    }
    for (String coding : List.of("gzip", "identity")) {
      int status =
          send(request("/orders")
                  .header("Content-Encoding", coding)
                  .POST(BodyPublishers.ofByteArray(bomb.toByteArray())))
              .statusCode();
      assertThat(status).isEqualTo(coding.equals("gzip") ? 415 : 400);
    }
  }

  @Test
  void cursors_and_keys_of_ten_kilobytes_are_refused() throws Exception {
    for (String text : List.of(SIX_KB, TEN_KB)) {
      int refused = text.length() == TEN_KB.length() ? 431 : 400;
      assertThat(
              send(request("/orders")
                      .header("Idempotency-Key", text)
                      .POST(BodyPublishers.ofString(GOOD)))
                  .statusCode())
          .isEqualTo(refused);
      assertThat(send(request("/orders?cursor=" + text).GET()).statusCode()).isEqualTo(refused);
      assertThat(send(request("/orders/" + text).GET()).statusCode())
          .isEqualTo(refused == 431 ? 431 : 404);
    }
    assertThat(operation("list", "{\"cursor\":\"" + TEN_KB + "\"}")).isEqualTo(400);
    assertThat(operation("read", "{\"Key\":{\"id\":\"" + TEN_KB + "\"}}")).isEqualTo(422);
    assertThat(post("{\"" + TEN_KB + "\":1}").statusCode()).isEqualTo(422);
  }

  private int operation(String name, String payload) throws IOException, InterruptedException {
    return send(request("/operations")
            .POST(
                BodyPublishers.ofString(
                    "{\"operation\":\""
                        + name
                        + "\",\"tableName\":\"orders\",\"payload\":"
                        + payload
                        + "}")))
        .statusCode();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/orders/..%2f..%2fetc",
        "/orders/%0d%0aSet-Cookie:x",
        "/orders/%00",
        "/orders/%ff%fe",
        "/orders/%",
        "/orders/a;b=c"
      })
  void a_path_that_is_no_orders_is_not_found(String path) throws Exception {
    String answer =
        raw(
            "GET "
                + path
                + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "
                + token(),
            "");
    assertThat(answer).startsWith("HTTP/1.1 404 ").doesNotContainIgnoringCase("\nset-cookie");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Correlation-Id: a\rX-Evil: 1",
        "X-Correlation-Id: a\nX-Evil: 1",
        "X-Correlation-Id: a\r\n X-Evil: 1",
        "X-Correlation-Id: a\u0000b",
        "Idempotency-Key : a",
        ": a",
        "Content-Length: 1\r\nContent-Length: 2",
        "Content-Length: 1\r\nTransfer-Encoding: chunked",
        "Content-Length: +1"
      })
  void a_head_that_two_readers_could_read_differently_is_refused(String field) throws Exception {
    String answer = raw("GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + field, "");
    assertThat(answer)
        .startsWith("HTTP/1.1 400 ")
        .doesNotContainIgnoringCase("x-evil")
        .endsWith("{\"message\":\"Bad Request\"}");
  }

  @Test
  void text_at_the_edges_of_what_a_queue_takes_is_stored_and_text_beyond_is_refused()
      throws Exception {
    String edges = "\\t\\n\\r \\ud7ff\\ue000\\ufffd\\ud800\\udc00\\udbff\\udfff";
    String placed = post(noted(edges)).body();
    String path = "/orders/" + OpenApi.parse(placed).path("orderId").asText();

    Await.await(
        "the order",
        Duration.ofSeconds(60),
        () -> read(path).path("status").asText().equals("PLACED"));
    assertThat(read(path).path("note").asText())
        .isEqualTo("\t\n\r \uD7FF\uE000\uFFFD\uD800\uDC00\uDBFF\uDFFF");
    for (String beyond : List.of("\\ufffe", "\\uffff", "\\u0000", "\\u000b")) {
      assertThat(post(noted(beyond)).statusCode()).as(beyond).isEqualTo(422);
    }
  }

  private static String noted(String text) {
    return GOOD.replace("}]}", "}],\"note\":\"" + text + "\"}");
  }

  private JsonNode read(String path) throws IOException, InterruptedException {
    return OpenApi.parse(send(request(path).GET()).body());
  }

  @Test
  void an_encoded_slash_leads_to_no_other_route() throws Exception {
    String path = "/orders/" + OpenApi.parse(post(GOOD).body()).path("orderId").asText();

    assertThat(send(request(path + "%2Fhistory").GET()).statusCode()).isEqualTo(404);
    assertThat(send(request(path + "%2Fcancel").POST(BodyPublishers.noBody())).statusCode())
        .isEqualTo(404);
    Await.await(
        "the order",
        Duration.ofSeconds(60),
        () -> read(path).path("status").asText().equals("PLACED"));
    assertThat(read(path).path("version").asInt()).isEqualTo(1);
  }

  @Test
  void a_header_sent_twice_counts_once_and_two_callers_are_none() throws Exception {
    String key = "twice-" + System.nanoTime();
    HttpResponse<String> first =
        send(
            request("/orders")
                .header("Idempotency-Key", key)
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString(GOOD)));
    HttpResponse<String> again =
        send(request("/orders").header("Idempotency-Key", key).POST(BodyPublishers.ofString(GOOD)));

    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.headers().firstValue("idempotent-replayed")).contains("true");
    assertThat(
            send(request("/orders")
                    .header("Idempotency-Key", key)
                    .header("Idempotency-Key", key + "-other")
                    .POST(BodyPublishers.ofString(GOOD)))
                .statusCode())
        .isEqualTo(400);
    String another = cloud.token("alice", Set.of("orders/read"), Duration.ofMinutes(5));
    assertThat(
            send(request("/orders").header("Authorization", "Bearer " + another).GET())
                .statusCode())
        .isEqualTo(401);
  }

  @Test
  void what_a_client_sends_cannot_make_a_header() throws Exception {
    HttpResponse<String> answer =
        send(request("/orders?x=%0d%0aX-Evil:%201").header("X-Correlation-Id", "a%0d%0aX-Evil: 1"));
    assertThat(answer.headers().firstValue("x-evil")).isEmpty();
    assertThat(answer.headers().firstValue("x-correlation-id").orElseThrow())
        .matches("[A-Za-z0-9._-]+");
    for (String key : List.of("a\tb", "a b", "\u00e9")) {
      String refused =
          raw(
              "POST /orders HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                  + "Content-Type: application/json\r\nContent-Length: "
                  + GOOD.length()
                  + "\r\nIdempotency-Key: "
                  + key
                  + "\r\nAuthorization: Bearer "
                  + token(),
              GOOD);
      assertThat(refused).startsWith("HTTP/1.1 400 ").doesNotContain(key);
    }
  }

  @Test
  void what_a_client_sends_cannot_make_a_log_line() throws Exception {
    String forged = "FORGED-" + System.nanoTime();
    String json = "{\\\"level\\\":\\\"ERROR\\\",\\\"message\\\":\\\"" + forged + "\\\"}";
    HttpResponse<String> answer =
        send(
            request("/orders?" + forged + "=%0a%7B%22level%22%3A%22ERROR%22%7D")
                .header("X-Correlation-Id", "a\"}{\"level\":\"ERROR\",\"x\":\"" + forged)
                .header("User-Agent", "\"}{" + forged));
    assertThat(answer.statusCode()).isEqualTo(400);
    HttpResponse<String> placed =
        send(
            request("/orders")
                .header("Idempotency-Key", "\"}{" + forged)
                .POST(BodyPublishers.ofString(GOOD)));
    assertThat(placed.statusCode()).isEqualTo(400);
    HttpResponse<String> noted =
        post(GOOD.substring(0, GOOD.length() - 1) + ",\"note\":\"\\n" + json + "\\n\"}");
    assertThat(noted.statusCode()).isEqualTo(202);
    String orderId = OpenApi.parse(noted.body()).path("orderId").asText();
    Await.await(
        "the event's log line",
        Duration.ofSeconds(60),
        () -> about(orderId).stream().anyMatch(line -> line.contains("event published")));
    assertThat(about(orderId)).allSatisfy(HostileRequestsIT::isOneObject);
    assertThat(about(forged)).isEmpty();
  }

  private List<String> about(String text) {
    return cloud.journal().about(text).stream()
        .filter(entry -> entry.room().equals("log"))
        .map(Journal.Entry::summary)
        .toList();
  }

  private static void isOneObject(String line) {
    assertThat(OpenApi.parse(line).isObject()).as(line).isTrue();
    assertThat(line.strip()).doesNotContain("\n");
  }

  @Test
  void forged_and_expired_tokens_are_unauthorized() throws Exception {
    String good = cloud.token("alice", Set.of("orders/read"), Duration.ofMinutes(5));
    String[] parts = good.split("\\.", -1);
    JsonNode key = issuersKey();
    String kid = ",\"kid\":\"" + key.path("kid").asText() + "\"}";
    String claims = parts[1];
    byte[] publicKey = publicKey(key).getEncoded();
    String admin = encoded("{\"sub\":\"alice\",\"scope\":\"orders/admin\"}");
    KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
    keys.initialize(2048);

    assertThat(get(good)).isEqualTo(200);
    for (String token :
        List.of(
            encoded("{\"alg\":\"none\"" + kid) + "." + claims + ".",
            encoded("{\"alg\":\"None\"" + kid) + "." + claims + ".",
            encoded("{\"alg\":\"none\"" + kid) + "." + claims + "." + parts[2],
            hmac(encoded("{\"alg\":\"HS256\"" + kid) + "." + claims, publicKey),
            hmac(encoded("{\"alg\":\"HS256\"" + kid) + "." + claims, pem(publicKey)),
            signed(
                encoded("{\"alg\":\"RS256\"" + kid) + "." + claims,
                keys.generateKeyPair().getPrivate()),
            parts[0] + "." + admin + "." + parts[2],
            cloud.token("alice", Set.of("orders/read"), Duration.ofHours(-1)),
            "x.y.z",
            "..",
            good + "x",
            good.substring(0, good.length() - 4) + "AAAA",
            parts[1],
            SIX_KB)) {
      assertThat(get(token)).as(token).isEqualTo(401);
    }
  }

  @Test
  void a_token_of_another_issuer_or_for_another_audience_is_unauthorized() throws Exception {
    KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
    keys.initialize(2048);
    PrivateKey own = keys.generateKeyPair().getPrivate();
    String kid = ",\"kid\":\"" + issuersKey().path("kid").asText() + "\"}";
    String good = cloud.token("alice", Set.of("orders/read"), Duration.ofMinutes(5));
    String claims =
        new String(Base64.getUrlDecoder().decode(good.split("\\.", -1)[1]), StandardCharsets.UTF_8);
    JsonNode said = OpenApi.parse(claims);
    for (String changed :
        List.of(
            claims.replace(said.path("iss").asText(), "https://evil.example"),
            claims.replace(said.path("aud").asText(), "another"))) {
      assertThat(changed).isNotEqualTo(claims);
      String header = encoded("{\"alg\":\"RS256\"" + kid);
      assertThat(get(signed(header + "." + encoded(changed), own))).isEqualTo(401);
    }
  }

  private int get(String token) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        send(
            HttpRequest.newBuilder(
                    URI.create(cloud.apiUrl().toString().replaceAll("/+$", "") + "/orders"))
                .header("Authorization", "Bearer " + token));
    if (answer.statusCode() != 200) {
      assertThat(answer.body()).isEqualTo("{\"message\":\"Unauthorized\"}");
    }
    return answer.statusCode();
  }

  private JsonNode issuersKey() throws IOException, InterruptedException {
    return OpenApi.parse(
            http.send(
                    HttpRequest.newBuilder(
                            URI.create(cloud.outputs().get("JwtIssuer") + "/jwks.json"))
                        .build(),
                    BodyHandlers.ofString())
                .body())
        .path("keys")
        .path(0);
  }

  private static PublicKey publicKey(JsonNode jwk) throws GeneralSecurityException {
    return KeyFactory.getInstance("RSA")
        .generatePublic(new RSAPublicKeySpec(number(jwk.path("n")), number(jwk.path("e"))));
  }

  private static BigInteger number(JsonNode base64) {
    return new BigInteger(1, Base64.getUrlDecoder().decode(base64.asText()));
  }

  private static byte[] pem(byte[] key) {
    return ("-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key)
            + "\n-----END PUBLIC KEY-----\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static String hmac(String input, byte[] secret) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret, "HmacSHA256"));
    return input + "." + encoded(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
  }

  private static String signed(String input, PrivateKey key) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(key);
    signature.update(input.getBytes(StandardCharsets.US_ASCII));
    return input + "." + encoded(signature.sign());
  }

  private static String encoded(String json) {
    return encoded(json.getBytes(StandardCharsets.UTF_8));
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
