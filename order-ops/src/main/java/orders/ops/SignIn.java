package orders.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A person's sign-in at an OIDC issuer: authorization code with PKCE (RFC 7636), answered at a port
 * of this machine (RFC 8252). The code comes back to this process alone, and is worth nothing
 * without the verifier that never leaves it.
 */
final class SignIn implements AutoCloseable {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** The port that the template's user pool client allows. */
  static final int PORT = 8976;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String clientId;
  private final String redirect;
  private final HttpServer server;
  private final CompletableFuture<String> code = new CompletableFuture<>();
  private final String state = random();
  private final String verifier = random();
  private final JsonNode issuer;
  private final String scope;

  /** Opens the port, so that the answer finds it however soon it comes. */
  SignIn(String issuer, String clientId, String scope, int port)
      throws IOException, InterruptedException {
    this.clientId = clientId;
    this.scope = scope;
    this.issuer =
        send(
            HttpRequest.newBuilder(
                URI.create(issuer.replaceAll("/$", "") + "/.well-known/openid-configuration")));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    redirect = "http://localhost:" + server.getAddress().getPort() + "/";
    server.createContext("/", this::answer);
    server.start();
  }

  /** Returns where the person signs in. */
  String address() {
    return issuer.path("authorization_endpoint").asText()
        + "?"
        + form(
            Map.of(
                "response_type", "code",
                "client_id", clientId,
                "redirect_uri", redirect,
                "scope", scope,
                "state", state,
                "code_challenge", challenge(verifier),
                "code_challenge_method", "S256"));
  }

  /** Waits until the person has signed in, and returns the access token. */
  String token(Duration patience) throws InterruptedException {
    try {
      return exchanged(code.get(patience.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException nobody) {
      throw new OpsException("nobody signed in within " + patience.toSeconds() + " s", nobody);
    } catch (ExecutionException refused) {
      throw new OpsException(refused.getCause().getMessage(), refused);
    }
  }

  @Override
  public void close() {
    server.stop(1);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
      // Anything else that calls this port knows the state of no sign-in.
      boolean ours = state.equals(query.get("state"));
      String text =
          ours ? "You are signed in. Close this page." : "This is no answer to a sign-in.";
      if (ours && query.get("code") == null) {
        text = "The issuer refused the sign-in.";
        code.completeExceptionally(
            new OpsException(
                "the issuer refused: "
                    + query.getOrDefault("error_description", query.get("error"))));
      } else if (ours) {
        code.complete(query.get("code"));
      }
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
      exchange.sendResponseHeaders(ours ? 200 : 400, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private String exchanged(String code) throws InterruptedException {
    Map<String, String> grant =
        Map.of(
            "grant_type", "authorization_code",
            "client_id", clientId,
            "redirect_uri", redirect,
            "code", code,
            "code_verifier", verifier);
    JsonNode tokens =
        send(
            HttpRequest.newBuilder(URI.create(issuer.path("token_endpoint").asText()))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form(grant))));
    return tokens.path("access_token").asText();
  }

  /** Opens the person's browser, if there is one; the address is printed in any case. */
  static void openBrowser(String address) {
    String opener = System.getProperty("os.name").startsWith("Mac") ? "open" : "xdg-open";
    try {
      new ProcessBuilder(opener, address)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException noBrowser) {
      return;
    }
  }

  private static JsonNode send(HttpRequest.Builder request) throws InterruptedException {
    HttpRequest built = request.timeout(Duration.ofSeconds(20)).build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> response = http.send(built, BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new OpsException(
            built.uri() + " answered " + response.statusCode() + ": " + response.body());
      }
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new OpsException("asking " + built.uri() + " failed: " + e.getMessage(), e);
    }
  }

  static String challenge(String verifier) {
    try {
      return encoded(
          MessageDigest.getInstance("SHA-256")
              .digest(verifier.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String random() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return encoded(bytes);
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String form(Map<String, String> fields) {
    StringBuilder text = new StringBuilder();
    fields.forEach(
        (name, value) ->
            text.append(text.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
    return text.toString();
  }

  private static Map<String, String> query(String raw) {
    Map<String, String> fields = new HashMap<>();
    for (String field : (raw == null ? "" : raw).split("&", -1)) {
      int equals = field.indexOf('=');
      if (equals > 0) {
        fields.put(
            field.substring(0, equals),
            URLDecoder.decode(field.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return fields;
  }
}
