package localcloud.functions;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The Lambda Runtime API (2018-06-01) for one process, on a port of its own, so that {@code
 * AWS_LAMBDA_RUNTIME_API} is a plain host and port as on Lambda. Written on sockets: a request is
 * answered in one segment, and a process that dies is noticed by nobody but its own thread.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html">Runtime API</a>
 */
final class RuntimeApi implements AutoCloseable {
  /** The process behind the API. */
  interface Client {
    /** Returns the next invocation; waits for it. */
    Next next() throws InterruptedException;

    /** Takes an answer; false if there is no such invocation under way. */
    boolean answered(String requestId, byte[] body, boolean tooLarge);

    /** Takes a failure; false if there is no such invocation under way. */
    boolean failed(String requestId, byte[] body);

    void initFailed(byte[] body);
  }

  /** An invocation as the API hands it out. */
  record Next(
      String requestId,
      byte[] payload,
      long deadlineMillis,
      String functionArn,
      String trace,
      Optional<String> clientContext) {}

  private static final String BASE = "/2018-06-01/runtime/";

  private final ServerSocket server;
  private final Client client;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

  RuntimeApi(String name, Client client) throws IOException {
    this.client = client;
    this.server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("runtime-api-" + name).start(this::accept);
  }

  /** Returns what the process finds in {@code AWS_LAMBDA_RUNTIME_API}. */
  String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  @Override
  public void close() {
    closeQuietly(server);
    connections.forEach(RuntimeApi::closeQuietly);
    threads.forEach(Thread::interrupt);
  }

  private void accept() {
    try {
      while (!server.isClosed()) {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        connections.add(socket);
        Thread.ofVirtual().name("runtime-api-connection").start(() -> serve(socket));
      }
    } catch (IOException closed) {
      // The worker is gone, and its API with it.
    }
  }

  private void serve(Socket socket) {
    threads.add(Thread.currentThread());
    try (socket;
        InputStream in = new BufferedInputStream(socket.getInputStream());
        OutputStream out = new BufferedOutputStream(socket.getOutputStream())) {
      while (serveOne(in, out)) {
        out.flush();
      }
    } catch (IOException gone) {
      // The process closed its end; its exit is seen elsewhere.
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    } finally {
      connections.remove(socket);
      threads.remove(Thread.currentThread());
    }
  }

  private boolean serveOne(InputStream in, OutputStream out)
      throws IOException, InterruptedException {
    String requestLine = line(in);
    if (requestLine.isEmpty()) {
      return false;
    }
    String[] words = requestLine.split(" ", -1);
    Map<String, String> headers = headers(in);
    if (headers.getOrDefault("expect", "").equalsIgnoreCase("100-continue")) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }
    Body body = body(in, headers);
    String path = words.length > 1 ? words[1] : "";
    if (!path.startsWith(BASE)) {
      answer(out, 404, error("Not found", "InvalidResource"), Map.of());
      return true;
    }
    String resource = path.substring(BASE.length());
    if (resource.equals("invocation/next")) {
      next(out);
    } else if (resource.equals("restore/next")) {
      // The snapshot that was not taken is restored.
      answer(out, 200, OK, Map.of());
    } else if (resource.equals("init/error") || resource.equals("restore/error")) {
      client.initFailed(body.bytes());
      answer(out, 202, OK, Map.of());
    } else if (resource.startsWith("invocation/")) {
      report(resource.split("/", -1), body, out);
    } else {
      answer(out, 404, error("Not found", "InvalidResource"), Map.of());
    }
    return true;
  }

  private void next(OutputStream out) throws IOException, InterruptedException {
    Next next = client.next();
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Lambda-Runtime-Aws-Request-Id", next.requestId());
    headers.put("Lambda-Runtime-Deadline-Ms", Long.toString(next.deadlineMillis()));
    headers.put("Lambda-Runtime-Invoked-Function-Arn", next.functionArn());
    headers.put("Lambda-Runtime-Trace-Id", next.trace());
    next.clientContext().ifPresent(json -> headers.put("Lambda-Runtime-Client-Context", json));
    answer(out, 200, next.payload(), headers);
  }

  private void report(String[] parts, Body body, OutputStream out) throws IOException {
    boolean known;
    if (parts.length == 3 && parts[2].equals("response")) {
      known = client.answered(parts[1], body.bytes(), body.tooLarge());
      if (known && body.tooLarge()) {
        answer(
            out,
            413,
            error(
                "Exceeded maximum allowed payload size ("
                    + Invocation.RESPONSE_LIMIT_BYTES
                    + " bytes).",
                "RequestEntityTooLarge"),
            Map.of());
        return;
      }
    } else if (parts.length == 3 && parts[2].equals("error")) {
      known = client.failed(parts[1], body.bytes());
    } else {
      answer(out, 404, error("Not found", "InvalidResource"), Map.of());
      return;
    }
    if (known) {
      answer(out, 202, OK, Map.of());
    } else {
      answer(out, 400, error("Invalid request ID", "InvalidRequestID"), Map.of());
    }
  }

  private static final byte[] OK = "{\"status\":\"OK\"}\n".getBytes(StandardCharsets.UTF_8);

  private static byte[] error(String message, String type) {
    return ("{\"errorMessage\":\"" + message + "\",\"errorType\":\"" + type + "\"}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void answer(OutputStream out, int status, byte[] body, Map<String, String> headers)
      throws IOException {
    StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append(" -\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append("Content-Type: application/json\r\nContent-Length: ")
        .append(body.length)
        .append("\r\n\r\n");
    out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    out.write(body);
    out.flush();
  }

  private static Map<String, String> headers(InputStream in) throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    return headers;
  }

  /** A request's body, or as much as may be kept of it. */
  private record Body(byte[] bytes, boolean tooLarge) {}

  private static Body body(InputStream in, Map<String, String> headers) throws IOException {
    Collector collector = new Collector();
    if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
      int size = Integer.parseInt(line(in).split(";", 2)[0].strip(), 16);
      while (size > 0) {
        collector.take(in, size);
        line(in);
        size = Integer.parseInt(line(in).split(";", 2)[0].strip(), 16);
      }
      line(in);
    } else {
      collector.take(in, Long.parseLong(headers.getOrDefault("content-length", "0")));
    }
    return new Body(collector.bytes(), collector.dropped);
  }

  /** Keeps what the limit allows and reads the rest away, so that an answer can be given. */
  private static final class Collector {
    private final java.io.ByteArrayOutputStream kept = new java.io.ByteArrayOutputStream();
    private boolean dropped;

    void take(InputStream in, long length) throws IOException {
      byte[] buffer = new byte[(int) Math.min(length, 64 * 1024)];
      long left = length;
      while (left > 0) {
        int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
        if (read < 0) {
          throw new EOFException("request ended early");
        }
        int room = Math.min(read, Invocation.RESPONSE_LIMIT_BYTES - kept.size());
        kept.write(buffer, 0, room);
        dropped |= room < read;
        left -= read;
      }
    }

    byte[] bytes() {
      return kept.toByteArray();
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    int c = in.read();
    while (c >= 0 && c != '\n') {
      if (c != '\r') {
        line.append((char) c);
      }
      c = in.read();
    }
    return line.toString();
  }

  private static void closeQuietly(java.io.Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException gone) {
      // Nothing is left to close then.
    }
  }
}
