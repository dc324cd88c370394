package localcloud.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalIssuerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String CALLBACK = "http://127.0.0.1:5173/back";

  /** The pair of RFC 7636, appendix B. */
  private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

  private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

  @TempDir private static Path folder;
  private HttpServer server;
  private LocalIssuer issuer;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    issuer = issuerAt("http://127.0.0.1:" + server.getAddress().getPort() + "/issuer");
    server.createContext("/issuer", issuer.handler());
    server.start();
  }

  private static LocalIssuer issuerAt(String url) throws IOException {
    return new LocalIssuer(
        url,
        "app",
        DemoUser.defaults(List.of("things/read", "things/admin")),
        Optional.of(folder.resolve("key.json")),
        Clock.systemUTC());
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(issuer.issuer() + path)).build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, Map<String, String> form)
      throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(issuer.issuer() + path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(encoded(form)))
            .build(),
        BodyHandlers.ofString());
  }

  private static String encoded(Map<String, String> form) {
    return form.entrySet().stream()
        .map(
            field ->
                field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  private static Map<String, String> signIn(String user) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("response_type", "code");
    form.put("client_id", "app");
    form.put("redirect_uri", CALLBACK);
    form.put("scope", "openid things/read");
    form.put("state", "s&1");
    form.put("nonce", "n1");
    form.put("code_challenge", CHALLENGE);
    form.put("code_challenge_method", "S256");
    form.put("user", user);
    return form;
  }

  private static Map<String, String> exchange(String code) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "authorization_code");
    form.put("code", code);
    form.put("redirect_uri", CALLBACK);
    form.put("client_id", "app");
    form.put("code_verifier", VERIFIER);
    return form;
  }

  private String codeFor(String user) throws IOException, InterruptedException {
    String location =
        post("/authorize", signIn(user)).headers().firstValue("Location").orElseThrow();
    return codeIn(location);
  }

  private static String codeIn(String location) {
    assertThat(location).startsWith(CALLBACK + "?code=").endsWith("&state=s%261");
    return location.substring((CALLBACK + "?code=").length(), location.indexOf("&state"));
  }

  @Test
  void discovery_leads_to_the_keys_that_check_a_token() throws Exception {
    JsonNode discovery = JSON.readTree(get("/.well-known/openid-configuration").body());
    assertThat(discovery.path("issuer").asText()).isEqualTo(issuer.issuer());
    var keys = JWKSet.load(URI.create(discovery.path("jwks_uri").asText()).toURL());
    var token = SignedJWT.parse(issuer.mint("alice", List.of("a", "b"), Duration.ofMinutes(5)));

    var key = keys.getKeyByKeyId(token.getHeader().getKeyID()).toRSAKey();
    assertThat(key.isPrivate()).isFalse();
    assertThat(token.verify(new RSASSAVerifier(key))).isTrue();
    var claims = token.getJWTClaimsSet();
    assertThat(claims.getSubject()).isEqualTo("alice");
    assertThat(claims.getStringClaim("scope")).isEqualTo("a b");
    assertThat(claims.getStringClaim("client_id")).isEqualTo("app");
    assertThat(claims.getAudience()).containsExactly("app");
    assertThat(claims.getClaims()).containsKeys("iss", "iat", "nbf", "exp", "jti");
  }

  @Test
  void a_customer_signs_in_with_code_and_pkce() throws Exception {
    var page = get("/authorize?" + encoded(signIn("")));
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("value=\"alice\"", "value=\"bob\"", "value=\"office\"");

    var answer = JSON.readTree(post("/token", exchange(codeFor("alice"))).body());

    var access = SignedJWT.parse(answer.path("access_token").asText()).getJWTClaimsSet();
    assertThat(access.getSubject()).isEqualTo("alice");
    assertThat(access.getStringClaim("scope")).isEqualTo("things/read");
    var identity = SignedJWT.parse(answer.path("id_token").asText()).getJWTClaimsSet();
    assertThat(identity.getStringClaim("nonce")).isEqualTo("n1");
    assertThat(
            HTTP.send(
                    HttpRequest.newBuilder(URI.create(issuer.issuer() + "/userinfo"))
                        .header("Authorization", "Bearer " + answer.path("access_token").asText())
                        .build(),
                    BodyHandlers.ofString())
                .body())
        .contains("\"sub\":\"alice\"");
  }

  @Test
  void a_customer_never_gets_an_admins_scope() throws Exception {
    var form = signIn("alice");
    form.put("scope", "openid things/read things/admin");
    String location = post("/authorize", form).headers().firstValue("Location").orElseThrow();
    String code = codeIn(location);

    assertThat(JSON.readTree(post("/token", exchange(code)).body()).path("scope").asText())
        .isEqualTo("things/read");
  }

  @Test
  void a_code_is_good_once() throws Exception {
    String code = codeFor("bob");

    assertThat(post("/token", exchange(code)).statusCode()).isEqualTo(200);
    assertThat(post("/token", exchange(code)).statusCode()).isEqualTo(400);
  }

  @Test
  void a_page_asks_again_without_a_word_while_the_person_is_signed_in() throws Exception {
    var form = signIn("alice");
    String cookie = post("/authorize", form).headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(cookie).contains("HttpOnly", "SameSite=Lax", "Path=/issuer");
    form.remove("user");
    form.put("prompt", "none");

    String silent = locationOf(form, cookie);
    var answer = JSON.readTree(post("/token", exchange(codeIn(silent))).body());

    assertThat(SignedJWT.parse(answer.path("access_token").asText()).getJWTClaimsSet().getSubject())
        .isEqualTo("alice");
    assertThat(locationOf(form, "none=1"))
        .isEqualTo(CALLBACK + "?error=login_required&state=s%261");
    with("/logout", cookie);
    assertThat(locationOf(form, cookie)).contains("error=login_required");
  }

  @Test
  void a_refresh_token_gives_new_tokens_once_and_a_second_use_ends_the_session() throws Exception {
    var first = JSON.readTree(post("/token", exchange(codeFor("alice"))).body());

    var second = JSON.readTree(refresh(first.path("refresh_token").asText()).body());

    var access = SignedJWT.parse(second.path("access_token").asText()).getJWTClaimsSet();
    assertThat(access.getSubject()).isEqualTo("alice");
    assertThat(access.getStringClaim("scope")).isEqualTo("things/read");
    assertThat(second.path("refresh_token").asText())
        .isNotEmpty()
        .isNotEqualTo(first.path("refresh_token").asText());
    assertThat(refresh(first.path("refresh_token").asText()).statusCode()).isEqualTo(400);
    assertThat(refresh(second.path("refresh_token").asText()).statusCode()).isEqualTo(400);
  }

  @Test
  void signing_out_ends_the_refresh_tokens_too() throws Exception {
    var signedIn = post("/authorize", signIn("bob"));
    String cookie = signedIn.headers().firstValue("Set-Cookie").orElseThrow();
    String code = codeIn(signedIn.headers().firstValue("Location").orElseThrow());
    var tokens = JSON.readTree(post("/token", exchange(code)).body());

    with("/logout", cookie);

    assertThat(refresh(tokens.path("refresh_token").asText()).statusCode()).isEqualTo(400);
  }

  private HttpResponse<String> refresh(String token) throws IOException, InterruptedException {
    return post(
        "/token",
        Map.of("grant_type", "refresh_token", "refresh_token", token, "client_id", "app"));
  }

  private String locationOf(Map<String, String> form, String cookie)
      throws IOException, InterruptedException {
    return with("/authorize?" + encoded(form), cookie)
        .headers()
        .firstValue("Location")
        .orElseThrow();
  }

  private HttpResponse<String> with(String path, String cookie)
      throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(issuer.issuer() + path))
            .header("Cookie", "other=1; " + cookie.split(";", -1)[0])
            .build(),
        BodyHandlers.ofString());
  }

  @ParameterizedTest
  @CsvSource({
    "code_verifier, wrong",
    "redirect_uri, http://127.0.0.1:1/other",
    "client_id, other",
    "grant_type, password"
  })
  void a_code_is_good_only_for_who_asked_for_it(String field, String value) throws Exception {
    var form = exchange(codeFor("bob"));
    form.put(field, value);

    var answer = post("/token", form);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).doesNotContain("access_token");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example/",
        "http://evil.example/",
        "http://127.0.0.1.evil.example/",
        "http://127.0.0.1@evil.example/",
        "http://user@127.0.0.1/",
        "http://127.0.0.1/#x",
        "javascript:alert(1)",
        "//evil.example",
        ""
      })
  void a_code_never_leaves_this_machine(String redirect) throws Exception {
    var form = signIn("alice");
    form.put("redirect_uri", redirect);

    var answer = post("/authorize", form);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("Location")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"code_challenge_method, plain", "code_challenge, short", "response_type, token"})
  void signing_in_needs_a_challenge_of_method_s256(String field, String value) throws Exception {
    var form = signIn("alice");
    form.put(field, value);

    assertThat(post("/authorize", form).statusCode()).isEqualTo(400);
    assertThat(get("/authorize?" + encoded(form)).statusCode()).isEqualTo(400);
  }

  @Test
  void what_a_request_says_is_only_text_on_the_page() throws Exception {
    var form = signIn("");
    form.put("state", "\"><script>alert(1)</script>");

    assertThat(get("/authorize?" + encoded(form)).body())
        .doesNotContain("<script>")
        .contains("&lt;script&gt;");
  }

  @Test
  void the_key_outlives_a_restart_and_is_for_its_owner_alone() throws Exception {
    var token = SignedJWT.parse(issuer.mint("alice", List.of(), Duration.ofMinutes(1)));

    var again = issuerAt(issuer.issuer());

    assertThat(token.verify(new RSASSAVerifier(again.publicKeys().getKeys().getFirst().toRSAKey())))
        .isTrue();
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("key.json"))))
        .isEqualTo("rw-------");
  }

  @Test
  void pages_of_this_machine_may_read_the_answers_and_no_others() throws Exception {
    for (var each :
        Map.of("http://127.0.0.1:5173", true, "https://evil.example", false).entrySet()) {
      var answer =
          HTTP.send(
              HttpRequest.newBuilder(URI.create(issuer.issuer() + "/jwks.json"))
                  .header("Origin", each.getKey())
                  .build(),
              BodyHandlers.ofString());
      assertThat(answer.headers().firstValue("Access-Control-Allow-Origin").isPresent())
          .isEqualTo(each.getValue());
    }
  }
}
