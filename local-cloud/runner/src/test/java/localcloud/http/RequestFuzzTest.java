package localcloud.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import localcloud.Mutants;
import localcloud.functions.FunctionInvoker;
import localcloud.identity.DemoUser;
import localcloud.identity.LocalIssuer;
import localcloud.journal.Journal;
import localcloud.model.HttpApiSpec;
import localcloud.model.HttpApiSpec.Route;
import localcloud.wire.RawClient;
import localcloud.wire.WireServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bytes that are nearly a request: each gets an answer that is documented, or is cut off. */
class RequestFuzzTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String REQUEST =
      """
      POST /things/7?a=b&c=%20d&a=e HTTP/1.1\r
      Host: a\r
      Cookie: x=y; z\r
      Connection: close\r
      Content-Type: application/json\r
      X-Correlation-Id: abc\r
      Content-Length: 9\r
      \r
      {"a":"b"}\
      """;

  private static final List<String> PIECES =
      List.of(
          "\r\n",
          "\n",
          "\r",
          "\u0000",
          "\u00ff",
          "\u007f",
          "\t",
          " ",
          ":",
          "%",
          "%00",
          "%zz",
          "%c3%28",
          "%0d%0a",
          "?",
          "&",
          "=",
          "/../",
          "//",
          "#",
          "*",
          "http://x/",
          "HTTP/1.0",
          "HTTP/2.0",
          "CONNECT",
          "HEAD",
          "OPTIONS",
          "Transfer-Encoding: chunked\r\n",
          "Transfer-Encoding: chunked, identity\r\n",
          "Content-Length: 1\r\n",
          "Content-Length: 99999999999999999999\r\n",
          "Content-Length: -1\r\n",
          "Expect: 100-continue\r\n",
          "Authorization: Bearer x.y.z\r\n",
          "Content-Type: text/plain\r\n",
          "5\r\nabcde\r\n0\r\n\r\n",
          "ffffffffffffffff\r\n",
          ";x=y",
          "a".repeat(11_000));

  @Test
  void a_request_is_answered_as_documented_or_cut_off(@TempDir Path folder) throws Exception {
    FunctionInvoker functions =
        (name, payload, trace) -> {
          isAnEvent(payload);
          return new FunctionInvoker.Answer(
              "request",
              "{\"statusCode\":202}".getBytes(StandardCharsets.UTF_8),
              Optional.empty(),
              new byte[0]);
        };
    var issuer =
        new LocalIssuer(
            "http://127.0.0.1:1/issuer",
            "things",
            DemoUser.defaults(List.of()),
            Optional.of(folder.resolve("key.json")),
            Clock.systemUTC());
    var route =
        new Route(
            "ANY", "/things/{id}", "Function", Optional.empty(), Duration.ofSeconds(30), "2.0");
    var spec =
        new HttpApiSpec("Api", "abc123", "$default", List.of(route), Optional.empty(), false);
    try (var api =
        new HttpApi(
            spec,
            functions,
            new TokenVerifier(issuer, Clock.systemUTC()),
            new Journal(1_000_000),
            WireServer.bind(0))) {
      Mutants.check(
          "the request parser",
          1_000,
          REQUEST,
          PIECES,
          request ->
              assertThat(RawClient.ask(api.port(), request))
                  .matches("(?s)|(HTTP/1\\.1 (100|202|400|404|413|431) .*)")
                  .doesNotContain("Exception", "\tat "));
      assertThat(RawClient.ask(api.port(), REQUEST)).startsWith("HTTP/1.1 202 ");
    }
  }

  /** What a function gets is one JSON object of the documented form, whatever was sent. */
  private static void isAnEvent(byte[] payload) {
    try {
      JsonNode event = JSON.readTree(payload);
      if (!event.path("version").asText().equals("2.0")
          || !event.path("rawPath").asText().startsWith("/things/")) {
        throw new IllegalStateException("no event: " + event);
      }
    } catch (IOException broken) {
      throw new IllegalStateException(broken);
    }
  }
}
