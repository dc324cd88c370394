package localcloud.functions;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** The last 4 KiB of what one invocation logged. Safe for use by many threads. */
final class LogTail {
  private static final int LIMIT_BYTES = 4096;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private long lines;
  private String end = "";

  synchronized void add(String line) {
    lines++;
    bytes.writeBytes((line + "\n").getBytes(StandardCharsets.UTF_8));
    if (bytes.size() > 4 * LIMIT_BYTES) {
      byte[] kept = last(bytes.toByteArray());
      bytes.reset();
      bytes.writeBytes(kept);
    }
  }

  /**
   * Sets the platform's lines that stand below all others, of those too that are read later; the
   * first to be set stay.
   */
  synchronized void end(String lastLines) {
    if (end.isEmpty()) {
      end = lastLines + "\n";
    }
  }

  /**
   * Waits a moment for lines that the process has written but nobody has read yet. Its answer and
   * its output come by different ways, and a pipe that is being read cannot be asked what is in it:
   * some silence must do. It is counted in looks, not in time, so that a machine too busy to run
   * the reader waits longer.
   */
  void awaitSilence() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    long before = lines();
    int quietLooks = 0;
    while (quietLooks < 50 && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(2);
      long now = lines();
      quietLooks = now == before ? quietLooks + 1 : 0;
      before = now;
    }
  }

  private synchronized long lines() {
    return lines;
  }

  synchronized byte[] lastBytes() {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(bytes.toByteArray());
    whole.writeBytes(end.getBytes(StandardCharsets.UTF_8));
    return last(whole.toByteArray());
  }

  private static byte[] last(byte[] all) {
    return all.length <= LIMIT_BYTES
        ? all
        : Arrays.copyOfRange(all, all.length - LIMIT_BYTES, all.length);
  }
}
