package orders.benchmarks.scale;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import orders.wire.ItemSize;
import orders.wire.OrderItem;
import orders.wire.Value;
import orders.wire.Value.Fields;

/**
 * What a workload asks of each service, for one order with all that follows it. Everything grows in
 * proportion, except batches, which fill as the rate grows: at a low rate a batch holds one.
 *
 * @param design how it is built
 * @param workload what is asked
 */
record Demand(Design design, Workload workload) {
  /** One call of DynamoDB, SQS or SNS from Lambda in the same Region; an assumption. */
  static final double ROUND_TRIP_MILLIS = 5;

  /** CPU for one request at the API; the goal of the performance tests. */
  static final double API_CPU_MILLIS = 3;

  /** CPU for one event at the notifier; the goal of the performance tests. */
  static final double NOTIFIER_CPU_MILLIS = 0.5;

  /** All lines that a command writes on its way, and its share of access log and metrics. */
  static final int LOG_BYTES_PER_COMMAND = 3000;

  /** What a request that only reads writes to logs. */
  static final int LOG_BYTES_PER_READ = 400;

  static final int BATCH = 10;
  static final int STREAM_BATCH = 100;
  private static final int POLLERS = 5;

  /** What an index entry holds, as template.yaml says; a test compares them. */
  static final Set<String> PROJECTED =
      Set.of(
          "orderId",
          "customerId",
          "statusShard",
          "placedAtOrderId",
          "status",
          "version",
          "placedAt",
          "updatedAt",
          "currency",
          "total",
          "lines",
          "reference",
          "metadata",
          "shipment");

  /** Returns how many commands a batch holds: what came in while a poller was away, 1 to 10. */
  double batch() {
    double perSecond = workload.ordersPerSecond() * workload.commands();
    double full = perSecond * processorBatchMillis(BATCH) / 1000 / POLLERS;
    return Math.clamp(full, 1, BATCH);
  }

  // ---- requests for one order

  double apiRequests() {
    return workload.requests();
  }

  /** Sends, and receives and deletes of batches. */
  double sqsRequests() {
    return workload.commands() * (1 + 2 / batch());
  }

  double snsRequests() {
    return (double) workload.commands() / design.eventsPerPublish();
  }

  double dynamoDbRequests() {
    double api = workload.commands() * 3.0 + workload.reads() + workload.lists();
    double processor =
        design.processorRoundTrips() == 2
            ? workload.commands() * design.processorRoundTrips() / batch()
            : workload.commands() * design.processorRequestsPerCommand();
    return api + processor;
  }

  // ---- Lambda, billed milliseconds for one order

  double apiMillis() {
    double command = design.apiRoundTrips() * ROUND_TRIP_MILLIS + API_CPU_MILLIS;
    double read = ROUND_TRIP_MILLIS + API_CPU_MILLIS;
    return workload.commands() * command + (workload.reads() + workload.lists()) * read;
  }

  double processorMillis() {
    return workload.commands() / batch() * processorBatchMillis(batch());
  }

  private double processorBatchMillis(double commands) {
    double calls =
        design.processorRoundTrips() == 2
            ? design.processorRoundTrips()
            : design.processorRequestsPerCommand() * commands;
    return calls * ROUND_TRIP_MILLIS + design.processorCpuMillis() * commands;
  }

  double notifierMillis() {
    return workload.commands()
        * (ROUND_TRIP_MILLIS / design.eventsPerPublish() + NOTIFIER_CPU_MILLIS);
  }

  double lambdaRequests() {
    return apiRequests()
        + workload.commands() / batch()
        + workload.commands() / Math.clamp(batch() * BATCH, 1.0, STREAM_BATCH);
  }

  // ---- DynamoDB units for one order

  /** Write units of the table alone: a new order, then each change over the larger item. */
  double tableWrites() {
    double units = 0;
    for (int changes = 0; changes <= workload.changes(); changes++) {
      units += units(tableBytes(changes), 1024);
    }
    return units;
  }

  double customerIndexWrites() {
    double units = 0;
    for (int changes = 0; changes <= workload.changes(); changes++) {
      units += units(indexBytes(changes), 1024);
    }
    return units;
  }

  /** A change of status takes an entry out of one partition and puts one into another. */
  double statusIndexWrites() {
    double units = units(indexBytes(0), 1024);
    for (int changes = 1; changes <= workload.changes(); changes++) {
      units += units(indexBytes(changes - 1), 1024) + units(indexBytes(changes), 1024);
    }
    return units;
  }

  /** Keys alone, of an order that has a reference: written once, for no status is among them. */
  double referenceIndexWrites() {
    return design.referenceIndex() ? units(referenceIndexBytes(), 1024) : 0;
  }

  double otherWrites() {
    return workload.commands() * design.extraWrites();
  }

  double writes() {
    return tableWrites()
        + customerIndexWrites()
        + statusIndexWrites()
        + referenceIndexWrites()
        + otherWrites();
  }

  /** Strongly consistent reads of the order, and pages of 25 entries read eventually consistent. */
  double reads() {
    double item = units(tableBytes(workload.changes()), 4096);
    double page = units(25 * indexBytes(0), 4096) / 2;
    double atProcessor = workload.changes() * item;
    return (workload.commands() + workload.reads()) * item + atProcessor + workload.lists() * page;
  }

  /** Write units a second on one partition of the busiest status for one order a second. */
  double hottestStatusPartition() {
    // Every order enters PLACED and leaves it.
    return (units(indexBytes(0), 1024) * 2.0) / design.statusShards();
  }

  int storedBytes() {
    int changes = workload.changes();
    int ofReference = design.referenceIndex() ? referenceIndexBytes() + 100 : 0;
    // 100 bytes of overhead each
    return tableBytes(changes) + 2 * indexBytes(changes) + 300 + ofReference;
  }

  int tableBytes(int changes) {
    return ItemSize.of(item(changes));
  }

  int indexBytes(int changes) {
    return design.wholeIndexes() ? tableBytes(changes) : ItemSize.of(item(changes), PROJECTED);
  }

  int referenceIndexBytes() {
    return ItemSize.of(
        item(0), Set.of(OrderItem.ORDER_ID, OrderItem.REFERENCE, OrderItem.PLACED_AT_ORDER_ID));
  }

  private Fields item(int changes) {
    Map<String, Value> item = new LinkedHashMap<>(TypicalOrder.itemAfter(changes).map());
    if (design.historyApart()) {
      item.remove(OrderItem.HISTORY);
    }
    return new Fields(item);
  }

  static int statusShards() {
    return OrderItem.STATUS_SHARDS;
  }

  private static double units(int bytes, int unit) {
    return Math.max(1, Math.ceilDiv(bytes, unit));
  }

  // ---- money for one order, USD

  double apiGatewayCost() {
    return apiRequests() * Prices.API_REQUEST;
  }

  double lambdaCost() {
    double gigabyteSeconds = (apiMillis() + processorMillis() + notifierMillis()) / 1000;
    return gigabyteSeconds * Prices.LAMBDA_GB_SECOND + lambdaRequests() * Prices.LAMBDA_REQUEST;
  }

  double sqsCost() {
    return sqsRequests() * Prices.SQS_REQUEST;
  }

  double dynamoDbCost() {
    return writes() * Prices.WRITE_UNIT + reads() * Prices.READ_UNIT;
  }

  double snsCost() {
    return snsRequests() * Prices.SNS_REQUEST;
  }

  double logCost() {
    double bytes =
        (double) workload.commands() * LOG_BYTES_PER_COMMAND
            + (double) (workload.reads() + workload.lists()) * LOG_BYTES_PER_READ;
    return bytes / 1e9 * Prices.LOG_GIGABYTE;
  }

  double monthOfStorage() {
    return storedBytes() / 1e9 * Prices.STORED_GIGABYTE_MONTH;
  }

  double cost() {
    return apiGatewayCost() + lambdaCost() + sqsCost() + dynamoDbCost() + snsCost() + logCost();
  }
}
