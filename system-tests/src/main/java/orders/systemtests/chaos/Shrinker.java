package orders.systemtests.chaos;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds a smaller list that still breaks, by Zeller's delta debugging: halves, quarters and so on
 * are left out as long as the rest still breaks.
 */
public final class Shrinker {
  private Shrinker() {}

  /** Whether a list still breaks what the whole list broke. */
  @FunctionalInterface
  public interface Trial<T> {
    boolean breaks(List<T> some) throws InterruptedException;
  }

  /**
   * Returns a list from which no single element can be left out, unless the trials ran out before.
   *
   * @param all a list that breaks
   * @param trials how many lists to try at most
   */
  public static <T> List<T> shrink(List<T> all, int trials, Trial<T> trial)
      throws InterruptedException {
    List<T> smallest = List.copyOf(all);
    int parts = 2;
    int left = trials - 1;
    // What breaks without any of them would else be laid to the last one left.
    if (left >= 0 && !smallest.isEmpty() && trial.breaks(List.of())) {
      return List.of();
    }
    while (smallest.size() > 1 && left > 0) {
      boolean smaller = false;
      int size = Math.max(1, (smallest.size() + parts - 1) / parts);
      for (int from = 0; from < smallest.size() && left > 0; from += size) {
        List<T> rest = new ArrayList<>(smallest.subList(0, from));
        rest.addAll(smallest.subList(Math.min(smallest.size(), from + size), smallest.size()));
        left--;
        if (!rest.isEmpty() && trial.breaks(rest)) {
          smallest = List.copyOf(rest);
          parts = Math.max(2, parts - 1);
          smaller = true;
          break;
        }
      }
      if (!smaller) {
        if (size == 1) {
          return smallest;
        }
        parts = Math.min(smallest.size(), parts * 2);
      }
    }
    return smallest;
  }
}
