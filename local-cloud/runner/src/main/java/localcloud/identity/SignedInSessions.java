package localcloud.identity;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who is signed in at the issuer, and their refresh tokens. A refresh token can be used once: its
 * use returns the next one (rotation). A second use means that somebody else has a copy, so it ends
 * the session. Safe for use by many threads.
 */
final class SignedInSessions {
  static final Duration LIFETIME = Duration.ofHours(12);
  private static final int MAX_SESSIONS = 1000;
  private static final int MAX_TOKENS = 10_000;

  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Session> sessions = new ConcurrentHashMap<>();
  private final Map<String, RefreshToken> tokens = new ConcurrentHashMap<>();
  private final Map<String, Grant> spent = new ConcurrentHashMap<>();

  SignedInSessions(Clock clock) {
    this.clock = clock;
  }

  private record Session(DemoUser user, Instant until) {}

  private record RefreshToken(Grant grant, Instant until) {}

  /**
   * What a refresh token stands for.
   *
   * @param session id of the session that it ends with
   */
  record Grant(String session, DemoUser user, List<String> scopes) {}

  /** Opens a session and returns its id, which is a secret of the person's browser. */
  String open(DemoUser user) {
    sessions.values().removeIf(session -> session.until().isBefore(clock.instant()));
    if (sessions.size() >= MAX_SESSIONS) {
      sessions.clear();
    }
    String id = secret();
    sessions.put(id, new Session(user, clock.instant().plus(LIFETIME)));
    return id;
  }

  /** Returns the person of a session that has not ended. */
  Optional<DemoUser> userOf(String session) {
    return Optional.ofNullable(sessions.get(session))
        .filter(open -> open.until().isAfter(clock.instant()))
        .map(Session::user);
  }

  /** Ends a session and all its refresh tokens. */
  void close(String session) {
    sessions.remove(session);
    tokens.values().removeIf(token -> token.grant().session().equals(session));
    spent.values().removeIf(grant -> grant.session().equals(session));
  }

  /** Returns a new refresh token. */
  String refreshTokenFor(Grant grant) {
    tokens.values().removeIf(token -> token.until().isBefore(clock.instant()));
    if (tokens.size() + spent.size() >= MAX_TOKENS) {
      tokens.clear();
      spent.clear();
    }
    String token = secret();
    tokens.put(token, new RefreshToken(grant, clock.instant().plus(LIFETIME)));
    return token;
  }

  /**
   * Takes a refresh token; empty if it is unknown, too old, used before, or of an ended session.
   */
  Optional<Grant> redeem(String token) {
    RefreshToken taken = tokens.remove(token);
    if (taken == null) {
      Grant used = spent.get(token);
      if (used != null) {
        close(used.session());
      }
      return Optional.empty();
    }
    spent.put(token, taken.grant());
    return Optional.of(taken.grant())
        .filter(grant -> taken.until().isAfter(clock.instant()))
        .filter(grant -> userOf(grant.session()).isPresent());
  }

  /** Returns 192 random bits, as they may stand in an address or a cookie. */
  String secret() {
    byte[] bytes = new byte[24];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
