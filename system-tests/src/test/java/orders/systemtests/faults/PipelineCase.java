package orders.systemtests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import orders.systemtests.Await;
import orders.systemtests.chaos.Pipeline;
import orders.systemtests.chaos.ServiceFault;
import orders.systemtests.chaos.TestRun;
import orders.systemtests.checker.Checker;
import orders.systemtests.checker.ReceivedEvent;
import orders.systemtests.checker.TableOrder;
import orders.systemtests.checker.Violation;
import orders.systemtests.client.Call;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/** What the cases have in common: careful customers, conditions to wait for, the last word. */
abstract class PipelineCase {
  /** For a slow machine, and a command that has failed four times, which waits for minutes. */
  static final Duration LONG = Duration.ofMinutes(5);

  /** Within a try of the functions' clients, so that none gives up and sends its write again. */
  static final Duration SLOW = Duration.ofSeconds(2);

  /** Short, so that what a dead process held comes back within the test. */
  static final Duration VISIBILITY = Duration.ofSeconds(8);

  /** How long what is lost is waited for, after what came behind it has arrived. */
  private static final Duration NEVER = Duration.ofSeconds(2);

  Pipeline pipeline;
  TestRun run;
  private Duration visibility = VISIBILITY;

  @SuppressWarnings("NullAway.Init")
  PipelineCase() {}

  void open(int invokePort) throws InterruptedException {
    pipeline = new Pipeline(invokePort);
    visibility = pipeline.visibility(queue(), VISIBILITY);
    run = new TestRun(pipeline, "case");
    await("what others left in the queue", () -> run.state().inFlight() == 0);
  }

  void close() throws InterruptedException {
    try (Pipeline closing = pipeline;
        TestRun ending = run) {
      closing.noFaults();
      closing.visibility(queue(), visibility);
      assertThat(ending.pipeline()).isSameAs(closing);
    }
  }

  String queue() {
    return pipeline.output("OrderQueueUrl");
  }

  /** Waits for quiet and has the checker look at everything. */
  void everyPromiseWasKept() throws InterruptedException {
    assertThat(run.quiet(LONG)).as("quiet within " + LONG).isTrue();
    assertThat(run.violations()).isEmpty();
  }

  /** Returns what the checker finds although, or because, something never comes. */
  List<Violation> violations() throws InterruptedException {
    return Checker.check(run.evidence(List.of(), true, NEVER));
  }

  void faults(ServiceFault... faults) throws InterruptedException {
    pipeline.faults(1, List.of(faults));
  }

  /** Waits until the first of the faults was made. */
  void awaitFault() throws InterruptedException {
    await("the fault", () -> pipeline.made().getFirst() > 0);
  }

  static void await(String what, Callable<Boolean> condition) throws InterruptedException {
    Await.await(what, LONG, condition);
  }

  /** Deploys what lies in a function's package, and waits until nothing else runs. */
  void replace(String function) throws InterruptedException {
    Set<Long> old = pids(function);
    pipeline.replaceWorkers(function);
    await(
        "the old processes to be gone",
        () -> {
          Set<Long> left = pids(function);
          left.retainAll(old);
          return left.isEmpty();
        });
  }

  private Set<Long> pids(String function) throws InterruptedException {
    Set<Long> pids = new HashSet<>();
    pipeline.workers(function).forEach(worker -> pids.add(worker.pid()));
    return pids;
  }

  /**
   * Sends a signal to a function's processes while the last of the faults, which is one without
   * end, holds up their calls; then ends the faults.
   *
   * @return the processes
   */
  List<Long> signalHeldUp(String function, String signal) throws InterruptedException {
    List<Long> pids = new ArrayList<>();
    await(
        "a process of " + function + " that is held up",
        () -> {
          if (pipeline.made().getLast() > 0) {
            pids.addAll(signalBusy(function, signal));
          }
          return !pids.isEmpty();
        });
    pipeline.noFaults();
    return pids;
  }

  /** Sends a signal to the processes of a function that are at work, and returns them. */
  List<Long> signalBusy(String function, String signal) throws InterruptedException {
    List<Long> pids = new ArrayList<>();
    for (Pipeline.Worker worker : pipeline.workers(function)) {
      if (worker.state().equals("busy")) {
        pipeline.signal(worker.pid(), signal);
        pids.add(worker.pid());
      }
    }
    return pids;
  }

  /** Sees to it that a second batch meets a process that need not start first. */
  void twoProcessors() throws InterruptedException {
    faults(
        ServiceFault.of("delay", "dynamodb", "BatchExecuteStatement", Pipeline.PROCESSOR)
            .withDelay(Duration.ofSeconds(1)));
    await(
        "two processes",
        () -> {
          place();
          return pipeline.workers(Pipeline.PROCESSOR).stream()
                  .filter(worker -> !worker.state().equals("starting"))
                  .count()
              >= 2;
        });
    pipeline.noFaults();
    await("the queue to be empty", () -> run.state().inFlight() == 0);
  }

  boolean announced(String orderId) {
    return !eventsOf(orderId).isEmpty();
  }

  List<ReceivedEvent> eventsOf(String orderId) {
    return run.events().stream().filter(event -> event.orderId().equals(orderId)).toList();
  }

  /** Places an order as a careful client does: again with the same key while nothing is certain. */
  String place() throws InterruptedException {
    return place("key-" + UUID.randomUUID(), order());
  }

  String place(String key, JsonNode order) throws InterruptedException {
    return accepted(run.careful().place(run.customer(), key, order))
        .answer()
        .path("orderId")
        .asText();
  }

  /** Has the customer cancel an order. */
  void cancel(String orderId, String key) throws InterruptedException {
    accepted(run.careful().move(run.customer(), orderId, "cancel", key));
  }

  static Call accepted(Call call) {
    assertThat(call.accepted()).as(call.line()).isTrue();
    return call;
  }

  List<String> placeMany(int count) throws InterruptedException {
    List<String> ids = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<String>> calls = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        calls.add(threads.submit(() -> place()));
      }
      for (Future<String> call : calls) {
        ids.add(call.get());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
    return ids;
  }

  /** Places an order and waits until it is stored. */
  String stored() throws InterruptedException {
    String id = place();
    awaitVersion(id, 1);
    return id;
  }

  void awaitVersion(String orderId, long version) throws InterruptedException {
    await(
        "version " + version + " of " + orderId,
        () -> run.state().order(orderId).map(TableOrder::version).orElse(0L) >= version);
  }

  TableOrder order(String orderId) {
    return run.state().order(orderId).orElseThrow();
  }

  /** Sends up to ten messages at once. */
  void send(String... bodies) {
    List<SendMessageBatchRequestEntry> entries = new ArrayList<>();
    for (String body : bodies) {
      entries.add(
          SendMessageBatchRequestEntry.builder()
              .id(Integer.toString(entries.size()))
              .messageBody(body)
              .build());
    }
    assertThat(
            pipeline
                .sqs()
                .sendMessageBatch(send -> send.queueUrl(queue()).entries(entries))
                .successful())
        .hasSize(bodies.length);
  }

  static ObjectNode order() {
    ObjectNode order = JsonNodeFactory.instance.objectNode().put("currency", "EUR");
    order
        .putArray("lines")
        .addObject()
        .put("sku", "JACKET-1")
        .put("quantity", 2)
        .put("unitPrice", 7889);
    return order;
  }
}
