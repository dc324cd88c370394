package orders.systemtests.chaos;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import orders.systemtests.checker.Sample;
import orders.systemtests.client.Call;
import orders.systemtests.client.History;

/** Looks at the state again and again while the run goes on. */
final class Sampler implements AutoCloseable {
  private static final long PAUSE_MILLIS = 400;

  private final StateReader state;
  private final History history;
  private final Set<String> stored = new HashSet<>();
  private final List<Sample> samples = new ArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private final Thread thread;

  Sampler(StateReader state, History history) {
    this.state = state;
    this.history = history;
    thread = Thread.ofVirtual().name("sampler").start(this::run);
  }

  private void run() {
    try {
      while (!end.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
        try {
          take();
        } catch (RuntimeException disturbed) {
          // The fault meets whoever calls, and not the SDK's own exceptions alone: the JDK's client
          // throws others when a connection that it kept breaks. The next look is as good.
        }
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private void take() {
    Set<String> accepted = new HashSet<>();
    for (Call call : history.calls()) {
      if (call.places() && call.accepted()) {
        accepted.add(call.answer().path("orderId").asText());
      }
    }
    Set<String> open = new HashSet<>(accepted);
    open.removeAll(stored);
    // In the order in which a message travels: what moves meanwhile is counted twice, never missed.
    long inFlight = state.inFlight();
    long deadLetters = state.deadLetterCount();
    Set<String> missing = state.notStored(open);
    open.removeAll(missing);
    stored.addAll(open);
    Sample sample =
        new Sample(history.now(), accepted.size(), inFlight, deadLetters, List.copyOf(missing));
    synchronized (samples) {
      samples.add(sample);
    }
  }

  List<Sample> samples() {
    synchronized (samples) {
      return List.copyOf(samples);
    }
  }

  @Override
  public void close() {
    end.countDown();
    try {
      thread.join();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }
}
