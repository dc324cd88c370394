package orders.proof.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import orders.proof.checker.Checker;
import orders.proof.checker.Evidence;
import orders.proof.checker.Parked;
import orders.proof.checker.ReceivedEvent;
import orders.proof.checker.Sample;
import orders.proof.checker.TableOrder;
import orders.proof.checker.Verdict;
import orders.proof.client.Call;
import orders.proof.client.Caller;
import orders.proof.client.History;
import orders.proof.client.OrdersClient;

/** Load and faults for a while, then quiet, then the check. */
public final class ChaosRun {
  private static final Duration QUIET_LIMIT = Duration.ofMinutes(3);

  private final Pipeline pipeline;
  private final Options options;
  private final Consumer<String> told;

  /**
   * What to do.
   *
   * @param length how long load and faults last
   * @param clients how many clients at once
   * @param pause of each client between two calls
   * @param visibility of the queue during the run: short, so that what a dead process held comes
   *     back soon
   */
  public record Options(
      long seed, Duration length, int clients, Duration pause, Duration visibility) {
    /** Returns options for a run of a seed. */
    public static Options of(long seed, Duration length) {
      return new Options(seed, length, 4, Duration.ofMillis(20), Duration.ofSeconds(5));
    }
  }

  /** Prepares a run; {@code told} gets a line for each thing a watcher wants to know. */
  public ChaosRun(Pipeline pipeline, Options options, Consumer<String> told) {
    this.pipeline = pipeline;
    this.options = options;
    this.told = told;
  }

  /** Runs a plan, waits for quiet and checks. */
  public Verdict run(FaultPlan plan, String again) throws InterruptedException {
    String run =
        "chaos-" + options.seed() + "-" + Long.toHexString(System.nanoTime() & 0xFFFFFFL) + "-";
    History history = new History();
    Books books = new Books(pipeline);
    List<Caller> customers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      customers.add(pipeline.caller(run + i, false));
    }
    Caller office = pipeline.caller(run + "office", true);
    String queue = pipeline.output("OrderQueueUrl");
    Duration visibility = pipeline.visibility(queue, options.visibility());
    Injector injector = new Injector(pipeline, plan);
    try (OrdersClient client = new OrdersClient(pipeline.api(), history, Duration.ofSeconds(35));
        Subscriber subscriber = new Subscriber(pipeline, run + "events")) {
      List<Sample> samples;
      try (Sampler sampler = new Sampler(books, history)) {
        load(new Workload(client, customers, office, options.seed()), injector);
        told.accept("load and faults are over, waiting for quiet");
        await(books, subscriber, run);
        samples = sampler.samples();
      }
      List<TableOrder> orders = books.orders(run);
      Set<String> ids = new HashSet<>();
      orders.forEach(order -> ids.add(order.orderId()));
      history.calls().stream()
          .filter(Call::places)
          .forEach(call -> call.orderId().ifPresent(ids::add));
      List<ReceivedEvent> events = ours(subscriber.received(), run);
      List<Parked> parked =
          books.parked().stream().filter(message -> ids.contains(message.orderId())).toList();
      Evidence evidence =
          new Evidence(
              history.calls(), events, orders, parked, samples, walks(client, customers), true);
      return new Verdict(
          options.seed(), again, numbers(evidence, injector.made()), Checker.check(evidence));
    } finally {
      pipeline.visibility(queue, visibility);
    }
  }

  private void load(Workload workload, Injector injector) throws InterruptedException {
    CountDownLatch end = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < options.clients(); i++) {
        int number = i;
        running.add(
            threads.submit(
                () -> {
                  workload.run(number, options.pause().toMillis(), end);
                  return null;
                }));
      }
      running.add(
          threads.submit(
              () -> {
                injector.run(end);
                return null;
              }));
      TimeUnit.MILLISECONDS.sleep(options.length().toMillis());
      end.countDown();
      for (Future<?> one : running) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("the run broke", e.getCause());
    }
  }

  /** Waits until the queue is empty and every stored version was announced, or too long. */
  private void await(Books books, Subscriber subscriber, String run) throws InterruptedException {
    long deadline = System.nanoTime() + QUIET_LIMIT.toNanos();
    while (System.nanoTime() < deadline) {
      if (books.inFlight() == 0) {
        Set<String> announced = new HashSet<>();
        ours(subscriber.received(), run).forEach(event -> announced.add(event.id()));
        long versions = books.orders(run).stream().mapToLong(TableOrder::version).sum();
        if (announced.size() >= versions && books.inFlight() == 0) {
          return;
        }
      }
      TimeUnit.MILLISECONDS.sleep(250);
    }
    told.accept("it did not become quiet within " + QUIET_LIMIT.toSeconds() + " s");
  }

  private static List<ReceivedEvent> ours(List<ReceivedEvent> events, String run) {
    return events.stream()
        .filter(
            event ->
                event
                    .event()
                    .path("data")
                    .path("order")
                    .path("customerId")
                    .asText()
                    .startsWith(run))
        .toList();
  }

  private static Map<String, List<String>> walks(OrdersClient client, List<Caller> customers)
      throws InterruptedException {
    Map<String, List<String>> walks = new TreeMap<>();
    for (Caller customer : customers) {
      List<String> ids = new ArrayList<>();
      String path = "/orders?limit=50";
      while (!path.isEmpty()) {
        Call page = client.get(customer, path);
        if (page.uncertain()) {
          continue;
        }
        page.answer().path("orders").forEach(order -> ids.add(order.path("orderId").asText()));
        String next = page.answer().path("next").asText("");
        path = next.isEmpty() || next.equals("null") ? "" : "/orders?limit=50&cursor=" + next;
      }
      walks.put(customer.subject(), ids);
    }
    return walks;
  }

  private static String numbers(Evidence evidence, int faults) {
    long accepted = evidence.calls().stream().filter(c -> c.places() && c.accepted()).count();
    long unknown = evidence.calls().stream().filter(Call::uncertain).count();
    long versions = evidence.orders().stream().mapToLong(TableOrder::version).sum();
    return String.format(
        Locale.ROOT,
        "%d calls (%d unknown or failed), %d placements accepted, %d orders stored with %d"
            + " versions, %d events, %d parked, %d faults, %d samples",
        evidence.calls().size(),
        unknown,
        accepted,
        evidence.orders().size(),
        versions,
        evidence.events().size(),
        evidence.parked().size(),
        faults,
        evidence.samples().size());
  }
}
