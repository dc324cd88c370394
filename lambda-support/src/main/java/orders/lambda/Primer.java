package orders.lambda;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.HttpsURLConnection;
import orders.lambda.events.LambdaEventSerializer;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;

/**
 * Plays an invocation before a snapshot is taken of the process (SnapStart, by way of CRaC), so
 * that the snapshot holds its classes loaded and linked. What is played must reach nothing outside.
 */
public final class Primer implements Resource {
  private final Play play;

  private Primer(Play play) {
    this.play = play;
  }

  /** What is played. */
  @FunctionalInterface
  public interface Play {
    /** Plays it. */
    void run() throws IOException;
  }

  /**
   * Has a play run before each snapshot.
   *
   * @return to be kept: CRaC itself forgets what nobody else holds
   */
  public static Primer beforeSnapshot(Play play) {
    Primer priming = new Primer(play);
    Core.getGlobalContext().register(priming);
    return priming;
  }

  /**
   * Returns the event to be played, from the package's {@code priming} folder.
   *
   * @throws IOException if the package does not hold it
   */
  public static <T> T event(String name, Class<T> type) throws IOException {
    try (InputStream event = Primer.class.getResourceAsStream("/priming/" + name + ".json")) {
      if (event == null) {
        throw new IOException("priming/" + name + ".json is missing");
      }
      return new LambdaEventSerializer().fromJson(event, type);
    }
  }

  @Override
  public void beforeCheckpoint(Context<? extends Resource> context) throws IOException {
    // What TLS needs: the first connection to a service would prepare it, after the snapshot.
    HttpsURLConnection.getDefaultSSLSocketFactory();
    PrintStream out = System.out;
    // Lines and counts of orders that never were must not be taken for real ones.
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    try {
      play.run();
      Invocation.metrics().flush();
    } finally {
      System.setOut(out);
    }
  }

  @Override
  public void afterRestore(Context<? extends Resource> context) {
    // Nothing was kept open.
  }
}
