package localcloud.functions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import localcloud.functions.FunctionInvoker.Answer;
import localcloud.model.FunctionSpec;

/**
 * Lambda's queue of asynchronous invocations: a failed one is retried twice, a throttled one as
 * long as the event may age; then it goes to the on-failure destination, with Lambda's record of
 * it. In memory: what waits is gone when the runner is.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html">How
 *     Lambda handles errors and retries with asynchronous invocation</a>
 */
final class AsyncInvocations implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(1);
  private static final Duration LAST_BACK_OFF = Duration.ofMinutes(5);
  private static final int DELIVERY_ATTEMPTS = 5;

  /** Invokes once and waits. */
  @FunctionalInterface
  interface Attempt {
    Answer invoke(Target target, String requestId, byte[] payload, Optional<String> trace)
        throws InterruptedException;
  }

  /** What an event's age and its waits go by. */
  interface Time {
    Time REAL =
        new Time() {
          @Override
          public Instant now() {
            return Instant.now();
          }

          @Override
          public void sleep(Duration wait) throws InterruptedException {
            TimeUnit.NANOSECONDS.sleep(wait.toNanos());
          }
        };

    Instant now();

    void sleep(Duration wait) throws InterruptedException;
  }

  private final Attempt attempt;
  private final Destination destinations;
  private final FunctionPool.Platform platform;
  private final List<Duration> retryDelays;
  private final Time time;
  private final Set<Thread> running = ConcurrentHashMap.newKeySet();

  AsyncInvocations(
      Attempt attempt,
      Destination destinations,
      FunctionPool.Platform platform,
      List<Duration> retryDelays,
      Time time) {
    this.attempt = attempt;
    this.destinations = destinations;
    this.platform = platform;
    this.retryDelays = retryDelays;
    this.time = time;
  }

  void queue(Target target, String requestId, byte[] payload, Optional<String> trace) {
    Thread thread =
        Thread.ofVirtual()
            .name("event-" + requestId)
            .unstarted(
                () -> {
                  try {
                    run(target, requestId, payload, trace);
                  } catch (InterruptedException closing) {
                    Thread.currentThread().interrupt();
                  } finally {
                    running.remove(Thread.currentThread());
                  }
                });
    running.add(thread);
    thread.start();
  }

  @Override
  public void close() {
    running.forEach(Thread::interrupt);
  }

  private void run(Target target, String requestId, byte[] payload, Optional<String> trace)
      throws InterruptedException {
    FunctionSpec spec = target.spec();
    Instant expiry = time.now().plus(spec.async().maximumEventAge());
    Duration backOff = FIRST_BACK_OFF;
    int invoked = 0;
    int failures = 0;
    Optional<Answer> last = Optional.empty();
    while (true) {
      Duration wait;
      try {
        Answer answer = attempt.invoke(target, requestId, payload, trace);
        invoked++;
        last = Optional.of(answer);
        if (!answer.failed()) {
          deliver(
              target, spec.async().onSuccessArn(), "Success", requestId, payload, last, invoked);
          return;
        }
        failures++;
        if (failures > spec.async().maximumRetryAttempts()) {
          giveUp(target, "RetriesExhausted", requestId, payload, last, invoked);
          return;
        }
        wait = retryDelays.get(Math.min(failures, retryDelays.size()) - 1);
      } catch (RuntimeException e) {
        // Throttled, or a fault of this side: no retry is used up, the event waits in the queue.
        wait = backOff;
        backOff = min(backOff.multipliedBy(2), LAST_BACK_OFF);
      }
      if (time.now().plus(wait).isAfter(expiry)) {
        giveUp(target, "EventAgeExceeded", requestId, payload, last, invoked);
        return;
      }
      time.sleep(wait);
    }
  }

  private void giveUp(
      Target target,
      String condition,
      String requestId,
      byte[] payload,
      Optional<Answer> last,
      int invoked)
      throws InterruptedException {
    FunctionSpec spec = target.spec();
    platform.tell(
        spec,
        "ERROR",
        "asynchronous invocation given up: "
            + condition
            + spec.async().onFailureArn().map(arn -> ", told to " + arn).orElse(", told to nobody"),
        Optional.of(requestId));
    deliver(target, spec.async().onFailureArn(), condition, requestId, payload, last, invoked);
  }

  private void deliver(
      Target target,
      Optional<String> arn,
      String condition,
      String requestId,
      byte[] payload,
      Optional<Answer> last,
      int invoked)
      throws InterruptedException {
    if (arn.isEmpty()) {
      return;
    }
    String message = record(target, condition, requestId, payload, last, invoked).toString();
    for (int tries = 1; tries <= DELIVERY_ATTEMPTS; tries++) {
      try {
        destinations.deliver(arn.get(), message);
        return;
      } catch (IOException | RuntimeException e) {
        platform.tell(
            target.spec(),
            "ERROR",
            "destination " + arn.get() + " was not reached: " + e.getMessage(),
            Optional.of(requestId));
        if (!(e instanceof IOException)) {
          return;
        }
        time.sleep(Duration.ofSeconds(tries));
      }
    }
  }

  private static ObjectNode record(
      Target target,
      String condition,
      String requestId,
      byte[] payload,
      Optional<Answer> last,
      int invoked) {
    ObjectNode message = JSON.createObjectNode();
    message.put("version", "1.0");
    message.put("timestamp", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
    message
        .putObject("requestContext")
        .put("requestId", requestId)
        .put("functionArn", target.qualifiedArn())
        .put("condition", condition)
        .put("approximateInvokeCount", invoked);
    message.set("requestPayload", json(payload));
    last.ifPresent(
        answer -> {
          ObjectNode context = message.putObject("responseContext");
          context.put("statusCode", 200).put("executedVersion", "$LATEST");
          answer.functionError().ifPresent(error -> context.put("functionError", error));
          message.set("responsePayload", json(answer.payload()));
        });
    return message;
  }

  private static JsonNode json(byte[] payload) {
    try {
      return JSON.readTree(payload);
    } catch (IOException e) {
      return TextNode.valueOf(new String(payload, StandardCharsets.UTF_8));
    }
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
