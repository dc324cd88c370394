package localcloud.runtime;

import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/**
 * Entry of a function's process. Runs the handler named by the first argument on Lambda's runtime
 * interface client, or, where its native library does not exist or {@code -Dlocalcloud.loop=plain}
 * asks for it, on {@link PlainLoop}.
 *
 * <p>The process ends when its standard input does: the runner holds the other end, so no function
 * outlives a runner that was killed.
 */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws Throwable {
    Thread watch = new Thread(Main::endWithTheRunner, "runner-watch");
    watch.setDaemon(true);
    watch.start();
    System.setIn(InputStream.nullInputStream());
    if (plain()) {
      PlainLoop.run(args[0]);
    } else {
      AWSLambda.main(args);
    }
  }

  private static boolean plain() {
    return System.getProperty("localcloud.loop", "native").equals("plain")
        || !System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux");
  }

  private static void endWithTheRunner() {
    try (InputStream runner = new FileInputStream(FileDescriptor.in)) {
      int read = runner.read();
      while (read >= 0) {
        read = runner.read();
      }
    } catch (IOException gone) {
      // Said below: whatever the way, the runner is gone.
    }
    if (Boolean.getBoolean("localcloud.training")) {
      System.exit(0); // an orderly end, at which the virtual machine writes its cache
    }
    Runtime.getRuntime().halt(0);
  }
}
