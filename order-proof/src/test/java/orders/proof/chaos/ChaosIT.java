package orders.proof.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import localcloud.LocalCloud;
import localcloud.junit.RunTemplate;
import orders.proof.checker.Verdict;
import org.junit.jupiter.api.Test;

/** The short run of every build; {@code ./orders chaos} is the long one. */
@RunTemplate(instance = "faults")
class ChaosIT {
  private static final long SEED = Long.getLong("chaos.seed", 20260101L);
  private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("chaos.seconds", 20));

  @Test
  void every_promise_is_kept_through_faults_of_all_kinds(LocalCloud cloud)
      throws InterruptedException {
    Set<FaultKind> all = EnumSet.allOf(FaultKind.class);
    try (Pipeline pipeline = new Pipeline(cloud.invokePort())) {
      ChaosRun run = new ChaosRun(pipeline, ChaosRun.Options.of(SEED, LENGTH), System.out::println);

      Verdict verdict =
          run.run(
              FaultPlan.of(SEED, LENGTH, all),
              "./orders chaos --seed " + SEED + " --minutes " + LENGTH.toSeconds() / 60.0);

      System.out.println(verdict.text());
      assertThat(verdict.violations()).as(verdict.text()).isEmpty();
    }
  }
}
