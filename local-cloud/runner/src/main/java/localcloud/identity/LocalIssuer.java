package localcloud.identity;

import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** An OIDC issuer for one machine. */
public final class LocalIssuer {
  private final String issuer;

  /**
   * @param issuer the issuer's URL, whose path the {@link #handler} is mounted at: {@code
   *     http://127.0.0.1:3001/_local/issuer}
   * @param audience {@code aud} and {@code client_id} of the tokens
   * @param keyFile where the signing key is kept; empty for a new key each time
   */
  public LocalIssuer(String issuer, String audience, Optional<Path> keyFile, Clock clock)
      throws IOException {
    this.issuer = issuer;
  }

  public String issuer() {
    return issuer;
  }

  /** Returns a signed access token. */
  public String mint(String sub, List<String> scopes, Duration ttl) {
    return sub;
  }

  /** Returns what serves discovery, keys, sign-in and tokens below the issuer's path. */
  public HttpHandler handler() {
    return exchange -> exchange.sendResponseHeaders(404, -1);
  }
}
