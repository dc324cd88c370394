package localcloud.functions;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The last 4 KiB of what one invocation logged. Safe for use by many threads. */
final class LogTail {
  private static final int LIMIT_BYTES = 4096;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  synchronized void clear() {
    bytes.reset();
  }

  synchronized void add(String line) {
    bytes.writeBytes((line + "\n").getBytes(StandardCharsets.UTF_8));
    if (bytes.size() > 4 * LIMIT_BYTES) {
      byte[] kept = lastBytes();
      bytes.reset();
      bytes.writeBytes(kept);
    }
  }

  synchronized byte[] lastBytes() {
    byte[] all = bytes.toByteArray();
    return all.length <= LIMIT_BYTES
        ? all
        : Arrays.copyOfRange(all, all.length - LIMIT_BYTES, all.length);
  }
}
