package localcloud;

import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * Texts that are nearly right: one that is, with parts cut out, doubled, swapped and replaced. All
 * is drawn from a seed, which is printed; {@code -Dfuzz.seed=N} draws others.
 */
public final class Mutants {
  private static final long SEED = Long.getLong("fuzz.seed", 20260131L);
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private Mutants() {}

  /** What must be true of every mutant; what it throws is told with the seed and the mutant. */
  @FunctionalInterface
  public interface Check {
    void accept(String mutant) throws Exception;
  }

  /**
   * Checks so many mutants, or as many as ten seconds are enough for.
   *
   * @param what is fuzzed
   * @param right the text that is right
   * @param pieces what to put where it does not belong
   */
  public static void check(String what, int count, String right, List<String> pieces, Check check)
      throws Exception {
    System.out.println(count + " mutants for " + what + ": -Dfuzz.seed=" + SEED);
    check.accept(right);
    Random random = new Random(SEED);
    long end = System.nanoTime() + LIMIT.toNanos();
    for (int i = 0; i < count && System.nanoTime() < end; i++) {
      String mutant = mutant(random, right, pieces);
      try {
        check.accept(mutant);
      } catch (Exception | Error broken) {
        throw new AssertionError("-Dfuzz.seed=" + SEED + ", mutant " + i + ": " + mutant, broken);
      }
    }
  }

  private static String mutant(Random random, String right, List<String> pieces) {
    StringBuilder text = new StringBuilder(right);
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      int at = random.nextInt(text.length() + 1);
      int end = Math.min(text.length(), at + random.nextInt(60));
      String part = text.substring(at, end);
      switch (random.nextInt(5)) {
        case 0 -> text.delete(at, end);
        case 1 -> text.insert(random.nextInt(text.length() + 1), part);
        case 2 -> text.setLength(random.nextInt(8) == 0 ? at : text.length());
        default -> text.replace(at, end, pieces.get(random.nextInt(pieces.size())));
      }
    }
    return text.toString();
  }
}
