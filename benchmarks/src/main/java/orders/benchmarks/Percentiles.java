package orders.benchmarks;

import java.util.Arrays;
import java.util.Collection;

/**
 * The spread of some durations, in milliseconds.
 *
 * @param count how many there were
 */
record Percentiles(int count, double p50, double p95, double p99, double max) {
  /** Returns the spread of durations given in nanoseconds; all zero if there are none. */
  static Percentiles ofNanos(Collection<Long> nanos) {
    long[] sorted = nanos.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
    return new Percentiles(
        sorted.length,
        at(sorted, 0.50),
        at(sorted, 0.95),
        at(sorted, 0.99),
        sorted.length == 0 ? 0 : sorted[sorted.length - 1] / 1e6);
  }

  private static double at(long[] sorted, double share) {
    if (sorted.length == 0) {
      return 0;
    }
    // Nearest rank: the smallest value that at least this share of all does not pass.
    int rank = (int) Math.ceil(share * sorted.length);
    return sorted[Math.max(rank, 1) - 1] / 1e6;
  }
}
