package orders.function;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;

/**
 * Plays an invocation before a snapshot is taken of the process (SnapStart, by way of CRaC), so
 * that the snapshot holds its classes loaded and linked. What is played must reach nothing outside.
 */
public final class Rehearsal implements Resource {
  private final Play play;

  private Rehearsal(Play play) {
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
  public static Rehearsal beforeSnapshot(Play play) {
    Rehearsal rehearsal = new Rehearsal(play);
    Core.getGlobalContext().register(rehearsal);
    return rehearsal;
  }

  @Override
  public void beforeCheckpoint(Context<? extends Resource> context) throws IOException {
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
