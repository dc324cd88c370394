package localcloud.identity;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The issuer's pages: discovery, keys, the sign-in with code and PKCE, tokens. A code goes only to
 * this machine, is good for a minute and once, and only for who knows the verifier. A cookie keeps
 * the person signed in, so that a page may ask again without a word ({@code prompt=none}).
 */
final class IssuerPages implements HttpHandler {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CODE_LIVES = Duration.ofMinutes(1);
  private static final Duration TOKEN_LIVES = Duration.ofHours(1);
  private static final int MAX_FORM_BYTES = 16 * 1024;
  private static final int MAX_CODES = 1000;

  private final LocalIssuer issuer;
  private final String base;
  private final String cookie;
  private final SignedInSessions sessions;
  private final Map<String, Code> codes = new ConcurrentHashMap<>();

  IssuerPages(LocalIssuer issuer) {
    this.issuer = issuer;
    var address = URI.create(issuer.issuer());
    this.base = address.getPath();
    // A browser keeps one set of cookies for all ports of a host.
    this.cookie = "issuer-" + address.getPort();
    this.sessions = new SignedInSessions(issuer.clock());
  }

  private record Code(
      SignedInSessions.Grant grant,
      String redirectUri,
      String challenge,
      Optional<String> nonce,
      Instant until) {}

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String page = path.startsWith(base) ? path.substring(base.length()) : path;
      allowLocalPages(exchange);
      if (exchange.getRequestMethod().equals("OPTIONS")) {
        exchange.sendResponseHeaders(204, -1);
        return;
      }
      switch (exchange.getRequestMethod() + ' ' + page) {
        case "GET /.well-known/openid-configuration" -> json(exchange, 200, discovery());
        case "GET /jwks.json" -> {
          byte[] keys = issuer.publicKeys().toString(true).getBytes(StandardCharsets.UTF_8);
          send(exchange, 200, "application/json", keys);
        }
        case "GET /authorize" -> authorize(exchange, form(exchange.getRequestURI().getRawQuery()));
        case "POST /authorize" -> signIn(exchange, form(body(exchange)));
        case "POST /token" -> token(exchange, form(body(exchange)));
        case "GET /userinfo", "POST /userinfo" -> userInfo(exchange);
        case "GET /logout" -> logout(exchange, form(exchange.getRequestURI().getRawQuery()));
        default -> json(exchange, 404, error("not_found", "no such page"));
      }
    }
  }

  /** Pages that this machine serves may read the answers; no other page may. */
  private static void allowLocalPages(HttpExchange exchange) {
    String origin = exchange.getRequestHeaders().getFirst("Origin");
    if (origin != null && isOfThisMachine(origin)) {
      var headers = exchange.getResponseHeaders();
      headers.set("Access-Control-Allow-Origin", origin);
      headers.set("Access-Control-Allow-Headers", "authorization,content-type");
      headers.set("Access-Control-Allow-Methods", "GET,POST");
      headers.set("Vary", "Origin");
    }
  }

  private ObjectNode discovery() {
    String at = issuer.issuer();
    var document =
        JSON.createObjectNode()
            .put("issuer", at)
            .put("authorization_endpoint", at + "/authorize")
            .put("token_endpoint", at + "/token")
            .put("userinfo_endpoint", at + "/userinfo")
            .put("end_session_endpoint", at + "/logout")
            .put("jwks_uri", at + "/jwks.json");
    document.putArray("response_types_supported").add("code");
    document.putArray("grant_types_supported").add("authorization_code").add("refresh_token");
    document.putArray("prompt_values_supported").add("none");
    document.putArray("subject_types_supported").add("public");
    document.putArray("id_token_signing_alg_values_supported").add("RS256");
    document.putArray("code_challenge_methods_supported").add("S256");
    document.putArray("token_endpoint_auth_methods_supported").add("none");
    var scopes = document.putArray("scopes_supported").add("openid").add("profile");
    issuer.users().stream().flatMap(user -> user.scopes().stream()).distinct().forEach(scopes::add);
    return document;
  }

  /** Returns what is wrong with a request to sign in; empty if nothing is. */
  private Optional<String> wrongIn(Map<String, String> request) {
    if (!isOfThisMachine(request.getOrDefault("redirect_uri", ""))) {
      return Optional.of("redirect_uri must be http://127.0.0.1 or http://localhost");
    }
    if (!request.getOrDefault("client_id", "").equals(issuer.audience())) {
      return Optional.of("client_id is unknown");
    }
    if (!request.getOrDefault("response_type", "").equals("code")) {
      return Optional.of("response_type must be code");
    }
    if (!request.getOrDefault("code_challenge_method", "").equals("S256")
        || !request.getOrDefault("code_challenge", "").matches("[A-Za-z0-9_-]{43}")) {
      return Optional.of("a code_challenge of method S256 is needed");
    }
    return Optional.empty();
  }

  static boolean isOfThisMachine(String uri) {
    try {
      var parsed = URI.create(uri);
      return "http".equals(parsed.getScheme())
          && ("127.0.0.1".equals(parsed.getHost()) || "localhost".equals(parsed.getHost()))
          && parsed.getUserInfo() == null
          && parsed.getFragment() == null;
    } catch (IllegalArgumentException malformed) {
      return false;
    }
  }

  private void authorize(HttpExchange exchange, Map<String, String> request) throws IOException {
    var wrong = wrongIn(request);
    if (wrong.isPresent()) {
      json(exchange, 400, error("invalid_request", wrong.get()));
    } else if (!"none".equals(request.get("prompt"))) {
      signInPage(exchange, request);
    } else {
      String session = sessionOf(exchange);
      var user = sessions.userOf(session);
      if (user.isPresent()) {
        redirectWithCode(exchange, request, session, user.get());
      } else {
        redirectBack(exchange, request, "error=login_required");
      }
    }
  }

  private void signInPage(HttpExchange exchange, Map<String, String> request) throws IOException {
    String fields =
        request.entrySet().stream()
            .filter(field -> !field.getKey().equals("user"))
            .map(
                field ->
                    "<input type=\"hidden\" name=\"%s\" value=\"%s\">"
                        .formatted(escaped(field.getKey()), escaped(field.getValue())))
            .collect(Collectors.joining("\n"));
    String buttons =
        issuer.users().stream()
            .map(
                user ->
                    "<button name=\"user\" value=\"%s\">%s</button>"
                        .formatted(escaped(user.sub()), escaped(user.name())))
            .collect(Collectors.joining("\n"));
    String page =
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>Sign in</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <style>
        :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif;
          background: light-dark(#f6f6f3, #101214); color: light-dark(#15191c, #e9ecee) }
        body { max-width: 24rem; margin: 14vh auto; padding: 0 1rem }
        main { background: light-dark(#fff, #181b1e); border: 1px solid light-dark(#e2e2dc, #2a2e32);
          border-radius: 14px; padding: 1.5rem 1.75rem 1.75rem }
        h1 { font-size: 1.4rem; margin: 0 0 .25rem; letter-spacing: -.015em }
        p { margin: 0 0 1rem; color: light-dark(#575e64, #a0a8ae) }
        button { display: block; width: 100%; margin: .5rem 0 0; padding: .75rem 1rem; font: inherit; font-weight: 550;
          text-align: left; color: inherit; background: none; border: 1px solid #85898c; border-radius: 8px; cursor: pointer }
        button:hover { background: light-dark(#f6f6f3, #1f2327) }
        button:focus-visible { outline: 2px solid light-dark(#0b6b57, #56cfae); outline-offset: 2px }
        </style></head><body><main>
        <h1>Sign in</h1><p>This issuer runs on this machine. Who would you like to be?</p>
        <form method="post" action="@ACTION@">
        @FIELDS@
        @USERS@
        </form></main></body></html>
        """
            .replace("@ACTION@", escaped(base + "/authorize"))
            .replace("@USERS@", buttons)
            // Last: what a request brings is looked through for no other place.
            .replace("@FIELDS@", fields);
    var headers = exchange.getResponseHeaders();
    headers.set(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    headers.set("Referrer-Policy", "no-referrer");
    send(exchange, 200, "text/html; charset=utf-8", page.getBytes(StandardCharsets.UTF_8));
  }

  private void signIn(HttpExchange exchange, Map<String, String> request) throws IOException {
    var wrong = wrongIn(request);
    var user =
        issuer.users().stream()
            .filter(known -> known.sub().equals(request.get("user")))
            .findFirst();
    if (wrong.isPresent() || user.isEmpty()) {
      json(exchange, 400, error("invalid_request", wrong.orElse("there is no such user")));
      return;
    }
    sessions.close(sessionOf(exchange));
    String session = sessions.open(user.get());
    setCookie(exchange, session, SignedInSessions.LIFETIME);
    redirectWithCode(exchange, request, session, user.get());
  }

  private void redirectWithCode(
      HttpExchange exchange, Map<String, String> request, String session, DemoUser user)
      throws IOException {
    Instant now = issuer.clock().instant();
    codes.values().removeIf(old -> old.until().isBefore(now));
    if (codes.size() >= MAX_CODES) {
      json(exchange, 503, error("temporarily_unavailable", "too many sign-ins at once"));
      return;
    }
    String code = sessions.secret();
    codes.put(
        code,
        new Code(
            new SignedInSessions.Grant(
                session, user, granted(user, request.getOrDefault("scope", ""))),
            request.getOrDefault("redirect_uri", ""),
            request.getOrDefault("code_challenge", ""),
            Optional.ofNullable(request.get("nonce")),
            now.plus(CODE_LIVES)));
    redirectBack(exchange, request, "code=" + code);
  }

  private static void redirectBack(
      HttpExchange exchange, Map<String, String> request, String answer) throws IOException {
    String to = request.getOrDefault("redirect_uri", "");
    redirect(
        exchange,
        to
            + (to.contains("?") ? "&" : "?")
            + answer
            + (request.containsKey("state") ? "&state=" + encoded(request.get("state")) : ""));
  }

  /** Returns the id in the request's cookie; an empty text if there is none. */
  private String sessionOf(HttpExchange exchange) {
    return exchange.getRequestHeaders().getOrDefault("Cookie", List.of()).stream()
        .flatMap(header -> Arrays.stream(header.split(";", -1)))
        .map(String::strip)
        .filter(pair -> pair.startsWith(cookie + "="))
        .map(pair -> pair.substring(cookie.length() + 1))
        .findFirst()
        .orElse("");
  }

  private void setCookie(HttpExchange exchange, String session, Duration lifetime) {
    exchange
        .getResponseHeaders()
        .add(
            "Set-Cookie",
            "%s=%s; Path=%s; Max-Age=%d; HttpOnly; SameSite=Lax"
                .formatted(cookie, session, base, lifetime.toSeconds()));
  }

  /** All that the user may have, or of that what was asked for. */
  private static List<String> granted(DemoUser user, String asked) {
    List<String> wanted =
        Arrays.stream(asked.split(" ", -1))
            .filter(
                scope -> !scope.isEmpty() && !scope.equals("openid") && !scope.equals("profile"))
            .toList();
    return wanted.isEmpty()
        ? user.scopes()
        : user.scopes().stream().filter(wanted::contains).toList();
  }

  private void token(HttpExchange exchange, Map<String, String> request) throws IOException {
    switch (request.getOrDefault("grant_type", "")) {
      case "authorization_code" -> redeemCode(exchange, request);
      case "refresh_token" -> refresh(exchange, request);
      default ->
          json(
              exchange,
              400,
              error("unsupported_grant_type", "only authorization_code and refresh_token"));
    }
  }

  private void redeemCode(HttpExchange exchange, Map<String, String> request) throws IOException {
    // Taken out before it is looked at: a code is good for one try.
    var code = codes.remove(request.getOrDefault("code", ""));
    if (code == null
        || code.until().isBefore(issuer.clock().instant())
        || !code.redirectUri().equals(request.get("redirect_uri"))
        || !issuer.audience().equals(request.get("client_id"))
        || !code.challenge().equals(challengeOf(request.getOrDefault("code_verifier", "")))) {
      json(exchange, 400, error("invalid_grant", "the code is not good, or no longer"));
      return;
    }
    json(exchange, 200, tokensOf(code.grant(), code.nonce().orElse(null)));
  }

  private void refresh(HttpExchange exchange, Map<String, String> request) throws IOException {
    var grant =
        issuer.audience().equals(request.get("client_id"))
            ? sessions.redeem(request.getOrDefault("refresh_token", ""))
            : Optional.<SignedInSessions.Grant>empty();
    if (grant.isEmpty()) {
      json(exchange, 400, error("invalid_grant", "the session has ended"));
      return;
    }
    json(exchange, 200, tokensOf(grant.get(), null));
  }

  private ObjectNode tokensOf(SignedInSessions.Grant grant, @Nullable String nonce) {
    return JSON.createObjectNode()
        .put("access_token", issuer.mint(grant.user().sub(), grant.scopes(), TOKEN_LIVES))
        .put("id_token", issuer.idToken(grant.user(), nonce, TOKEN_LIVES))
        .put("refresh_token", sessions.refreshTokenFor(grant))
        .put("token_type", "Bearer")
        .put("expires_in", TOKEN_LIVES.toSeconds())
        .put("scope", String.join(" ", grant.scopes()));
  }

  private static String challengeOf(String verifier) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private void userInfo(HttpExchange exchange) throws IOException {
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    Optional<String> sub =
        authorization != null && authorization.startsWith("Bearer ")
            ? issuer.subjectOf(authorization.substring("Bearer ".length()))
            : Optional.empty();
    if (sub.isEmpty()) {
      exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer error=\"invalid_token\"");
      json(exchange, 401, error("invalid_token", "the token is not good"));
      return;
    }
    var answer = JSON.createObjectNode().put("sub", sub.get());
    issuer.users().stream()
        .filter(user -> user.sub().equals(sub.get()))
        .findFirst()
        .ifPresent(user -> answer.put("name", user.name()));
    json(exchange, 200, answer);
  }

  /** Ends the session, and with it the refresh tokens. */
  private void logout(HttpExchange exchange, Map<String, String> request) throws IOException {
    sessions.close(sessionOf(exchange));
    setCookie(exchange, "", Duration.ZERO);
    String back =
        request.getOrDefault("post_logout_redirect_uri", request.getOrDefault("logout_uri", ""));
    if (isOfThisMachine(back)) {
      redirect(exchange, back);
    } else {
      send(
          exchange,
          200,
          "text/plain; charset=utf-8",
          "Signed out.\n".getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void redirect(HttpExchange exchange, String to) throws IOException {
    exchange.getResponseHeaders().set("Location", URI.create(to).toASCIIString());
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.sendResponseHeaders(303, -1);
  }

  private static ObjectNode error(String code, String description) {
    return JSON.createObjectNode().put("error", code).put("error_description", description);
  }

  private static void json(HttpExchange exchange, int status, ObjectNode body) throws IOException {
    send(exchange, status, "application/json", JSON.writeValueAsBytes(body));
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", type);
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  private static String body(HttpExchange exchange) throws IOException {
    byte[] bytes = exchange.getRequestBody().readNBytes(MAX_FORM_BYTES);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static Map<String, String> form(@Nullable String text) {
    Map<String, String> form = new LinkedHashMap<>();
    if (text == null) {
      return form;
    }
    for (String pair : text.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        try {
          form.put(
              URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
              URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException malformed) {
          // As if it were not there: what needs it says that it is missing.
        }
      }
    }
    return form;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
