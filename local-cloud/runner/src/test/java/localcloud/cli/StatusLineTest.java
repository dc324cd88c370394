package localcloud.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import localcloud.control.Instance.QueueState;
import localcloud.functions.WorkerInfo;
import org.junit.jupiter.api.Test;

class StatusLineTest {
  private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

  private final StatusLine gauge = new StatusLine(Set.of("dlq"));

  @Test
  void an_idle_instance_has_nothing_to_tell() {
    assertThat(gauge.look(NOON, List.of(), List.of()))
        .isEqualTo("0.0/s  in flight 0  oldest -  dead letters 0  workers none");
  }

  @Test
  void the_rate_is_what_was_answered_since_the_last_look() {
    gauge.look(NOON, List.of(worker(1, "idle", 100)), List.of());

    String line =
        gauge.look(
            NOON.plusSeconds(2), List.of(worker(1, "busy", 120), worker(2, "idle", 5)), List.of());

    assertThat(line).startsWith("12.5/s").endsWith("workers Thing 1/2");
  }

  @Test
  void the_oldest_message_is_no_older_than_its_queue_is_busy() {
    gauge.look(NOON, List.of(), List.of(queue("jobs", 0)));
    gauge.look(NOON.plusSeconds(1), List.of(), List.of(queue("jobs", 3)));

    String later = gauge.look(NOON.plusSeconds(5), List.of(), List.of(queue("jobs", 1)));
    String emptied = gauge.look(NOON.plusSeconds(6), List.of(), List.of(queue("jobs", 0)));

    assertThat(later).contains("in flight 1  oldest <5s");
    assertThat(emptied).contains("in flight 0  oldest -");
  }

  @Test
  void dead_letters_are_not_in_flight() {
    QueueState dead = new QueueState("dlq", "url", 2, 1, 0, List.of("jobs"));

    assertThat(gauge.look(NOON, List.of(), List.of(queue("jobs", 0), dead)))
        .contains("in flight 0  oldest -  dead letters 3");
  }

  private static QueueState queue(String name, long visible) {
    return new QueueState(name, "url", visible, 0, 0, List.of());
  }

  private static WorkerInfo worker(long pid, String state, long invocations) {
    return new WorkerInfo("ThingFunction", pid, state, invocations, 1);
  }
}
