package localcloud.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import localcloud.functions.Await;
import localcloud.http.TokenVerifier.Verdict;
import localcloud.identity.DemoUser;
import localcloud.identity.LocalIssuer;
import localcloud.model.HttpApiSpec.JwtAuthorizer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An authorizer whose issuer is not the runner's own: its keys are found as OIDC says. */
class ForeignIssuerTest {
  private static final String AUDIENCE = "things";

  private final AtomicInteger asked = new AtomicInteger();
  private HttpServer server;
  private String address;
  private LocalIssuer issuer;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private TokenVerifier verifier;

  /** The time that the test says. */
  private final Clock clock =
      new Clock() {
        @Override
        public ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          return this;
        }

        @Override
        public Instant instant() {
          return now;
        }
      };

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    address = "http://127.0.0.1:" + server.getAddress().getPort() + "/issuer";
    issuer = issuer(address);
    server.createContext(
        "/issuer",
        exchange -> {
          if (exchange.getRequestURI().getPath().endsWith("openid-configuration")) {
            asked.incrementAndGet();
          }
          issuer.handler().handle(exchange);
        });
    server.start();
    verifier = new TokenVerifier(issuer("http://127.0.0.1:1/own"), clock);
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private LocalIssuer issuer(String at) throws IOException {
    return new LocalIssuer(at, AUDIENCE, DemoUser.defaults(List.of()), Optional.empty(), clock);
  }

  private String token() {
    return issuer.mint("alice", List.of(), Duration.ofHours(3));
  }

  private Verdict verify(String token) {
    return verifier.verify(
        token,
        new JwtAuthorizer(
            "jwt", address, List.of(AUDIENCE), List.of(), "$request.header.Authorization"));
  }

  @Test
  void its_keys_are_found_and_kept() throws IOException {
    assertThat(verify(token())).isInstanceOf(Verdict.Accepted.class);
    assertThat(verify(token())).isInstanceOf(Verdict.Accepted.class);

    assertThat(asked).hasValue(1);
  }

  @Test
  void a_new_key_is_asked_for_and_what_the_old_one_signed_is_refused() throws IOException {
    String old = token();
    assertThat(verify(old)).isInstanceOf(Verdict.Accepted.class);

    issuer = issuer(address);
    now = now.plusSeconds(11);

    assertThat(verify(token())).isInstanceOf(Verdict.Accepted.class);
    assertThat(verify(old)).isEqualTo(new Verdict.Unauthorized("the token's key is unknown"));
  }

  @Test
  void tokens_of_unknown_keys_do_not_make_it_ask_again_at_once() throws IOException {
    verify(token());
    issuer = issuer(address);

    for (int i = 0; i < 5; i++) {
      assertThat(verify(token())).isEqualTo(new Verdict.Unauthorized("the token's key is unknown"));
    }

    assertThat(asked).hasValue(1);
  }

  @Test
  void keys_are_kept_for_two_hours_at_most() throws IOException {
    String old = token();
    assertThat(verify(old)).isInstanceOf(Verdict.Accepted.class);

    issuer = issuer(address);
    now = now.plus(Duration.ofHours(2)).plusSeconds(1);

    assertThat(verify(old)).isEqualTo(new Verdict.Unauthorized("the token's key is unknown"));
  }

  @Test
  void an_issuer_that_cannot_be_reached_refuses_until_it_can() throws Exception {
    int port = server.getAddress().getPort();
    String token = token();
    server.stop(0);

    assertThat(verify(token))
        .isEqualTo(new Verdict.Unauthorized("OIDC discovery endpoint communication error"));

    server = serverAt(port);
    server.createContext("/issuer", exchange -> issuer.handler().handle(exchange));
    server.start();
    assertThat(verify(token)).isInstanceOf(Verdict.Accepted.class);
  }

  /** Binds a port that was free a moment ago: a connection of somebody's may have it meanwhile. */
  private static HttpServer serverAt(int port) throws Exception {
    AtomicReference<HttpServer> bound = new AtomicReference<>();
    Await.until(
        "the port is free",
        () -> {
          try {
            bound.set(
                HttpServer.create(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0));
            return true;
          } catch (BindException taken) {
            return false;
          }
        });
    return bound.get();
  }
}
