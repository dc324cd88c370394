package localcloud.wire;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Reads HTTP/1.1 messages off a socket, byte by byte strict about where each ends. */
final class WireInput {
  private static final int MAX_LINE_OF_CHUNK = 1024;

  private final Socket socket;
  private final InputStream in;
  private byte[] buffer = new byte[16 * 1024];
  private int from;
  private int to;
  private long deadlineNanos = Long.MAX_VALUE;

  WireInput(Socket socket) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
  }

  /** From now on, reads fail with {@link SocketTimeoutException} after this many milliseconds. */
  void expireIn(int millis) throws IOException {
    deadlineNanos = System.nanoTime() + millis * 1_000_000L;
    socket.setSoTimeout(millis);
  }

  /** Waits for the first byte of a message; false at the end of the stream. */
  boolean awaitMessage(int idleMillis) throws IOException {
    if (from < to) {
      return true;
    }
    expireIn(idleMillis);
    return fill();
  }

  /** A message's head: its first line and its fields. */
  record Head(String line, Headers headers) {}

  /**
   * Reads a head.
   *
   * @param limit bytes it may have; beyond them it is refused with 431
   */
  Head readHead(int limit) throws IOException, RefusedRequestException {
    int end = -1;
    int scanned = from;
    while (true) {
      for (int i = scanned; i + 3 < to; i++) {
        if (buffer[i] == '\r'
            && buffer[i + 1] == '\n'
            && buffer[i + 2] == '\r'
            && buffer[i + 3] == '\n') {
          end = i;
          break;
        }
      }
      if (end >= 0) {
        break;
      }
      if (to - from > limit) {
        throw new RefusedRequestException(431, "header section too large");
      }
      int keep = Math.max(to - 3, from) - from;
      if (to == buffer.length) {
        makeRoom();
      }
      if (!fill()) {
        throw new EOFException("in a head");
      }
      scanned = from + keep;
    }
    if (end - from > limit) {
      throw new RefusedRequestException(431, "header section too large");
    }
    var head = parseHead(buffer, from, end);
    from = end + 4;
    return head;
  }

  private static Head parseHead(byte[] bytes, int start, int end) throws RefusedRequestException {
    int lineEnd = lineEnd(bytes, start, end);
    String first = text(bytes, start, lineEnd);
    var headers = new Headers();
    int at = lineEnd + 2;
    while (at < end) {
      int fieldEnd = lineEnd(bytes, at, end);
      int colon = at;
      while (colon < fieldEnd && isTokenByte(bytes[colon])) {
        colon++;
      }
      // Also refuses a folded line, a space before the colon and an empty name: each is read
      // differently by different servers.
      if (colon == at || colon == fieldEnd || bytes[colon] != ':') {
        throw new RefusedRequestException(400, "malformed header field");
      }
      int valueStart = colon + 1;
      int valueEnd = fieldEnd;
      while (valueStart < valueEnd && isBlank(bytes[valueStart])) {
        valueStart++;
      }
      while (valueEnd > valueStart && isBlank(bytes[valueEnd - 1])) {
        valueEnd--;
      }
      headers.add(text(bytes, at, colon), text(bytes, valueStart, valueEnd));
      at = fieldEnd + 2;
    }
    return new Head(first, headers);
  }

  /** Returns where the line that starts here ends; refuses control characters in it. */
  private static int lineEnd(byte[] bytes, int start, int end) throws RefusedRequestException {
    for (int i = start; i < end; i++) {
      byte b = bytes[i];
      if (b == '\r' && i + 1 < end && bytes[i + 1] == '\n') {
        return i;
      }
      if ((b >= 0 && b < ' ' && b != '\t') || b == 0x7f) {
        throw new RefusedRequestException(400, "control character in the head");
      }
    }
    return end;
  }

  private static String text(byte[] bytes, int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  private static boolean isTokenByte(byte b) {
    return (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || "!#$%&'*+-.^_`|~".indexOf(b) >= 0;
  }

  /** Where a body ends. */
  enum Framing {
    NONE,
    LENGTH,
    CHUNKED
  }

  /**
   * Returns how the body is framed.
   *
   * @throws RefusedRequestException if the fields contradict each other, or name a coding that is
   *     not read here
   */
  static Framing framingOf(Headers headers) throws RefusedRequestException {
    List<String> codings = headers.all("Transfer-Encoding");
    List<String> lengths = headers.all("Content-Length");
    if (!codings.isEmpty()) {
      if (!lengths.isEmpty()) {
        throw new RefusedRequestException(400, "both Content-Length and Transfer-Encoding");
      }
      if (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked")) {
        throw new RefusedRequestException(400, "unknown transfer coding");
      }
      return Framing.CHUNKED;
    }
    if (lengths.isEmpty()) {
      return Framing.NONE;
    }
    if (lengths.size() > 1) {
      throw new RefusedRequestException(400, "more than one Content-Length");
    }
    return Framing.LENGTH;
  }

  byte[] readBody(Headers headers, long limit) throws IOException, RefusedRequestException {
    return switch (framingOf(headers)) {
      case NONE -> new byte[0];
      case CHUNKED -> readChunks(limit);
      case LENGTH -> readExactly(length(headers.first("Content-Length").orElseThrow()), limit);
    };
  }

  private static long length(String digits) throws RefusedRequestException {
    if (digits.isEmpty() || digits.length() > 18 || !digits.chars().allMatch(WireInput::isDigit)) {
      throw new RefusedRequestException(400, "malformed Content-Length");
    }
    return Long.parseLong(digits);
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  byte[] readExactly(long length, long limit) throws IOException, RefusedRequestException {
    if (length > limit) {
      throw new RefusedRequestException(413, "body too large");
    }
    int size = (int) length;
    // A large length is only a claim: memory grows with what really comes.
    byte[] body = new byte[Math.min(size, 64 * 1024)];
    int have = 0;
    while (have < size) {
      if (have == body.length) {
        body = Arrays.copyOf(body, (int) Math.min(size, body.length * 2L));
      }
      if (from == to && !fill()) {
        throw new EOFException("in a body");
      }
      int n = Math.min(Math.min(to - from, size - have), body.length - have);
      System.arraycopy(buffer, from, body, have, n);
      from += n;
      have += n;
    }
    return body;
  }

  private byte[] readChunks(long limit) throws IOException, RefusedRequestException {
    var body = new ByteArrayOutputStream();
    while (true) {
      String line = chunkLine();
      int end = line.indexOf(';');
      String digits = (end < 0 ? line : line.substring(0, end)).strip();
      if (digits.isEmpty() || digits.length() > 8 || !digits.chars().allMatch(WireInput::isHex)) {
        throw new RefusedRequestException(400, "malformed chunk size");
      }
      long size = Long.parseLong(digits, 16);
      if (size == 0) {
        for (int trailers = 0; !chunkLine().isEmpty(); trailers++) {
          if (trailers == 64) {
            throw new RefusedRequestException(400, "too many trailers");
          }
        }
        return body.toByteArray();
      }
      body.writeBytes(readExactly(size, limit - body.size()));
      if (!chunkLine().isEmpty()) {
        throw new RefusedRequestException(400, "chunk longer than its size");
      }
    }
  }

  private static boolean isHex(int c) {
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }

  private String chunkLine() throws IOException, RefusedRequestException {
    var line = new StringBuilder();
    while (true) {
      int b = read();
      if (b == '\r') {
        if (read() != '\n') {
          throw new RefusedRequestException(400, "bare carriage return");
        }
        return line.toString();
      }
      if (b == '\n' || line.length() >= MAX_LINE_OF_CHUNK) {
        throw new RefusedRequestException(400, "malformed chunk");
      }
      line.append((char) b);
    }
  }

  private int read() throws IOException {
    if (from == to && !fill()) {
      throw new EOFException("in a chunk");
    }
    return buffer[from++] & 0xff;
  }

  /** Reads all until the other side closes. */
  byte[] readToEnd() throws IOException {
    var body = new ByteArrayOutputStream();
    body.write(buffer, from, to - from);
    from = to;
    in.transferTo(body);
    return body.toByteArray();
  }

  private void makeRoom() {
    if (from > 0) {
      System.arraycopy(buffer, from, buffer, 0, to - from);
      to -= from;
      from = 0;
    } else {
      buffer = Arrays.copyOf(buffer, buffer.length * 2);
    }
  }

  private boolean fill() throws IOException {
    if (from == to) {
      from = 0;
      to = 0;
    }
    if (to == buffer.length) {
      makeRoom();
    }
    if (deadlineNanos != Long.MAX_VALUE) {
      long left = (deadlineNanos - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new SocketTimeoutException("message takes too long");
      }
      socket.setSoTimeout((int) Math.max(1, left));
    }
    int n = in.read(buffer, to, buffer.length - to);
    if (n < 0) {
      return false;
    }
    to += n;
    return true;
  }
}
