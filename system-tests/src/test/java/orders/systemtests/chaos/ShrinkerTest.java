package orders.systemtests.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShrinkerTest {
  private static final List<Integer> ALL = IntStream.range(0, 40).boxed().toList();

  @Test
  void finds_the_one_that_breaks() throws InterruptedException {
    assertThat(Shrinker.shrink(ALL, 1000, some -> some.contains(17))).containsExactly(17);
  }

  @Test
  void finds_two_that_break_only_together() throws InterruptedException {
    assertThat(Shrinker.shrink(ALL, 1000, some -> some.containsAll(List.of(3, 38))))
        .containsExactly(3, 38);
  }

  @Test
  void finds_that_nothing_is_needed() throws InterruptedException {
    assertThat(Shrinker.shrink(ALL, 1000, some -> true)).isEmpty();
  }

  @Test
  void keeps_a_list_that_breaks_when_its_trials_run_out() throws InterruptedException {
    List<Integer> shrunk = Shrinker.shrink(ALL, 3, some -> some.contains(17));

    assertThat(shrunk).contains(17).hasSizeLessThan(40);
  }

  @Test
  void never_tries_more_often_than_allowed() throws InterruptedException {
    List<List<Integer>> tried = new ArrayList<>();

    Shrinker.shrink(
        ALL,
        7,
        some -> {
          tried.add(some);
          return false;
        });

    assertThat(tried).hasSize(7);
  }
}
