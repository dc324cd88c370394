package orders.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import orders.domain.CustomerId;
import orders.domain.StoredOrder;
import orders.wire.OrderItem;
import orders.wire.dynamodb.AttributeValues;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * Fills a table with ever more orders and prints, at each size, what each list, read and write
 * takes in requests, capacity units and time.
 *
 * <p>One order in ten is of one customer, whose list is read, and all have one status.
 */
@Command(
    name = "orders bench-growth",
    mixinStandardHelpOptions = true,
    description = "Measures lists, reads and writes as the table grows.")
public final class GrowthBenchmark implements Runnable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TABLE = "growth-orders";
  private static final int BATCH_WRITE = 25;
  private static final int CUSTOMERS = 1000;

  @Option(
      names = "--sizes",
      split = ",",
      description = "Orders in the table, ascending (default: ${DEFAULT-VALUE}).")
  private List<Integer> sizes = List.of(1_000, 10_000, 100_000);

  @Option(
      names = "--calls",
      description = "Calls of each form at each size (default: ${DEFAULT-VALUE}).")
  private int calls = 30;

  @Option(names = "--json", description = "A file that gets the figures as JSON.")
  private Path json = Path.of("benchmarks", "target", "bench-growth.json");

  @Option(names = "--plot", description = "A file that gets the figures drawn, as SVG.")
  private Path plot = Path.of("docs", "performance-growth.svg");

  private final Map<String, List<Cost>> costs = new LinkedHashMap<>();

  /** Runs the benchmark. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new GrowthBenchmark()).execute(arguments));
  }

  /** What one call of a form took at one size of the table. */
  private record Cost(double requests, double units, double millis) {}

  /** Makes the event of one call. */
  @FunctionalInterface
  private interface Form {
    byte[] event() throws IOException;
  }

  @Override
  public void run() {
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
    Path work = Files.createTempDirectory("bench-growth");
    Path log = project.resolve(json).resolveSibling("bench-growth.log");
    try (OrdersCommand services =
            OrdersCommand.up(project, project.resolve(json).resolveSibling("bench-pipeline.log"));
        CapacityMeter meter = new CapacityMeter(services.dynamoDb());
        DynamoDbClient dynamoDb = LocalClients.to(services.dynamoDb(), DynamoDbClient.builder())) {
      SampleEvents events = new SampleEvents(services);
      createTable(dynamoDb, services.outputs().path("OrdersTableName").asText());
      Map<String, String> environment = new HashMap<>();
      environment.put("ORDERS_TABLE", TABLE);
      environment.put("AWS_ENDPOINT_URL_DYNAMODB", meter.address().toString());
      try (FunctionProcess api =
              start(
                  project,
                  work,
                  log,
                  events,
                  environment,
                  "order-api",
                  "orders.api.OrderApiHandler");
          FunctionProcess processor =
              start(
                  project,
                  work,
                  log,
                  events,
                  environment,
                  "order-processor",
                  "orders.processor.OrderProcessorHandler")) {
        int stored = 0;
        for (int size : sizes) {
          String someOrder = fill(dynamoDb, stored, size);
          stored = size;
          System.out.println(size + " orders are in the table");
          String read = "orders/read";
          String admin = "orders/admin";
          cost("one order", api, meter, () -> SampleEvents.get("/orders/" + someOrder, "", admin));
          cost("customer's list", api, meter, () -> SampleEvents.get("/orders", "", read));
          cost(
              "list of one status",
              api,
              meter,
              () -> SampleEvents.get("/orders", "status=PLACED", admin));
          cost("list of all", api, meter, () -> SampleEvents.get("/orders", "", admin));
          cost("POST /orders", api, meter, SampleEvents::apiRequest);
          cost("ten orders written", processor, meter, SampleEvents::queueBatch);
        }
      }
      report();
    }
  }

  private static FunctionProcess start(
      Path project,
      Path work,
      Path log,
      SampleEvents events,
      Map<String, String> environment,
      String module,
      String handler)
      throws IOException {
    List<Path> classPath = new ArrayList<>(Packages.runtime(project));
    classPath.addAll(Packages.unpack(Packages.zip(project, module), work.resolve(module)));
    Map<String, String> variables = events.environment(module);
    variables.putAll(environment);
    return new FunctionProcess(
        Path.of(System.getProperty("java.home"), "bin", "java"),
        List.of("-XX:+UseSerialGC", "-Xmx512m"),
        classPath,
        handler,
        variables,
        log);
  }

  /** Creates a table like the pipeline's own, but without its stream: nobody is to be told. */
  private static void createTable(DynamoDbClient dynamoDb, String like) {
    TableDescription table = dynamoDb.describeTable(describe -> describe.tableName(like)).table();
    dynamoDb.createTable(
        create ->
            create
                .tableName(TABLE)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(table.attributeDefinitions())
                .keySchema(table.keySchema())
                .globalSecondaryIndexes(
                    table.globalSecondaryIndexes().stream()
                        .map(
                            index ->
                                GlobalSecondaryIndex.builder()
                                    .indexName(index.indexName())
                                    .keySchema(index.keySchema())
                                    .projection(index.projection())
                                    .build())
                        .toList()));
  }

  /** Writes orders until so many are stored; returns the id of one of them. */
  private static String fill(DynamoDbClient dynamoDb, int stored, int wanted) {
    Instant first = Instant.now().minusSeconds(wanted);
    String someOrder = "";
    List<WriteRequest> batch = new ArrayList<>();
    for (int i = stored; i < wanted; i++) {
      CustomerId customer =
          i % 10 == 0 ? SampleEvents.CUSTOMER : new CustomerId("customer-" + i % CUSTOMERS);
      StoredOrder order = SampleEvents.placed(customer, first.plusSeconds(i - stored));
      someOrder = order.order().id().toString();
      batch.add(
          WriteRequest.builder()
              .putRequest(put -> put.item(AttributeValues.of(OrderItem.of(order))))
              .build());
      if (batch.size() == BATCH_WRITE || i == wanted - 1) {
        write(dynamoDb, batch);
        batch.clear();
      }
    }
    return someOrder;
  }

  private static void write(DynamoDbClient dynamoDb, List<WriteRequest> batch) {
    Map<String, List<WriteRequest>> left = Map.of(TABLE, List.copyOf(batch));
    while (!left.isEmpty()) {
      Map<String, List<WriteRequest>> asked = left;
      left = dynamoDb.batchWriteItem(write -> write.requestItems(asked)).unprocessedItems();
    }
  }

  private void cost(String form, FunctionProcess function, CapacityMeter meter, Form event)
      throws IOException, InterruptedException {
    for (int i = 0; i < calls; i++) {
      function.invoke(event.event()); // warms what the first size would pay for all
    }
    meter.take();
    List<Long> nanos = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      byte[] one = event.event();
      long start = System.nanoTime();
      FunctionProcess.Answer answer = function.invoke(one);
      nanos.add(answer.atNanos() - start);
    }
    CapacityMeter.Count count = meter.take();
    costs
        .computeIfAbsent(form, name -> new ArrayList<>())
        .add(
            new Cost(
                (double) count.requests() / calls,
                count.units() / calls,
                Percentiles.ofNanos(nanos).p50()));
  }

  private void report() throws IOException {
    Machine machine = Machine.here();
    ObjectNode result = JSON.createObjectNode();
    machine.write(result.putObject("machine"));
    ArrayNode at = result.putArray("orders");
    sizes.forEach(at::add);
    ObjectNode forms = result.putObject("forms");
    System.out.printf(
        "%n%-20s %10s %12s %16s %10s%n", "form", "orders", "requests", "capacity units", "p50 ms");
    costs.forEach(
        (form, atSizes) -> {
          ArrayNode points = forms.putArray(form);
          for (int i = 0; i < atSizes.size(); i++) {
            Cost cost = atSizes.get(i);
            System.out.printf(
                Locale.ROOT,
                "%-20s %10d %12.1f %16s %10.1f%n",
                form,
                sizes.get(i),
                cost.requests(),
                cost.units() == 0 ? "not told" : String.format(Locale.ROOT, "%.1f", cost.units()),
                cost.millis());
            points
                .addObject()
                .put("orders", sizes.get(i))
                .put("requests", cost.requests())
                .put("capacityUnits", cost.units())
                .put("millisP50", cost.millis());
          }
        });
    JSON.writerWithDefaultPrettyPrinter().writeValue(json.toFile(), result);
    System.out.println("\nas JSON: " + json);
    List<String> places =
        sizes.stream().map(size -> String.format(Locale.ROOT, "%,d orders", size)).toList();
    Map<String, List<Double>> requests = new LinkedHashMap<>();
    Map<String, List<Double>> units = new LinkedHashMap<>();
    costs.forEach(
        (form, atSizes) -> {
          requests.put(form, atSizes.stream().map(Cost::requests).toList());
          // DynamoDB Local does not tell what a batch of statements used.
          if (atSizes.stream().anyMatch(cost -> cost.units() > 0)) {
            units.put(form, atSizes.stream().map(Cost::units).toList());
          }
        });
    new Plot("What a call takes as the table grows", machine)
        .lines("DynamoDB requests", places, requests)
        .lines("Capacity units", places, units)
        .write(plot);
  }
}
