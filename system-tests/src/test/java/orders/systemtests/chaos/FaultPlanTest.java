package orders.systemtests.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FaultPlanTest {
  private static final Set<FaultKind> ALL = EnumSet.allOf(FaultKind.class);

  @Test
  void the_same_seed_gives_the_same_plan_and_another_seed_another() {
    FaultPlan plan = FaultPlan.of(7, Duration.ofMinutes(1), ALL);

    assertThat(FaultPlan.of(7, Duration.ofMinutes(1), ALL)).isEqualTo(plan);
    assertThat(FaultPlan.of(8, Duration.ofMinutes(1), ALL)).isNotEqualTo(plan);
  }

  @Test
  void a_long_plan_has_every_kind_and_ends_in_time() {
    Duration length = Duration.ofMinutes(10);
    FaultPlan plan = FaultPlan.of(1, length, ALL);

    assertThat(plan.faults()).extracting(Fault::kind).containsAll(ALL);
    assertThat(plan.faults()).allSatisfy(f -> assertThat(f.until()).isLessThanOrEqualTo(length));
  }

  @Test
  void some_faults_happen_together() {
    List<Fault> faults = FaultPlan.of(1, Duration.ofMinutes(2), ALL).faults();

    assertThat(faults)
        .anySatisfy(
            one ->
                assertThat(faults)
                    .anySatisfy(
                        other -> {
                          assertThat(other.at()).isGreaterThan(one.at());
                          assertThat(other.at()).isLessThan(one.until());
                        }));
  }

  @Test
  void only_the_kinds_that_were_asked_for_happen() {
    assertThat(FaultPlan.of(1, Duration.ofMinutes(1), EnumSet.of(FaultKind.KILL)).faults())
        .isNotEmpty()
        .allSatisfy(fault -> assertThat(fault.kind()).isEqualTo(FaultKind.KILL));
    assertThat(FaultPlan.of(1, Duration.ofMinutes(1), EnumSet.noneOf(FaultKind.class)).faults())
        .isEmpty();
  }

  @Test
  void a_part_of_a_plan_is_named_by_the_numbers_of_its_faults() {
    FaultPlan plan = FaultPlan.of(7, Duration.ofMinutes(1), ALL);

    FaultPlan part = plan.numbered(List.of(5, 2));

    assertThat(part.numbers()).containsExactly(2, 5);
    assertThat(part.faults()).containsExactly(plan.faults().get(1), plan.faults().get(4));
    assertThat(part.lines()).first().asString().startsWith("2. ");
    assertThat(part.isPart()).isTrue();
    assertThat(plan.isPart()).isFalse();
    assertThatThrownBy(() -> plan.numbered(List.of(1000))).hasMessageContaining("no fault 1000");
  }

  @Test
  void a_fault_that_is_not_known_is_refused_with_those_that_are() {
    assertThat(FaultKind.of("cut-after")).isEqualTo(FaultKind.CUT_AFTER);
    assertThatThrownBy(() -> FaultKind.of("earthquake"))
        .hasMessageContaining("earthquake")
        .hasMessageContaining("kill, freeze");
  }
}
