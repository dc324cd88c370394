package localcloud.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireServerTest {
  private static final int HEAD_LIMIT = 1024;
  private static final int BODY_LIMIT = 4096;
  private static final WireServer.Limits LIMITS =
      new WireServer.Limits(HEAD_LIMIT, BODY_LIMIT, Duration.ofSeconds(30), Duration.ofSeconds(30));

  private final AtomicInteger handled = new AtomicInteger();
  private WireServer server;

  @BeforeEach
  void serveAnEcho() throws IOException {
    server = new WireServer(WireServer.bind(0), LIMITS);
    server.serve(
        "echo",
        request -> {
          handled.incrementAndGet();
          if (request.target().equals("/broken")) {
            throw new IllegalStateException("broken on purpose");
          }
          return Response.of(
              200,
              "text/plain",
              request.method()
                  + ' '
                  + request.target()
                  + ' '
                  + new String(request.body(), StandardCharsets.ISO_8859_1));
        });
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void requests_sent_at_once_are_answered_in_order_on_one_connection() throws IOException {
    String answers =
        RawClient.ask(
            server.port(),
            "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab"
                + "POST /2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3;x=y\r\ncde\r\n1\r\nf\r\n0\r\nTrailer: x\r\n\r\n"
                + "GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

    assertThat(answers).containsSubsequence("POST /1 ab", "POST /2 cdef", "GET /3 ");
    assertThat(answers).endsWith("Connection: close\r\n\r\nGET /3 ");
  }

  @Test
  void a_head_request_gets_the_length_and_no_body() throws IOException {
    String answer = RawClient.ask(server.port(), "HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n");

    assertThat(answer).contains("Content-Length: 8\r\n").endsWith("\r\n\r\n");
  }

  @Test
  void a_client_that_waits_to_be_told_is_told_to_go_on() throws IOException {
    String answer =
        RawClient.ask(
            server.port(),
            "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n",
            "a");

    assertThat(answer).startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Two readers could see two different requests in each of these.
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4, 4\r\n\r\nabcd",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +4\r\n\r\nabcd",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 4\r\n\r\nabcd",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n folded: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nnocolon\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nA: b\u0000c\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nA: b\nB: c\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET other HTTP/1.1\r\nHost: a\r\n\r\n",
        "nonsense\r\n\r\n",
        "\u0016\u0003\u0001\r\n\r\n",
      })
  void what_could_be_read_in_two_ways_is_refused_and_the_connection_closed(String request)
      throws IOException {
    String answer = RawClient.ask(server.port(), request + "GET /next HTTP/1.1\r\nHost: a\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 400 ").contains("Connection: close");
    assertThat(answer).doesNotContain("/next");
    assertThat(handled).hasValue(0);
  }

  @Test
  void another_version_is_refused() throws IOException {
    assertThat(RawClient.ask(server.port(), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
        .startsWith("HTTP/1.1 505 ");
  }

  @Test
  void a_head_beyond_the_limit_is_refused() throws IOException {
    String fits = "GET / HTTP/1.1\r\nHost: a\r\nA: " + "x".repeat(HEAD_LIMIT - 40) + "\r\n\r\n";
    String tooMuch = "GET / HTTP/1.1\r\nHost: a\r\nA: " + "x".repeat(HEAD_LIMIT) + "\r\n\r\n";

    assertThat(RawClient.ask(server.port(), fits)).startsWith("HTTP/1.1 200 ");
    assertThat(RawClient.ask(server.port(), tooMuch)).startsWith("HTTP/1.1 431 ");
  }

  @Test
  void a_head_that_never_ends_is_refused_at_the_limit() throws IOException {
    assertThat(RawClient.ask(server.port(), "GET / HTTP/1.1\r\nA: " + "x".repeat(100_000)))
        .startsWith("HTTP/1.1 431 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 4097\r\n\r\n",
        "Content-Length: 999999999999\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n1001\r\n",
        "Transfer-Encoding: chunked\r\n\r\nffffffff\r\n"
      })
  void a_body_beyond_the_limit_is_refused_before_it_is_read(String framing) throws IOException {
    assertThat(RawClient.ask(server.port(), "POST / HTTP/1.1\r\nHost: a\r\n" + framing))
        .startsWith("HTTP/1.1 413 ");
  }

  @Test
  void a_client_that_sends_a_byte_at_a_time_has_only_so_long_for_a_request() throws IOException {
    var soon =
        new WireServer.Limits(HEAD_LIMIT, BODY_LIMIT, Duration.ofHours(1), Duration.ofMillis(400));
    try (var impatient = new WireServer(WireServer.bind(0), soon);
        var socket = new Socket(InetAddress.getLoopbackAddress(), impatient.port())) {
      impatient.serve("impatient", request -> Response.of(200, "text/plain", "well"));
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write("GET / HTTP/1.1\r\nHost".getBytes(StandardCharsets.US_ASCII));

      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

      assertThat(answer).startsWith("HTTP/1.1 408 ");
    }
  }

  @Test
  void a_taken_port_is_told() {
    assertThatThrownBy(() -> WireServer.bind(server.port())).isInstanceOf(BindException.class);
  }

  @Test
  void a_handler_that_breaks_is_answered_with_500_and_closes() throws IOException {
    String answers =
        RawClient.ask(
            server.port(),
            "GET /broken HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n");

    assertThat(answers)
        .startsWith("HTTP/1.1 500 Internal Server Error\r\n")
        .contains("Connection: close")
        .doesNotContain("broken on purpose")
        .doesNotContain("HTTP/1.1 200");
  }

  @Test
  void out_of_file_handles_it_pauses_says_so_once_and_then_answers() throws Exception {
    List<Long> failures = new CopyOnWriteArrayList<>();
    AtomicInteger told = new AtomicInteger();
    var socket =
        new ServerSocket(0, 10, InetAddress.getLoopbackAddress()) {
          @Override
          public Socket accept() throws IOException {
            if (failures.size() < 3) {
              failures.add(System.nanoTime());
              throw new SocketException("Too many open files");
            }
            return super.accept();
          }
        };
    var before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> {
          if (thread.getName().equals("poor-accept")) {
            told.incrementAndGet();
          }
        });
    try (var poor = new WireServer(socket, LIMITS)) {
      poor.serve("poor", request -> Response.of(200, "text/plain", "well"));

      assertThat(RawClient.ask(poor.port(), "GET / HTTP/1.0\r\n\r\n")).endsWith("well");
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
    assertThat(failures.get(1) - failures.get(0)).isGreaterThan(50_000_000);
    assertThat(failures.get(2) - failures.get(1)).isGreaterThan(50_000_000);
    assertThat(told).hasValue(1);
  }

  @Test
  void it_listens_on_127_0_0_1_alone() throws IOException {
    for (var card : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      for (var address : Collections.list(card.getInetAddresses())) {
        if (!address.isLoopbackAddress() && !address.isLinkLocalAddress()) {
          assertThatThrownBy(
                  () -> {
                    try (var socket = new Socket()) {
                      socket.connect(new InetSocketAddress(address, server.port()), 500);
                    }
                  })
              .isInstanceOf(IOException.class);
        }
      }
    }
  }
}
