package localcloud.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import localcloud.identity.LocalIssuer;
import localcloud.model.HttpApiSpec.JwtAuthorizer;
import org.jspecify.annotations.Nullable;

/**
 * Checks tokens as a JWT authorizer does: an RSA signature by a key of the issuer that the token
 * names by {@code kid}, {@code iss}, {@code aud} or else {@code client_id}, {@code exp}, {@code
 * nbf}, {@code iat}, and the scopes. Safe for use by many threads.
 */
public final class TokenVerifier {
  /** No token of an issuer is longer; what is gets no further look. */
  private static final int MAX_TOKEN_CHARS = 8 * 1024;

  private static final Duration LEEWAY = Duration.ofMinutes(1);
  private static final Duration KEYS_LIVE = Duration.ofHours(2);

  /** No token of an unknown key makes an issuer be asked more often. */
  private static final Duration KEYS_ASKED = Duration.ofSeconds(10);

  private static final int REMEMBERED_TOKENS = 4096;
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(JWSAlgorithm.RS256, JWSAlgorithm.RS384, JWSAlgorithm.RS512);

  private final LocalIssuer local;
  private final Clock clock;
  private final Map<String, FetchedKeys> fetched = new ConcurrentHashMap<>();
  // A signature that was checked once is good for as long as the same key would check it.
  private final Map<String, JWTClaimsSet> signed =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, JWTClaimsSet> eldest) {
              return size() > REMEMBERED_TOKENS;
            }
          });

  private record FetchedKeys(JWKSet keys, Instant at) {
    boolean olderThan(Duration age, Instant now) {
      return now.isAfter(at.plus(age));
    }
  }

  /** Creates one that knows the local issuer's keys, and asks any other issuer for its own. */
  public TokenVerifier(LocalIssuer local, Clock clock) {
    this.local = local;
    this.clock = clock;
  }

  /** What a token was found to be. */
  sealed interface Verdict {
    /**
     * The token may pass.
     *
     * @param claims as the function gets them: all texts
     * @param scopes the token's
     */
    record Accepted(Map<String, String> claims, List<String> scopes) implements Verdict {}

    /** 401. */
    record Unauthorized(String reason) implements Verdict {}

    /** 403: the token is good, and has none of the scopes. */
    record Forbidden(List<String> wanted) implements Verdict {}
  }

  Verdict verify(String token, JwtAuthorizer authorizer) {
    if (token.length() > MAX_TOKEN_CHARS) {
      return new Verdict.Unauthorized("the token is too long");
    }
    JWTClaimsSet claims;
    try {
      claims = claimsOf(token, authorizer.issuer());
    } catch (ParseException malformed) {
      return new Verdict.Unauthorized("the token is malformed");
    } catch (JOSEException | IllegalArgumentException | IllegalStateException unverified) {
      return new Verdict.Unauthorized("the token's signature could not be verified");
    } catch (IOException unreachable) {
      return new Verdict.Unauthorized("OIDC discovery endpoint communication error");
    } catch (RejectedException rejected) {
      return new Verdict.Unauthorized(rejected.getMessage());
    }
    return reasonAgainst(claims, authorizer)
        .<Verdict>map(Verdict.Unauthorized::new)
        .orElseGet(() -> byScopes(claims, authorizer));
  }

  private static Verdict byScopes(JWTClaimsSet claims, JwtAuthorizer authorizer) {
    List<String> scopes = scopesOf(claims);
    if (!authorizer.scopes().isEmpty() && Collections.disjoint(scopes, authorizer.scopes())) {
      return new Verdict.Forbidden(authorizer.scopes());
    }
    return new Verdict.Accepted(texts(claims), scopes);
  }

  private static final class RejectedException extends Exception {
    private static final long serialVersionUID = 1L;

    RejectedException(String message) {
      super(message);
    }
  }

  private JWTClaimsSet claimsOf(String token, String issuer)
      throws ParseException, JOSEException, IOException, RejectedException {
    String key = issuer + ' ' + token;
    var known = signed.get(key);
    if (known != null && !keysExpired(issuer)) {
      return known;
    }
    requireCanonical(token);
    var jwt = SignedJWT.parse(token);
    var header = jwt.getHeader();
    // The list is ours: what the token names is a wish, not an instruction.
    if (!ALGORITHMS.contains(header.getAlgorithm())) {
      throw new RejectedException("the token's algorithm is not supported");
    }
    if (header.getKeyID() == null) {
      throw new RejectedException("the token has no kid");
    }
    var verifier = new RSASSAVerifier(keyOf(issuer, header.getKeyID()).toRSAKey());
    if (!jwt.verify(verifier)) {
      throw new RejectedException("the token's signature is wrong");
    }
    var claims = jwt.getJWTClaimsSet();
    signed.put(key, claims);
    return claims;
  }

  /**
   * Each part must be the only spelling of its bytes (RFC 7515 §2): the parser skips characters of
   * other alphabets, padding and spare bits.
   */
  private static void requireCanonical(String token) throws RejectedException {
    for (String part : token.split("\\.", -1)) {
      byte[] bytes = Base64.getUrlDecoder().decode(part);
      if (!Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(part)) {
        throw new RejectedException("the token is not canonical base64url");
      }
    }
  }

  private JWK keyOf(String issuer, String keyId) throws IOException, RejectedException {
    JWKSet keys = issuer.equals(local.issuer()) ? local.publicKeys() : fetchedKeys(issuer, keyId);
    JWK key = keys.getKeyByKeyId(keyId);
    if (key == null
        || !key.getKeyType().equals(KeyType.RSA)
        || (key.getKeyUse() != null && !key.getKeyUse().equals(KeyUse.SIGNATURE))) {
      throw new RejectedException("the token's key is unknown");
    }
    return key;
  }

  private boolean keysExpired(String issuer) {
    var kept = fetched.get(issuer);
    return kept != null && kept.olderThan(KEYS_LIVE, clock.instant());
  }

  private JWKSet fetchedKeys(String issuer, String keyId) throws IOException {
    Instant now = clock.instant();
    var kept = fetched.get(issuer);
    if (kept == null
        || kept.olderThan(KEYS_LIVE, now)
        || (kept.keys().getKeyByKeyId(keyId) == null && kept.olderThan(KEYS_ASKED, now))) {
      kept = new FetchedKeys(fetch(issuer), now);
      fetched.put(issuer, kept);
      // What a key that is gone has signed is good no longer.
      signed.keySet().removeIf(token -> token.startsWith(issuer + ' '));
    }
    return kept.keys();
  }

  private static JWKSet fetch(String issuer) throws IOException {
    try (var client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build()) {
      String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
      var mapper = new ObjectMapper();
      var discovery = mapper.readTree(get(client, base + "/.well-known/openid-configuration"));
      return JWKSet.parse(get(client, discovery.path("jwks_uri").asText()));
    } catch (ParseException | IllegalArgumentException malformed) {
      throw new IOException("malformed keys of " + issuer, malformed);
    }
  }

  private static String get(HttpClient client, String url) throws IOException {
    try {
      var request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(3)).build();
      var answer = client.send(request, BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IOException(url + " answered " + answer.statusCode());
      }
      return answer.body();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
  }

  private Optional<String> reasonAgainst(JWTClaimsSet claims, JwtAuthorizer authorizer) {
    if (!authorizer.issuer().equals(claims.getIssuer())) {
      return Optional.of("the token does not have a valid issuer");
    }
    // client_id counts only where there is no aud.
    Object clientId = claims.getClaim("client_id");
    List<String> audience =
        claims.getAudience().isEmpty() && clientId instanceof String id
            ? List.of(id)
            : claims.getAudience();
    if (Collections.disjoint(audience, authorizer.audience())) {
      return Optional.of("the token does not have a valid audience");
    }
    Instant now = clock.instant();
    Date expires = claims.getExpirationTime();
    if (expires == null || !now.isBefore(expires.toInstant())) {
      return Optional.of("the token has expired");
    }
    if (isAfter(claims.getNotBeforeTime(), now.plus(LEEWAY))) {
      return Optional.of("the token is not valid yet");
    }
    if (isAfter(claims.getIssueTime(), now.plus(LEEWAY))) {
      return Optional.of("the token is issued in the future");
    }
    return Optional.empty();
  }

  private static boolean isAfter(@Nullable Date time, Instant limit) {
    return time != null && time.toInstant().isAfter(limit);
  }

  private static List<String> scopesOf(JWTClaimsSet claims) {
    Object scope = claims.getClaim("scope");
    if (scope == null) {
      scope = claims.getClaim("scp");
    }
    List<String> scopes = new ArrayList<>();
    switch (scope) {
      case String text ->
          Arrays.stream(text.split(" ", -1)).filter(s -> !s.isEmpty()).forEach(scopes::add);
      case List<?> list -> list.forEach(one -> scopes.add(String.valueOf(one)));
      case null, default -> {
        // It has none.
      }
    }
    return scopes;
  }

  /** Every claim as a text: lists in brackets, objects as {@code map[key:value]}. */
  private static Map<String, String> texts(JWTClaimsSet claims) {
    Map<String, String> texts = new LinkedHashMap<>();
    claims
        .getClaims()
        .forEach(
            (name, value) -> {
              if (name.equals("aud") && claims.getAudience().size() == 1) {
                texts.put(name, claims.getAudience().getFirst());
              } else if (value != null) {
                texts.put(name, text(value));
              }
            });
    return texts;
  }

  private static String text(@Nullable Object value) {
    return switch (value) {
      case Date date -> String.valueOf(date.toInstant().getEpochSecond());
      case List<?> list ->
          list.stream().map(TokenVerifier::text).collect(Collectors.joining(" ", "[", "]"));
      case Map<?, ?> map ->
          new TreeMap<Object, Object>(map)
              .entrySet().stream()
                  .map(entry -> entry.getKey() + ":" + text(entry.getValue()))
                  .collect(Collectors.joining(" ", "map[", "]"));
      case null -> "<nil>";
      default -> value.toString();
    };
  }
}
