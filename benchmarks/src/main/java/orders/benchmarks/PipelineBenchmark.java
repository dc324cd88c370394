package orders.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * Places orders through the front door of a pipeline of its own and prints how long each took to be
 * accepted and announced, and what that cost in processor time and memory.
 */
@Command(
    name = "orders bench",
    mixinStandardHelpOptions = true,
    description = "Places orders through the front door of a pipeline of its own and measures it.")
public final class PipelineBenchmark implements Runnable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration DRAIN_LIMIT = Duration.ofMinutes(2);

  @Option(names = "--orders", description = "How many orders (default: ${DEFAULT-VALUE}).")
  private int orders = 500;

  @Option(names = "--clients", description = "How many at once (default: ${DEFAULT-VALUE}).")
  private int clients = 16;

  @Option(
      names = "--warm-up",
      description = "Orders placed before the measured ones (default: ${DEFAULT-VALUE}).")
  private int warmUp = 300;

  @Option(
      names = "--without-keys",
      description = "Send no Idempotency-Key, so that the server makes one: half the calls.")
  private boolean withoutKeys;

  @Option(names = "--json", description = "A file that gets the figures as JSON.")
  private Path json = Path.of("benchmarks", "target", "bench.json");

  @Option(names = "--plot", description = "A file that gets the figures drawn, as SVG.")
  private Path plot = Path.of("docs", "performance-pipeline.svg");

  private static final byte[] ORDER =
      """
      {"currency":"EUR","lines":[
        {"sku":"JACKET-1","name":"Beautiful Jacket","quantity":1,"unitPrice":7889},
        {"sku":"SOCKS-7","name":"Warm socks","quantity":3,"unitPrice":499}],
       "shippingAddress":{"name":"A. Customer","line1":"1 Main Street","city":"Dublin","country":"IE"},
       "reference":"BENCH"}\
      """
          .getBytes(StandardCharsets.UTF_8);

  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

  private final Map<String, Long> started = new ConcurrentHashMap<>();
  private final Map<String, Long> accepted = new ConcurrentHashMap<>();
  private final Map<String, Long> announced = new ConcurrentHashMap<>();
  private final AtomicInteger retried = new AtomicInteger();

  /** Runs the benchmark. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new PipelineBenchmark()).execute(arguments));
  }

  @Override
  public void run() {
    if (orders < 1 || clients < 1 || warmUp < 0) {
      throw new CommandLine.ParameterException(
          new CommandLine(this), "--orders and --clients must be at least 1, --warm-up at least 0");
    }
    // Read once, at the first connection that is kept.
    System.setProperty("http.maxConnections", Integer.toString(clients + 4));
    try {
      measure();
    } catch (IOException failed) {
      throw new IllegalStateException(failed.getMessage(), failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void measure() throws IOException, InterruptedException {
    Path project = Path.of("").toAbsolutePath();
    Files.createDirectories(project.resolve(json).getParent());
    Path log = project.resolve(json).resolveSibling("bench-pipeline.log");
    try (OrdersCommand pipeline = OrdersCommand.up(project, log)) {
      JsonNode outputs = pipeline.outputs();
      String token = pipeline.token("bench");
      try (Watch watch = new Watch(pipeline)) {
        place(outputs, token, warmUp);
        watch.await(accepted.keySet());
        forget();
        Map<String, ProcessUse> before = use(pipeline);
        long start = System.nanoTime();
        place(outputs, token, orders);
        double placingSeconds = (System.nanoTime() - start) / 1e9;
        watch.await(accepted.keySet());
        double wholeSeconds = (System.nanoTime() - start) / 1e9;
        report(before, use(pipeline), placingSeconds, wholeSeconds);
      }
    }
  }

  private void forget() {
    started.clear();
    accepted.clear();
    announced.clear();
    retried.set(0);
  }

  private void place(JsonNode outputs, String token, int count)
      throws IOException, InterruptedException {
    URL url = URI.create(outputs.path("ApiUrl").asText() + "/orders").toURL();
    AtomicInteger left = new AtomicInteger(count);
    List<Future<?>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
      for (int i = 0; i < clients; i++) {
        running.add(
            threads.submit(
                () -> {
                  while (left.getAndDecrement() > 0) {
                    placeOne(url, token);
                  }
                  return null;
                }));
      }
      for (Future<?> client : running) {
        client.get();
      }
    } catch (java.util.concurrent.ExecutionException failed) {
      throw new IllegalStateException(
          "an order was not accepted: " + failed.getCause(), failed.getCause());
    }
  }

  /** Places an order by the JDK's plain client: the load's maker must itself be a light load. */
  private void placeOne(URL url, String token) throws IOException, InterruptedException {
    String key = UUID.randomUUID().toString();
    long start = System.nanoTime();
    HttpURLConnection answer = post(url, token, key);
    while (answer.getResponseCode() == 503 && !withoutKeys) {
      drain(answer.getErrorStream());
      retried.incrementAndGet();
      TimeUnit.SECONDS.sleep(1);
      answer = post(url, token, key);
    }
    if (answer.getResponseCode() != 202) {
      throw new IOException(
          "status " + answer.getResponseCode() + ": " + drain(answer.getErrorStream()));
    }
    drain(answer.getInputStream());
    long end = System.nanoTime();
    String location = answer.getHeaderField("Location");
    String orderId = location.substring(location.lastIndexOf('/') + 1);
    started.put(orderId, start);
    accepted.put(orderId, end);
  }

  private HttpURLConnection post(URL url, String token, String key) throws IOException {
    HttpURLConnection call = (HttpURLConnection) url.openConnection();
    call.setRequestMethod("POST");
    call.setReadTimeout((int) ANSWER_LIMIT.toMillis());
    call.setRequestProperty("Authorization", "Bearer " + token);
    call.setRequestProperty("Content-Type", "application/json");
    if (!withoutKeys) {
      call.setRequestProperty("Idempotency-Key", key);
    }
    call.setDoOutput(true);
    call.setFixedLengthStreamingMode(ORDER.length);
    try (OutputStream body = call.getOutputStream()) {
      body.write(ORDER);
    }
    return call;
  }

  /** Reads a body to its end, so that its connection can be used again. */
  private static String drain(InputStream body) throws IOException {
    try (body) {
      return body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private Map<String, ProcessUse> use(OrdersCommand pipeline)
      throws IOException, InterruptedException {
    Map<Long, String> functions = new HashMap<>();
    pipeline
        .workers()
        .forEach(
            worker -> functions.put(worker.path("pid").asLong(), worker.path("function").asText()));
    Map<String, ProcessUse> all = ProcessUse.below(pipeline.runner(), functions);
    all.put("clients, watching", ProcessUse.of(ProcessHandle.current()));
    return all;
  }

  private void report(
      Map<String, ProcessUse> before,
      Map<String, ProcessUse> after,
      double placingSeconds,
      double wholeSeconds)
      throws IOException {
    Map<String, Percentiles> waits = new LinkedHashMap<>();
    waits.put("accepted", since(accepted));
    waits.put("announced", since(announced));

    ObjectNode result = JSON.createObjectNode();
    Machine machine = Machine.here();
    machine.write(result.putObject("machine"));
    result
        .put("orders", orders)
        .put("clients", clients)
        .put("warmUp", warmUp)
        .put("keys", !withoutKeys);
    result.put("retried", retried.get());
    result.put("acceptedPerSecond", round(orders / placingSeconds));
    result.put("announcedPerSecond", round(orders / wholeSeconds));
    System.out.printf(
        "%d orders %s, %d clients: %.0f accepted a second, %.0f accepted and announced a"
            + " second%n%n",
        orders, keys(), clients, orders / placingSeconds, orders / wholeSeconds);
    if (retried.get() > 0) {
      System.out.printf("%d requests were sent again after a 503%n%n", retried.get());
    }
    System.out.printf("%-28s %8s %8s %8s %8s%n", "ms from request to", "p50", "p95", "p99", "max");
    ObjectNode millis = result.putObject("millisFromRequest");
    waits.forEach(
        (name, wait) -> {
          System.out.printf(
              "%-28s %8.1f %8.1f %8.1f %8.1f%n",
              name, wait.p50(), wait.p95(), wait.p99(), wait.max());
          millis
              .putObject(name)
              .put("count", wait.count())
              .put("p50", round(wait.p50()))
              .put("p95", round(wait.p95()))
              .put("p99", round(wait.p99()))
              .put("max", round(wait.max()));
        });
    System.out.printf("%n%-28s %10s %10s %14s%n", "process", "processes", "MiB", "CPU ms/order");
    ObjectNode processes = result.putObject("processes");
    Map<String, Double> cpuMillis = new LinkedHashMap<>();
    new TreeMap<>(after)
        .forEach(
            (role, use) -> {
              ProcessUse earlier = before.get(role);
              Duration cpu = earlier == null ? use.cpu() : use.cpu().minus(earlier.cpu());
              double millisEach = cpu.toNanos() / 1e6 / orders;
              cpuMillis.put(role, millisEach);
              System.out.printf(
                  "%-28s %10d %10d %14.2f%n", role, use.processes(), use.memoryMb(), millisEach);
              processes
                  .putObject(role)
                  .put("processes", use.processes())
                  .put("memoryMb", use.memoryMb())
                  .put("cpuMillisPerOrder", round(millisEach));
            });
    System.out.printf(
        "%-28s %10d %10d %14.2f%n",
        "all",
        after.values().stream().mapToInt(ProcessUse::processes).sum(),
        after.values().stream().mapToLong(ProcessUse::memoryMb).sum(),
        cpuMillis.values().stream().mapToDouble(Double::doubleValue).sum());
    JSON.writerWithDefaultPrettyPrinter().writeValue(json.toFile(), result);
    System.out.println("\nas JSON: " + json);
    Map<String, Double> medians = new LinkedHashMap<>();
    waits.forEach((name, wait) -> medians.put(name, wait.p50()));
    Map<String, Double> tails = new LinkedHashMap<>();
    waits.forEach((name, wait) -> tails.put(name, wait.p99()));
    new Plot(
            String.format(
                Locale.ROOT,
                "%d orders %s by %d clients: %.0f announced a second",
                orders,
                keys(),
                clients,
                orders / wholeSeconds),
            machine)
        .bars("From the request, median", "ms", medians)
        .bars("From the request, 99 in 100", "ms", tails)
        .bars("Processor time an order", "CPU ms", cpuMillis)
        .write(plot);
  }

  private String keys() {
    return withoutKeys ? "without keys" : "with keys";
  }

  private Percentiles since(Map<String, Long> moments) {
    return Percentiles.ofNanos(
        moments.entrySet().stream()
            .filter(moment -> started.containsKey(moment.getKey()))
            .map(moment -> moment.getValue() - started.get(moment.getKey()))
            .toList());
  }

  private static double round(double value) {
    return Math.round(value * 100) / 100.0;
  }

  /**
   * Sees orders' events in a queue of its own. An order's event is made of what is stored, so that
   * nobody needs to look into the table, which would be a load of its own.
   */
  private final class Watch implements AutoCloseable {
    private static final String QUEUE = "bench-events";
    private static final int DELETED_AT_ONCE = 10;

    private final SqsClient sqs;
    private final String queueUrl;
    private final ExecutorService threads = Executors.newSingleThreadExecutor();
    private volatile boolean closed;

    Watch(OrdersCommand pipeline) throws IOException, InterruptedException {
      JsonNode outputs = pipeline.outputs();
      sqs = LocalClients.to(pipeline.sqs(), SqsClient.builder());
      queueUrl = sqs.createQueue(create -> create.queueName(QUEUE)).queueUrl();
      String arn =
          sqs.getQueueAttributes(
                  get -> get.queueUrl(queueUrl).attributeNames(QueueAttributeName.QUEUE_ARN))
              .attributes()
              .get(QueueAttributeName.QUEUE_ARN);
      try (SnsClient sns = LocalClients.to(pipeline.sns(), SnsClient.builder())) {
        sns.subscribe(
            subscribe ->
                subscribe
                    .topicArn(outputs.path("OrderEventsTopicArn").asText())
                    .protocol("sqs")
                    .endpoint(arn)
                    .attributes(Map.of("RawMessageDelivery", "true")));
      }
      threads.execute(() -> untilClosed(this::receive));
    }

    private void untilClosed(Runnable work) {
      try {
        work.run();
      } catch (SdkException interrupted) {
        if (!closed) {
          throw interrupted;
        }
      }
    }

    /** Waits until all these orders were seen announced. */
    void await(Set<String> orderIds) throws IOException, InterruptedException {
      long limit = System.nanoTime() + DRAIN_LIMIT.toNanos();
      while (!announced.keySet().containsAll(orderIds)) {
        if (System.nanoTime() > limit) {
          throw new IOException(
              (orderIds.size() - announced.size())
                  + " of "
                  + orderIds.size()
                  + " orders were not announced after "
                  + DRAIN_LIMIT);
        }
        Thread.sleep(5);
      }
    }

    private void receive() {
      // Nobody else reads this queue: a few that it keeps do no harm.
      List<Message> seen = new ArrayList<>();
      while (!closed) {
        pause();
        List<Message> messages =
            sqs.receiveMessage(
                    receive ->
                        receive.queueUrl(queueUrl).maxNumberOfMessages(10).waitTimeSeconds(1))
                .messages();
        long now = System.nanoTime();
        for (Message message : messages) {
          try {
            announced.putIfAbsent(JSON.readTree(message.body()).path("subject").asText(), now);
          } catch (IOException unreadable) {
            throw new IllegalStateException("an event is not JSON", unreadable);
          }
        }
        seen.addAll(messages);
        while (seen.size() >= DELETED_AT_ONCE) {
          delete(seen.subList(0, DELETED_AT_ONCE));
        }
      }
    }

    private void delete(List<Message> messages) {
      sqs.deleteMessageBatch(
          delete ->
              delete
                  .queueUrl(queueUrl)
                  .entries(
                      messages.stream()
                          .map(
                              message ->
                                  DeleteMessageBatchRequestEntry.builder()
                                      .id(message.messageId())
                                      .receiptHandle(message.receiptHandle())
                                      .build())
                          .toList()));
      messages.clear();
    }

    /** Lets events gather: a request for each would be a load of its own. */
    private void pause() {
      try {
        TimeUnit.MILLISECONDS.sleep(5);
      } catch (InterruptedException closing) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      closed = true;
      threads.shutdownNow();
      sqs.close();
    }
  }
}
