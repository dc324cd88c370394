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
import localcloud.functions.FunctionInvoker.ThrottledException;
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
    Answer invoke(FunctionSpec spec, String requestId, byte[] payload, Optional<String> trace)
        throws InterruptedException;
  }

  private final Attempt attempt;
  private final Destination destinations;
  private final Functions functions;
  private final FunctionPool.Platform platform;
  private final List<Duration> retryDelays;
  private final Set<Thread> running = ConcurrentHashMap.newKeySet();

  AsyncInvocations(
      Attempt attempt,
      Destination destinations,
      Functions functions,
      FunctionPool.Platform platform,
      List<Duration> retryDelays) {
    this.attempt = attempt;
    this.destinations = destinations;
    this.functions = functions;
    this.platform = platform;
    this.retryDelays = retryDelays;
  }

  void queue(FunctionSpec spec, String requestId, byte[] payload, Optional<String> trace) {
    Thread thread =
        Thread.ofVirtual()
            .name("event-" + requestId)
            .unstarted(
                () -> {
                  try {
                    run(spec, requestId, payload, trace);
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

  private void run(FunctionSpec spec, String requestId, byte[] payload, Optional<String> trace)
      throws InterruptedException {
    Instant expiry = Instant.now().plus(spec.async().maximumEventAge());
    Duration backOff = FIRST_BACK_OFF;
    int invoked = 0;
    int failures = 0;
    Optional<Answer> last = Optional.empty();
    while (true) {
      Duration wait;
      try {
        Answer answer = attempt.invoke(spec, requestId, payload, trace);
        invoked++;
        last = Optional.of(answer);
        if (!answer.failed()) {
          deliver(spec, spec.async().onSuccessArn(), "Success", requestId, payload, last, invoked);
          return;
        }
        failures++;
        if (failures > spec.async().maximumRetryAttempts()) {
          giveUp(spec, "RetriesExhausted", requestId, payload, last, invoked);
          return;
        }
        wait = retryDelays.get(Math.min(failures, retryDelays.size()) - 1);
      } catch (ThrottledException e) {
        wait = backOff;
        backOff = min(backOff.multipliedBy(2), LAST_BACK_OFF);
      }
      if (Instant.now().plus(wait).isAfter(expiry)) {
        giveUp(spec, "EventAgeExceeded", requestId, payload, last, invoked);
        return;
      }
      TimeUnit.NANOSECONDS.sleep(wait.toNanos());
    }
  }

  private void giveUp(
      FunctionSpec spec,
      String condition,
      String requestId,
      byte[] payload,
      Optional<Answer> last,
      int invoked)
      throws InterruptedException {
    platform.tell(
        spec,
        "ERROR",
        "asynchronous invocation given up: "
            + condition
            + spec.async().onFailureArn().map(arn -> ", told to " + arn).orElse(", told to nobody"),
        Optional.of(requestId));
    deliver(spec, spec.async().onFailureArn(), condition, requestId, payload, last, invoked);
  }

  private void deliver(
      FunctionSpec spec,
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
    String message = record(spec, condition, requestId, payload, last, invoked).toString();
    for (int tries = 1; tries <= DELIVERY_ATTEMPTS; tries++) {
      try {
        if (arn.get().contains(":lambda:")) {
          functions.invokeAsync(
              arn.get(), message.getBytes(StandardCharsets.UTF_8), Optional.empty());
        } else {
          destinations.deliver(arn.get(), message);
        }
        return;
      } catch (IOException | RuntimeException e) {
        platform.tell(
            spec,
            "ERROR",
            "destination " + arn.get() + " was not reached: " + e.getMessage(),
            Optional.of(requestId));
        if (!(e instanceof IOException)) {
          return;
        }
        TimeUnit.SECONDS.sleep(tries);
      }
    }
  }

  private static ObjectNode record(
      FunctionSpec spec,
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
        .put("functionArn", spec.arn() + ":$LATEST")
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
