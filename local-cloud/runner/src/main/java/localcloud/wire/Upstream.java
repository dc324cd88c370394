package localcloud.wire;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import localcloud.wire.WireInput.Framing;

/** A server on 127.0.0.1 that is asked over kept connections. Safe for use by many threads. */
public final class Upstream implements AutoCloseable {
  private static final int HEAD_LIMIT = 256 * 1024;
  private static final long BODY_LIMIT = 64L * 1024 * 1024;

  /** Less than the five minutes after which a front closes a connection that lies idle. */
  private static final long IDLE_NANOS = TimeUnit.MINUTES.toNanos(4);

  private final int port;
  private final Duration timeout;
  private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();
  private volatile boolean closed;

  /**
   * @param timeout how long an answer may take
   */
  public Upstream(int port, Duration timeout) {
    this.port = port;
    this.timeout = timeout;
  }

  private record Connection(Socket socket, WireInput in, long usedNanos) {}

  /**
   * Sends one request and returns its answer. It is never sent twice: whether one that failed was
   * carried out is for the caller to find out.
   *
   * @param headers without framing
   * @throws IOException if the server cannot be reached, or goes away before its answer is whole
   */
  public Response send(String method, String target, Headers headers, byte[] body)
      throws IOException {
    var connection = take();
    boolean done = false;
    try {
      write(connection.socket(), method, target, headers, body);
      connection.in().expireIn((int) timeout.toMillis());
      var head = connection.in().readHead(HEAD_LIMIT);
      while (head.line().startsWith("HTTP/1.1 1")) {
        head = connection.in().readHead(HEAD_LIMIT);
      }
      int status = Integer.parseInt(head.line().substring(9, 12));
      boolean stays = head.line().startsWith("HTTP/1.1") && !closes(head.headers());
      byte[] answer;
      if (method.equals("HEAD") || status == 204 || status == 304) {
        answer = new byte[0];
      } else if (WireInput.framingOf(head.headers()) == Framing.NONE) {
        answer = connection.in().readToEnd();
        stays = false;
      } else {
        answer = connection.in().readBody(head.headers(), BODY_LIMIT);
      }
      done = stays;
      return new Response(status, withoutFraming(head.headers()), answer);
    } catch (RefusedRequestException malformed) {
      throw new IOException("malformed answer: " + malformed.getMessage(), malformed);
    } finally {
      if (done && !closed) {
        idle.addFirst(new Connection(connection.socket(), connection.in(), System.nanoTime()));
      } else {
        connection.socket().close();
      }
    }
  }

  private Connection take() throws IOException {
    for (var kept = idle.pollFirst(); kept != null; kept = idle.pollFirst()) {
      if (System.nanoTime() - kept.usedNanos() < IDLE_NANOS) {
        return kept;
      }
      kept.socket().close();
    }
    var socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5000);
      return new Connection(socket, new WireInput(socket), System.nanoTime());
    } catch (IOException unreachable) {
      socket.close();
      throw unreachable;
    }
  }

  private void write(Socket socket, String method, String target, Headers headers, byte[] body)
      throws IOException {
    var head = new StringBuilder(512);
    head.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
    for (int i = 0; i < headers.size(); i++) {
      if (!isFraming(headers.name(i))) {
        head.append(headers.name(i)).append(": ").append(headers.value(i)).append("\r\n");
      }
    }
    if (headers.first("Host").isEmpty()) {
      head.append("Host: 127.0.0.1:").append(port).append("\r\n");
    }
    if (body.length > 0 || method.equals("POST") || method.equals("PUT")) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    head.append("\r\n");
    byte[] start = head.toString().getBytes(StandardCharsets.ISO_8859_1);
    byte[] message = Arrays.copyOf(start, start.length + body.length);
    System.arraycopy(body, 0, message, start.length, body.length);
    try {
      socket.getOutputStream().write(message);
    } catch (IOException broken) {
      var cut = new EOFException("closed by " + port);
      cut.initCause(broken);
      throw cut;
    }
  }

  private static Headers withoutFraming(Headers headers) {
    var kept = new Headers();
    headers.each(
        (name, value) -> {
          if (!isFraming(name)) {
            kept.add(name, value);
          }
        });
    return kept;
  }

  private static boolean isFraming(String name) {
    return switch (name.length()) {
      case 6 -> name.equalsIgnoreCase("Expect");
      case 10 -> name.equalsIgnoreCase("Connection") || name.equalsIgnoreCase("Keep-Alive");
      case 14 -> name.equalsIgnoreCase("Content-Length");
      case 17 -> name.equalsIgnoreCase("Transfer-Encoding");
      default -> false;
    };
  }

  private static boolean closes(Headers headers) {
    return headers.hasToken("Connection", "close");
  }

  @Override
  public void close() {
    closed = true;
    for (var connection = idle.pollFirst(); connection != null; connection = idle.pollFirst()) {
      try {
        connection.socket().close();
      } catch (IOException gone) {
        // Then it is closed already.
      }
    }
  }
}
