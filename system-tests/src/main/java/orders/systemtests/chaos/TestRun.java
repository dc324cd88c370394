package orders.systemtests.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import orders.systemtests.checker.Checker;
import orders.systemtests.checker.DeadLetter;
import orders.systemtests.checker.Evidence;
import orders.systemtests.checker.ReceivedEvent;
import orders.systemtests.checker.Sample;
import orders.systemtests.checker.TableOrder;
import orders.systemtests.checker.Violation;
import orders.systemtests.client.Call;
import orders.systemtests.client.Caller;
import orders.systemtests.client.History;
import orders.systemtests.client.OrdersClient;

/**
 * A stay at a running pipeline under names of one's own: customers, back office, a subscriber, a
 * history of every call. What others do there meanwhile is left out of the evidence.
 */
public final class TestRun implements AutoCloseable {
  private static final int CUSTOMERS = 3;

  private final Pipeline pipeline;
  private final String prefix;
  private final History history = new History();
  private final StateReader state;
  private final List<Caller> customers = new ArrayList<>();
  private final Caller office;
  private final OrdersClient client;
  private final OrdersClient careful;
  private final Subscriber subscriber;
  private final Map<String, TableOrder> redelivered = new TreeMap<>();
  private volatile boolean keysKept = true;

  /**
   * Begins.
   *
   * @param name what customers' and queue's names begin with, made unique
   */
  public TestRun(Pipeline pipeline, String name) throws InterruptedException {
    this.pipeline = pipeline;
    prefix = name + "-" + Long.toHexString(System.nanoTime() & 0xFFFFFFFL) + "-";
    state = new StateReader(pipeline);
    for (int i = 0; i < CUSTOMERS; i++) {
      customers.add(pipeline.caller(prefix + i, false));
    }
    office = pipeline.caller(prefix + "office", true);
    client = new OrdersClient(pipeline.api(), history, Duration.ofSeconds(35));
    careful = client.careful();
    subscriber = new Subscriber(pipeline, prefix + "events");
  }

  public Pipeline pipeline() {
    return pipeline;
  }

  public History history() {
    return history;
  }

  public StateReader state() {
    return state;
  }

  public List<Caller> customers() {
    return List.copyOf(customers);
  }

  /** Returns a customer. */
  public Caller customer() {
    return customers.getFirst();
  }

  /** Returns a caller with {@code orders/admin}. */
  public Caller office() {
    return office;
  }

  /** Returns a client that sends each request once. */
  public OrdersClient client() {
    return client;
  }

  /** Returns a client that sends again what nothing is certain of. */
  public OrdersClient careful() {
    return careful;
  }

  /** Returns the orders of this run's customers, as the table holds them. */
  public List<TableOrder> orders() {
    return state.orders(prefix);
  }

  /** Returns the events of this run's orders, repeats included. */
  public List<ReceivedEvent> events() {
    return subscriber.received().stream()
        .filter(
            event ->
                event
                    .event()
                    .path("data")
                    .path("order")
                    .path("customerId")
                    .asText()
                    .startsWith(prefix))
        .toList();
  }

  /** Returns the dead-lettered messages about these orders. */
  public List<DeadLetter> deadLetters() throws InterruptedException {
    Set<String> ids = new HashSet<>();
    orders().forEach(order -> ids.add(order.orderId()));
    history.calls().forEach(call -> call.orderId().ifPresent(ids::add));
    return state.deadLetters().stream().filter(message -> ids.contains(message.orderId())).toList();
  }

  /**
   * Waits until the queue is empty and every stored version was announced.
   *
   * @return whether it became quiet in time
   * @throws RuntimeException what the last look failed with, if it did: before, a service that a
   *     fault ended may just have been started again
   */
  public boolean quiet(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    Optional<RuntimeException> failed = Optional.empty();
    while (System.nanoTime() < deadline) {
      try {
        if (isQuiet()) {
          return true;
        }
        failed = Optional.empty();
      } catch (RuntimeException recovering) {
        failed = Optional.of(recovering);
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    if (failed.isPresent()) {
      throw failed.get();
    }
    return false;
  }

  private boolean isQuiet() {
    if (state.inFlight() > 0) {
      return false;
    }
    Set<String> announced = new HashSet<>();
    events().forEach(event -> announced.add(event.id()));
    long versions = orders().stream().mapToLong(TableOrder::version).sum();
    return announced.size() >= versions && state.inFlight() == 0;
  }

  /**
   * Gathers what is known; to be asked when it is quiet. A request that was given up by its client
   * may still be carried out: so all is read again until nothing changed while it was read.
   */
  public Evidence evidence(List<Sample> samples, boolean orderKept) throws InterruptedException {
    return evidence(samples, orderKept, Duration.ofSeconds(30));
  }

  /**
   * Gathers what is known.
   *
   * @param backoff how long to wait at most for what is still on its way
   */
  public Evidence evidence(List<Sample> samples, boolean orderKept, Duration backoff)
      throws InterruptedException {
    List<TableOrder> before = orders();
    while (true) {
      Map<String, List<String>> walks = new TreeMap<>();
      for (Caller customer : customers) {
        walks.put(customer.subject(), walk(customer));
      }
      careful.get(office, "/orders?limit=100");
      List<DeadLetter> deadLetters = deadLetters();
      quiet(backoff);
      List<TableOrder> after = orders();
      if (Set.copyOf(after).equals(Set.copyOf(before))) {
        return new Evidence(
            history.calls(),
            events(),
            after,
            deadLetters,
            samples,
            walks,
            redelivered,
            redeliveredAfter(),
            keysKept,
            orderKept);
      }
      before = after;
    }
  }

  /** Returns what the checker finds. */
  public List<Violation> violations() throws InterruptedException {
    return Checker.check(evidence(List.of(), true));
  }

  /**
   * Delivers accepted commands again, the last ones first, and notes what their orders were before;
   * to be asked when it is quiet and nothing disturbs the pipeline.
   *
   * @param most how many orders at most
   */
  public void redeliver(int most) throws InterruptedException {
    Set<String> dead = new HashSet<>();
    deadLetters().forEach(message -> dead.add(message.orderId()));
    List<TableOrder> chosen =
        orders().stream()
            .filter(order -> !dead.contains(order.orderId()))
            .sorted(
                Comparator.comparingLong(
                        (TableOrder order) -> order.version() + order.ineffective().size())
                    .reversed())
            .limit(most)
            .toList();
    for (TableOrder order : chosen) {
      Set<String> accepted = Checker.acceptedCommands(history.calls(), order.orderId());
      List<String> bodies = pipeline.messagesOf(order.orderId(), accepted);
      redelivered.put(order.orderId(), order);
      for (String body : bodies.reversed()) {
        pipeline
            .sqs()
            .sendMessage(send -> send.queueUrl(pipeline.output("OrderQueueUrl")).messageBody(body));
      }
    }
  }

  private Map<String, TableOrder> redeliveredAfter() {
    Map<String, TableOrder> after = new TreeMap<>();
    for (String id : redelivered.keySet()) {
      state.order(id).ifPresent(order -> after.put(id, order));
    }
    return after;
  }

  /** Deletes the records that bind keys without a response to their requests. */
  public void forgetKeys() {
    keysKept = false;
    String table = pipeline.output("IdempotencyTableName");
    pipeline
        .dynamoDb()
        .scanPaginator(scan -> scan.tableName(table).consistentRead(true))
        .items()
        .stream()
        .filter(item -> item.get("status").s().equals("INPROGRESS"))
        .forEach(
            item ->
                pipeline
                    .dynamoDb()
                    .deleteItem(
                        delete -> delete.tableName(table).key(Map.of("id", item.get("id")))));
  }

  private List<String> walk(Caller customer) throws InterruptedException {
    List<String> ids = new ArrayList<>();
    String path = "/orders?limit=100";
    while (!path.isEmpty()) {
      Call page = careful.get(customer, path);
      if (page.status() != 200) {
        // Whatever is missing from a list that cannot be read is found by the checker.
        return ids;
      }
      page.answer().path("orders").forEach(order -> ids.add(order.path("orderId").asText()));
      String next = page.answer().path("next").asText("");
      path = next.isEmpty() || next.equals("null") ? "" : "/orders?limit=100&cursor=" + next;
    }
    return ids;
  }

  @Override
  public void close() {
    subscriber.close();
    client.close();
  }
}
