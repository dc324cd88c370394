package orders.domain;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Texts that are nearly right: one that is, with parts cut out, doubled, swapped and replaced. All
 * is drawn from a seed, which is printed; {@code -Dfuzz.seed=N} draws others.
 */
public final class Mutants {
  private static final long SEED = Long.getLong("fuzz.seed", 20260131L);
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final long MOST_BYTES = 32L << 20;

  /** What to put where it does not belong, in any JSON. */
  private static final List<String> PIECES =
      List.of(
          "null",
          "{}",
          "[]",
          "\"\"",
          "-1",
          "1e400",
          "1e-400",
          "1.0",
          "9223372036854775808",
          "true",
          "\\ud800",
          "\\u0000",
          "\ud800",
          "{\"N\":\"x\"}",
          "{\"S\":null}",
          "{\"BOOL\":true}",
          ",",
          ":",
          "}",
          "]",
          "\"",
          "\r\n",
          "[".repeat(5_000),
          "{\"a\":".repeat(5_000),
          "9".repeat(5_000),
          "\"a\":1,\"a\":2,");

  private final Random random;

  private Mutants(Random random) {
    this.random = random;
  }

  /** What must be true of every mutant; what it throws is told with the seed and the mutant. */
  @FunctionalInterface
  public interface Check {
    void accept(String mutant) throws Exception;
  }

  /**
   * Checks so many mutants, or as many as ten seconds are enough for. None may take more than 32
   * MiB of memory.
   *
   * @param what is fuzzed
   * @param right the text that is right
   */
  public static void check(String what, int count, String right, Check check) throws Exception {
    System.out.println(count + " mutants for " + what + ": -Dfuzz.seed=" + SEED);
    check.accept(right);
    Mutants mutants = new Mutants(new Random(SEED));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long end = System.nanoTime() + LIMIT.toNanos();
    for (int i = 0; i < count && System.nanoTime() < end; i++) {
      String mutant = mutants.of(right);
      long before = threads.getCurrentThreadAllocatedBytes();
      try {
        check.accept(mutant);
      } catch (Exception | Error broken) {
        throw new AssertionError("-Dfuzz.seed=" + SEED + ", mutant " + i + ": " + mutant, broken);
      }
      long taken = threads.getCurrentThreadAllocatedBytes() - before;
      if (taken > MOST_BYTES) {
        throw new AssertionError(
            "-Dfuzz.seed=" + SEED + ", mutant " + i + " took " + taken + " bytes: " + mutant);
      }
    }
  }

  private String of(String right) {
    StringBuilder text = new StringBuilder(right);
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      int at = random.nextInt(text.length() + 1);
      int end = Math.min(text.length(), at + random.nextInt(40));
      String part = text.substring(at, end);
      switch (random.nextInt(6)) {
        case 0 -> text.delete(at, end);
        case 1 -> text.insert(random.nextInt(text.length() + 1), part);
        case 2 -> text.replace(at, end, new StringBuilder(part).reverse().toString());
        case 3 -> text.replace(at, end, noise());
        default -> text.replace(at, end, PIECES.get(random.nextInt(PIECES.size())));
      }
    }
    return text.toString();
  }

  private String noise() {
    List<Integer> points = new ArrayList<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      points.add(random.nextInt(random.nextBoolean() ? 0x80 : 0x11_0000));
    }
    StringBuilder noise = new StringBuilder();
    points.forEach(noise::appendCodePoint);
    return noise.toString();
  }
}
