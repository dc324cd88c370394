package localcloud.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An OIDC issuer for one machine: it signs with a key of its own, and lets a few demo users in
 * without a password. Safe for use by many threads.
 */
public final class LocalIssuer {
  private final String issuer;
  private final String audience;
  private final List<DemoUser> users;
  private final Clock clock;
  private final RSAKey key;
  private final JWKSet publicKeys;
  private final RSASSASigner signer;

  /**
   * @param issuer the issuer's URL, whose path the {@link #handler} is mounted at: {@code
   *     http://127.0.0.1:3001/_local/issuer}
   * @param audience {@code aud} and {@code client_id} of the tokens
   * @param users who may sign in
   * @param keyFile where the signing key is kept; empty for a new key each time
   */
  public LocalIssuer(
      String issuer, String audience, List<DemoUser> users, Optional<Path> keyFile, Clock clock)
      throws IOException {
    this.issuer = issuer;
    this.audience = audience;
    this.users = List.copyOf(users);
    this.clock = clock;
    this.key = SigningKey.at(keyFile);
    this.publicKeys = new JWKSet(key.toPublicJWK());
    try {
      this.signer = new RSASSASigner(key);
    } catch (JOSEException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  public String issuer() {
    return issuer;
  }

  /** Returns what tokens are checked with. */
  public JWKSet publicKeys() {
    return publicKeys;
  }

  String audience() {
    return audience;
  }

  List<DemoUser> users() {
    return users;
  }

  Clock clock() {
    return clock;
  }

  /** Returns a signed access token. */
  public String mint(String sub, List<String> scopes, Duration ttl) {
    Instant now = clock.instant();
    return sign(
        "at+jwt",
        new JWTClaimsSet.Builder()
            .issuer(issuer)
            .subject(sub)
            .audience(audience)
            .claim("client_id", audience)
            .claim("scope", String.join(" ", scopes))
            .claim("token_use", "access")
            .issueTime(Date.from(now))
            .notBeforeTime(Date.from(now))
            .expirationTime(Date.from(now.plus(ttl)))
            .jwtID(UUID.randomUUID().toString())
            .build());
  }

  String idToken(DemoUser user, @Nullable String nonce, Duration ttl) {
    Instant now = clock.instant();
    var claims =
        new JWTClaimsSet.Builder()
            .issuer(issuer)
            .subject(user.sub())
            .audience(audience)
            .claim("name", user.name())
            .claim("token_use", "id")
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(ttl)));
    if (nonce != null) {
      claims.claim("nonce", nonce);
    }
    return sign("JWT", claims.build());
  }

  private String sign(String type, JWTClaimsSet claims) {
    var header =
        new JWSHeader.Builder(JWSAlgorithm.RS256)
            .keyID(key.getKeyID())
            .type(new JOSEObjectType(type))
            .build();
    var token = new SignedJWT(header, claims);
    try {
      token.sign(signer);
    } catch (JOSEException impossible) {
      throw new IllegalStateException(impossible);
    }
    return token.serialize();
  }

  /** Returns the subject of one of this issuer's own access tokens that is still good. */
  Optional<String> subjectOf(String token) {
    try {
      var jwt = SignedJWT.parse(token);
      var claims = jwt.getJWTClaimsSet();
      boolean good =
          jwt.getHeader().getAlgorithm().equals(JWSAlgorithm.RS256)
              && jwt.verify(new RSASSAVerifier(key.toRSAPublicKey()))
              && claims.getExpirationTime() != null
              && claims.getExpirationTime().toInstant().isAfter(clock.instant());
      return good ? Optional.ofNullable(claims.getSubject()) : Optional.empty();
    } catch (ParseException | JOSEException | IllegalStateException bad) {
      return Optional.empty();
    }
  }

  /** Returns what serves discovery, keys, sign-in and tokens below the issuer's path. */
  public HttpHandler handler() {
    return new IssuerPages(this);
  }
}
