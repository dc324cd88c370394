package orders.systemtests.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Every call that the clients made. Its clock never runs backwards, so that "before" means before.
 * Safe for use by many threads.
 */
public final class History {
  private final Instant start = Instant.now();
  private final long startNanos = System.nanoTime();
  private final List<Call> calls = new ArrayList<>();
  private int invoked;

  /** A call that has begun. */
  public record Begun(int number, Instant at) {}

  /** Returns the time since the epoch, on a clock that only moves forward. */
  public Instant now() {
    return start.plus(Duration.ofNanos(System.nanoTime() - startNanos));
  }

  /** Notes that a call is about to be sent. */
  public synchronized Begun begin() {
    invoked++;
    return new Begun(invoked, now());
  }

  /** Notes how it ended. */
  public Call end(
      Begun begun,
      Caller caller,
      String method,
      String path,
      Optional<String> key,
      JsonNode request,
      Call.Result result) {
    Call call =
        new Call(
            begun.number(),
            caller.subject(),
            caller.admin(),
            method,
            path,
            key,
            request,
            begun.at(),
            now(),
            result);
    synchronized (this) {
      calls.add(call);
    }
    return call;
  }

  /** Returns a line for each call of which openapi.yaml does not say all. */
  public List<String> undocumented() {
    return calls().stream()
        .filter(call -> !call.undocumented().isEmpty())
        .map(call -> call.line() + " " + call.undocumented())
        .toList();
  }

  /** Returns the calls that ended, in the order of invocation. */
  public synchronized List<Call> calls() {
    return calls.stream().sorted(Comparator.comparingInt(Call::number)).toList();
  }
}
