package localcloud.functions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import localcloud.functions.FunctionInvoker.Answer;
import localcloud.functions.FunctionInvoker.ThrottledException;
import localcloud.model.FunctionSpec;
import org.junit.jupiter.api.Test;

/** Lambda's own waits, on a clock that does not let anybody wait. */
class AsyncInvocationsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Duration> waits = Collections.synchronizedList(new ArrayList<>());
  private final CompletableFuture<String> told = new CompletableFuture<>();

  private final AsyncInvocations.Time time =
      new AsyncInvocations.Time() {
        private Instant now = Instant.parse("2024-11-04T10:30:00Z");

        @Override
        public synchronized Instant now() {
          return now;
        }

        @Override
        public synchronized void sleep(Duration wait) {
          now = now.plus(wait);
          waits.add(wait);
        }
      };

  private String conditionOf(Duration age, AsyncInvocations.Attempt attempt) throws Exception {
    return conditionOf(age, attempt, (arn, json) -> told.complete(json));
  }

  /** Queues an event with Lambda's defaults and returns the condition that its record tells. */
  private String conditionOf(
      Duration age, AsyncInvocations.Attempt attempt, Destination destination) throws Exception {
    FunctionSpec spec =
        ProbePackage.spec(Path.of("none.zip"))
            .withAsync(
                new FunctionSpec.AsyncSpec(2, age, Optional.of("failures"), Optional.of("done")));
    FunctionPool.Platform quiet =
        new FunctionPool.Platform() {
          @Override
          public void functionWrote(FunctionSpec of, long pid, String line) {}

          @Override
          public void tell(
              FunctionSpec of, String level, String message, Optional<String> requestId) {}
        };
    try (AsyncInvocations events =
        new AsyncInvocations(
            attempt,
            destination,
            quiet,
            Options.defaults(Path.of("lib")).asyncRetryDelays(),
            time)) {
      events.queue(
          new Target(spec, Optional.empty()),
          "request",
          "{}".getBytes(StandardCharsets.UTF_8),
          Optional.empty());
      String json = told.get(20, TimeUnit.SECONDS);
      return JSON.readTree(json).path("requestContext").path("condition").asText();
    }
  }

  private static Answer answer(Optional<String> error) {
    return new Answer("request", "{}".getBytes(StandardCharsets.UTF_8), error, new byte[0]);
  }

  @Test
  void a_failed_event_is_retried_after_one_minute_and_after_two_more() throws Exception {
    assertThat(
            conditionOf(
                Duration.ofHours(6),
                (target, id, payload, trace) -> answer(Optional.of("Unhandled"))))
        .isEqualTo("RetriesExhausted");

    assertThat(waits).containsExactly(Duration.ofMinutes(1), Duration.ofMinutes(2));
  }

  @Test
  void a_throttled_event_comes_again_after_a_second_then_twice_as_long_up_to_five_minutes()
      throws Exception {
    assertThat(
            conditionOf(
                Duration.ofHours(6),
                (target, id, payload, trace) -> {
                  throw new ThrottledException("Probe");
                }))
        .isEqualTo("EventAgeExceeded");

    assertThat(waits.stream().map(Duration::toSeconds).limit(11))
        .containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 300L, 300L);
    Duration all = waits.stream().reduce(Duration.ZERO, Duration::plus);
    assertThat(all).isBetween(Duration.ofMinutes(355), Duration.ofHours(6));
  }

  @Test
  void an_event_that_cannot_be_invoked_for_a_fault_of_this_side_uses_up_no_retry()
      throws Exception {
    AtomicInteger attempts = new AtomicInteger();

    assertThat(
            conditionOf(
                Duration.ofHours(6),
                (target, id, payload, trace) -> {
                  if (attempts.incrementAndGet() <= 4) {
                    throw new IllegalStateException("not now");
                  }
                  return answer(Optional.empty());
                }))
        .isEqualTo("Success");

    assertThat(waits.stream().map(Duration::toSeconds)).containsExactly(1L, 2L, 4L, 8L);
  }

  @Test
  void a_retry_that_would_come_too_late_is_not_made() throws Exception {
    assertThat(
            conditionOf(
                Duration.ofSeconds(90),
                (target, id, payload, trace) -> answer(Optional.of("Unhandled"))))
        .isEqualTo("EventAgeExceeded");

    assertThat(waits).containsExactly(Duration.ofMinutes(1));
  }

  @Test
  void a_destination_that_is_not_reached_is_tried_again() throws Exception {
    AtomicInteger deliveries = new AtomicInteger();

    assertThat(
            conditionOf(
                Duration.ofHours(6),
                (target, id, payload, trace) -> answer(Optional.empty()),
                (arn, json) -> {
                  if (deliveries.incrementAndGet() <= 2) {
                    throw new IOException("down");
                  }
                  told.complete(json);
                }))
        .isEqualTo("Success");

    assertThat(deliveries).hasValue(3);
  }
}
