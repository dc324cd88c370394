package localcloud.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import localcloud.wire.Response.Fate;
import localcloud.wire.WireInput.Framing;

/**
 * An HTTP/1.1 server on 127.0.0.1. It refuses what two readers could frame differently, bounds what
 * it holds of a request, and gives a slow client only so long.
 */
public final class WireServer implements AutoCloseable {
  /**
   * What a client may ask of the server.
   *
   * @param headBytes request line and fields
   * @param idle how long a connection may lie between two requests
   * @param message how long a request may take to arrive once begun
   */
  public record Limits(int headBytes, long bodyBytes, Duration idle, Duration message) {}

  private static final Duration ACCEPT_PAUSE = Duration.ofMillis(100);

  private final ServerSocket socket;
  private final Limits limits;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** Answers on a socket that {@link #bind} took; clients wait until {@link #serve} is called. */
  public WireServer(ServerSocket socket, Limits limits) {
    this.limits = limits;
    this.socket = socket;
  }

  /**
   * Takes a port of 127.0.0.1.
   *
   * @param port 0 for any free one
   * @throws BindException if the port is taken
   */
  public static ServerSocket bind(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    // A port in TIME_WAIT after a restart is free; one that somebody listens on is still refused.
    socket.setReuseAddress(true);
    try {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
      return socket;
    } catch (IOException taken) {
      socket.close();
      throw taken;
    }
  }

  public int port() {
    return socket.getLocalPort();
  }

  /** Begins to answer; returns at once. */
  public void serve(String name, WireHandler handler) {
    Thread.ofPlatform().daemon().name(name + "-accept").start(() -> accept(name, handler));
  }

  private void accept(String name, WireHandler handler) {
    boolean told = false;
    while (!closed) {
      try {
        var client = socket.accept();
        told = false;
        welcome(client, name, handler);
      } catch (IOException failed) {
        if (closed) {
          return;
        }
        // Out of file handles, most likely: others must close some first.
        if (!told) {
          told = true;
          var thread = Thread.currentThread();
          thread
              .getUncaughtExceptionHandler()
              .uncaughtException(
                  thread, new IOException(name + " takes no connection, tries again", failed));
        }
        LockSupport.parkNanos(ACCEPT_PAUSE.toNanos());
      }
    }
  }

  private void welcome(Socket client, String name, WireHandler handler) {
    if (!handler.accepts()) {
      reset(client);
      return;
    }
    open.add(client);
    Thread.ofVirtual().name(name).start(() -> converse(client, handler));
  }

  private void converse(Socket client, WireHandler handler) {
    try (client) {
      client.setTcpNoDelay(true);
      var in = new WireInput(client);
      OutputStream out = client.getOutputStream();
      while (!closed && answerOne(client, in, out, handler)) {
        // The connection is kept.
      }
    } catch (IOException gone) {
      // The client left, or was too slow between two requests: nobody is there to be told.
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(client);
    }
  }

  private boolean answerOne(Socket client, WireInput in, OutputStream out, WireHandler handler)
      throws IOException, InterruptedException {
    if (!in.awaitMessage((int) limits.idle().toMillis())) {
      return false;
    }
    Request request;
    try {
      request = read(client, in, out);
    } catch (RefusedRequestException refusal) {
      refuse(client, out, handler.refuse(refusal));
      return false;
    } catch (SocketTimeoutException slow) {
      refuse(
          client, out, handler.refuse(new RefusedRequestException(408, "request took too long")));
      return false;
    }
    Response response;
    try {
      response = handler.handle(request);
    } catch (RuntimeException broken) {
      String message = "{\"message\":\"Internal Server Error\"}";
      refuse(client, out, Response.of(500, "application/json", message));
      throw broken; // for the thread's handler to tell
    }
    switch (response.fate()) {
      case CUT -> {
        return false;
      }
      case RESET -> {
        reset(client);
        return false;
      }
      case CLOSE, KEEP -> {
        boolean keep = response.fate() == Fate.KEEP && wantsToStay(request);
        write(out, response, request.method().equals("HEAD"), keep);
        return keep;
      }
    }
    return false;
  }

  private Request read(Socket client, WireInput in, OutputStream out)
      throws IOException, RefusedRequestException {
    in.expireIn((int) limits.message().toMillis());
    var head = in.readHead(limits.headBytes());
    String[] line = head.line().split(" ", -1);
    if (line.length != 3 || line[0].isEmpty() || line[1].isEmpty()) {
      throw new RefusedRequestException(400, "malformed request line");
    }
    String version = line[2];
    if (!version.equals("HTTP/1.1") && !version.equals("HTTP/1.0")) {
      throw new RefusedRequestException(version.startsWith("HTTP/") ? 505 : 400, "HTTP version");
    }
    String target = originForm(line[1]);
    if (head.headers().all("Host").size() != 1 && version.equals("HTTP/1.1")) {
      throw new RefusedRequestException(400, "needs one Host");
    }
    if (version.equals("HTTP/1.0") && WireInput.framingOf(head.headers()) == Framing.CHUNKED) {
      throw new RefusedRequestException(400, "HTTP/1.0 has no transfer codings");
    }
    if (head.headers().first("Expect").isPresent()) {
      long length =
          head.headers().first("Content-Length").map(WireServer::claimed).orElse(0L).longValue();
      if (length <= limits.bodyBytes()) {
        out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      }
    }
    byte[] body = in.readBody(head.headers(), limits.bodyBytes());
    return new Request(line[0], target, version, head.headers(), body, client.getInetAddress());
  }

  private static Long claimed(String length) {
    try {
      return Long.valueOf(length);
    } catch (NumberFormatException malformed) {
      return Long.MAX_VALUE;
    }
  }

  private static String originForm(String target) throws RefusedRequestException {
    if (target.startsWith("/") || target.equals("*")) {
      return target;
    }
    if (target.regionMatches(true, 0, "http://", 0, 7)) {
      int path = target.indexOf('/', 7);
      return path < 0 ? "/" : target.substring(path);
    }
    throw new RefusedRequestException(400, "malformed request target");
  }

  private static boolean wantsToStay(Request request) {
    return request.version().equals("HTTP/1.1")
        ? !request.headers().hasToken("Connection", "close")
        : request.headers().hasToken("Connection", "keep-alive");
  }

  private static void write(OutputStream out, Response response, boolean headOnly, boolean keep)
      throws IOException {
    int status = response.status();
    var head = new StringBuilder(256);
    head.append("HTTP/1.1 ").append(status).append(' ').append(reason(status)).append("\r\n");
    Headers headers = response.headers();
    for (int i = 0; i < headers.size(); i++) {
      head.append(headers.name(i)).append(": ").append(headers.value(i)).append("\r\n");
    }
    boolean bodiless = status == 204 || status == 304 || status < 200;
    if (!bodiless) {
      head.append("Content-Length: ").append(response.body().length).append("\r\n");
    }
    if (!keep) {
      head.append("Connection: close\r\n");
    }
    head.append("\r\n");
    byte[] start = head.toString().getBytes(StandardCharsets.ISO_8859_1);
    byte[] body = headOnly || bodiless ? new byte[0] : response.body();
    byte[] message = Arrays.copyOf(start, start.length + body.length);
    System.arraycopy(body, 0, message, start.length, body.length);
    // One write: head and body in one segment, so that nothing waits for an acknowledgement.
    out.write(message);
    out.flush();
  }

  /** Answers and closes without losing the answer to a reset for what the client still sends. */
  private static void refuse(Socket client, OutputStream out, Response response)
      throws IOException {
    if (response.fate() == Fate.CUT || response.fate() == Fate.RESET) {
      return;
    }
    write(out, response, false, false);
    client.shutdownOutput();
    client.setSoTimeout(500);
    var scrap = new byte[8192];
    var in = client.getInputStream();
    long end = System.nanoTime() + 500_000_000L;
    while (System.nanoTime() < end && in.read(scrap) >= 0) {
      // Thrown away.
    }
  }

  private static void reset(Socket client) {
    try {
      client.setSoLinger(true, 0);
      client.close();
    } catch (IOException gone) {
      // Then it is closed already.
    }
  }

  private static String reason(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 201 -> "Created";
      case 202 -> "Accepted";
      case 204 -> "No Content";
      case 301 -> "Moved Permanently";
      case 302 -> "Found";
      case 303 -> "See Other";
      case 304 -> "Not Modified";
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 408 -> "Request Timeout";
      case 409 -> "Conflict";
      case 412 -> "Precondition Failed";
      case 413 -> "Content Too Large";
      case 415 -> "Unsupported Media Type";
      case 422 -> "Unprocessable Content";
      case 428 -> "Precondition Required";
      case 429 -> "Too Many Requests";
      case 431 -> "Request Header Fields Too Large";
      case 500 -> "Internal Server Error";
      case 502 -> "Bad Gateway";
      case 503 -> "Service Unavailable";
      case 504 -> "Gateway Timeout";
      case 505 -> "HTTP Version Not Supported";
      default -> "Status";
    };
  }

  @Override
  public void close() {
    closed = true;
    try {
      socket.close();
    } catch (IOException failed) {
      // Nothing is left to be done about it.
    }
    for (Socket client : open) {
      try {
        client.close();
      } catch (IOException gone) {
        // Then it is closed already.
      }
    }
  }
}
