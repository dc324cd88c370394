package localcloud.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import localcloud.control.Instance.QueueState;
import localcloud.functions.WorkerInfo;
import localcloud.model.Arns;
import localcloud.model.EventSourceMappingSpec;
import localcloud.model.QueueSpec;
import localcloud.model.StackSpec;

/**
 * Says in one line how an instance does: how fast it works, what is in flight, how long the oldest
 * of it has been there, what is dead, who works. Looked at again and again; not for use by several
 * threads.
 */
final class StatusLine {
  private final Set<String> deadLetterQueues;
  private final Map<Long, Long> answeredBefore = new HashMap<>();
  private final Map<String, Instant> busySince = new HashMap<>();
  private Instant before = Instant.EPOCH;

  /**
   * @param deadLetterQueues names of the queues that hold what was given up
   */
  StatusLine(Set<String> deadLetterQueues) {
    this.deadLetterQueues = Set.copyOf(deadLetterQueues);
  }

  /** Returns a gauge for what a template makes. */
  static StatusLine of(StackSpec stack) {
    Set<String> names = new HashSet<>();
    for (QueueSpec queue : stack.queues()) {
      queue.redrive().ifPresent(it -> names.add(Arns.nameOf(it.deadLetterTargetArn())));
    }
    for (EventSourceMappingSpec mapping : stack.mappings()) {
      if (mapping instanceof EventSourceMappingSpec.FromStream stream) {
        stream.onFailureArn().ifPresent(it -> names.add(Arns.nameOf(it)));
      }
    }
    return new StatusLine(names);
  }

  /** Returns the line for what is seen now. */
  String look(Instant now, List<WorkerInfo> workers, List<QueueState> queues) {
    double rate = rate(now, workers);
    long inFlight = 0;
    long dead = 0;
    for (QueueState queue : queues) {
      long messages = queue.visible() + queue.inFlight() + queue.delayed();
      if (deadLetterQueues.contains(queue.name())) {
        dead += messages;
        continue;
      }
      inFlight += messages;
      if (messages == 0) {
        busySince.remove(queue.name());
      } else {
        busySince.putIfAbsent(queue.name(), now);
      }
    }
    return String.format(
        Locale.ROOT,
        "%.1f/s  in flight %d  oldest %s  dead letters %d  workers %s",
        rate,
        inFlight,
        oldest(now),
        dead,
        workers(workers));
  }

  private double rate(Instant now, List<WorkerInfo> workers) {
    long answered = 0;
    for (WorkerInfo worker : workers) {
      Long earlier = answeredBefore.put(worker.pid(), worker.invocations());
      answered += worker.invocations() - (earlier == null ? 0 : earlier);
    }
    answeredBefore.keySet().retainAll(workers.stream().map(WorkerInfo::pid).toList());
    Duration passed = Duration.between(before, now);
    boolean first = before.equals(Instant.EPOCH);
    before = now;
    return first || passed.isZero() ? 0 : answered * 1000.0 / passed.toMillis();
  }

  /** A queue does not tell its oldest message's age, but it is no older than the queue is busy. */
  private String oldest(Instant now) {
    return busySince.values().stream()
        .min(Instant::compareTo)
        .map(since -> "<" + (Duration.between(since, now).toSeconds() + 1) + "s")
        .orElse("-");
  }

  private static String workers(List<WorkerInfo> workers) {
    Map<String, int[]> byFunction = new TreeMap<>();
    for (WorkerInfo worker : workers) {
      int[] counts = byFunction.computeIfAbsent(worker.function(), name -> new int[2]);
      counts[0] += worker.state().equals("busy") ? 1 : 0;
      counts[1]++;
    }
    Map<String, String> shown = new LinkedHashMap<>();
    byFunction.forEach(
        (name, counts) ->
            shown.put(name.replaceFirst("Function$", ""), counts[0] + "/" + counts[1]));
    StringBuilder text = new StringBuilder();
    shown.forEach(
        (name, counts) -> text.append(text.isEmpty() ? "" : " ").append(name + " " + counts));
    return text.isEmpty() ? "none" : text.toString();
  }
}
