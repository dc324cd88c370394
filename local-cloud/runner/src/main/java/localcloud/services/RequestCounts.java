package localcloud.services;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/** How often each action was called, and what capacity it told. Safe for use by many threads. */
public final class RequestCounts {
  private final Map<String, Count> counts = new ConcurrentHashMap<>();

  private static final class Count {
    private final LongAdder calls = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final DoubleAdder capacity = new DoubleAdder();
    private final LongAdder nanos = new LongAdder();
  }

  /**
   * What was counted of one action.
   *
   * @param calls all of them, those with an error included
   * @param errors answered with a status of 400 or more, or not at all
   * @param capacityUnits what DynamoDB told when it was asked to
   * @param meanMicros from request to answer, on average
   */
  public record Snapshot(long calls, long errors, double capacityUnits, double meanMicros) {}

  void add(ServiceCall call, boolean error, double capacity, long nanos) {
    var count =
        counts.computeIfAbsent(
            call.service().prefix() + ':' + call.action(), action -> new Count());
    count.calls.increment();
    if (error) {
      count.errors.increment();
    }
    if (capacity != 0) {
      count.capacity.add(capacity);
    }
    count.nanos.add(nanos);
  }

  /** Returns what was counted since the start or the last reset, by {@code service:Action}. */
  public Map<String, Snapshot> snapshot() {
    Map<String, Snapshot> all = new TreeMap<>();
    counts.forEach(
        (action, count) -> {
          long calls = count.calls.sum();
          all.put(
              action,
              new Snapshot(
                  calls,
                  count.errors.sum(),
                  count.capacity.sum(),
                  calls == 0 ? 0 : count.nanos.sum() / 1000.0 / calls));
        });
    return all;
  }

  /** Returns how often the action was called, such as {@code dynamodb:PutItem}. */
  public long calls(String action) {
    var count = counts.get(action);
    return count == null ? 0 : count.calls.sum();
  }

  public void reset() {
    counts.clear();
  }
}
