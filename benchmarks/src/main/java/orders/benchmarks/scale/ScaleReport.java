package orders.benchmarks.scale;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The model's tables, in Markdown. */
public final class ScaleReport {
  private static final List<Integer> RATES = List.of(10, 100, 1_000, 10_000, 100_000);
  private static final int API_RATE_LIMIT = 1_000;
  private static final int PROCESSOR_CONCURRENCY = 20;

  private ScaleReport() {}

  /** Prints the report. */
  public static void main(String[] args) {
    System.out.print(markdown());
  }

  /** Returns the report; the same text at every call. */
  public static String markdown() {
    return sizes() + "\n" + capacity() + "\n" + quotas() + "\n" + money() + "\n" + comparison();
  }

  private static Demand ours(int rate) {
    return new Demand(Design.ours(Demand.statusShards()), Workload.typical(rate));
  }

  private static Demand naive(int rate) {
    return new Demand(Design.naive(), Workload.typical(rate));
  }

  private static String sizes() {
    Demand demand = ours(1);
    int last = TypicalOrder.CHANGES;
    return """
    ### Sizes

    | a typical order | bytes | write units |
    |---|---|---|
    | item, new | %s | %s |
    | item, delivered | %s | %s |
    | entry of an index, new | %s | %s |
    | entry of an index, delivered | %s | %s |
    """
        .formatted(
            number(demand.tableBytes(0)),
            Math.ceilDiv(demand.tableBytes(0), 1024),
            number(demand.tableBytes(last)),
            Math.ceilDiv(demand.tableBytes(last), 1024),
            number(demand.indexBytes(0)),
            Math.ceilDiv(demand.indexBytes(0), 1024),
            number(demand.indexBytes(last)),
            Math.ceilDiv(demand.indexBytes(last), 1024));
  }

  private static String capacity() {
    StringBuilder text = new StringBuilder("### Capacity\n\n| orders a second |");
    RATES.forEach(rate -> text.append(' ').append(number(rate)).append(" |"));
    text.append("\n|---|").append("---:|".repeat(RATES.size())).append('\n');
    row(text, "requests to the API a second", demand -> demand.apiRequests() * rate(demand));
    row(text, "order-api, at once", demand -> atOnce(demand, demand.apiMillis()));
    row(text, "commands in a batch", Demand::batch);
    row(text, "order-processor, at once", demand -> atOnce(demand, demand.processorMillis()));
    row(text, "order-notifier, at once", demand -> atOnce(demand, demand.notifierMillis()));
    row(text, "SQS requests a second", demand -> demand.sqsRequests() * rate(demand));
    row(text, "DynamoDB requests a second", demand -> demand.dynamoDbRequests() * rate(demand));
    row(text, "write units a second: table", demand -> demand.tableWrites() * rate(demand));
    row(
        text,
        "write units a second: `CustomerOrders`",
        demand -> demand.customerIndexWrites() * rate(demand));
    row(
        text,
        "write units a second: `StatusOrders`",
        demand -> demand.statusIndexWrites() * rate(demand));
    row(
        text,
        "write units a second: `ReferenceOrders`",
        demand -> demand.referenceIndexWrites() * rate(demand));
    row(text, "write units a second: idempotency", demand -> demand.otherWrites() * rate(demand));
    row(text, "read units a second", demand -> demand.reads() * rate(demand));
    row(
        text,
        "partitions, and so stream shards, at least",
        demand -> Math.ceil(demand.tableWrites() * rate(demand) / 1_000));
    row(
        text,
        "hottest partition of `StatusOrders`, units a second of 1,000",
        demand -> demand.hottestStatusPartition() * rate(demand));
    row(
        text,
        "status shards needed",
        demand ->
            Math.max(
                Demand.statusShards(),
                Math.ceil(
                    demand.hottestStatusPartition()
                        * Demand.statusShards()
                        * rate(demand)
                        / 1_000)));
    row(text, "SNS requests a second", demand -> demand.snsRequests() * rate(demand));
    row(text, "new data a day, GB", demand -> demand.storedBytes() * rate(demand) * 86_400 / 1e9);
    row(text, "USD an hour", demand -> demand.cost() * rate(demand) * 3_600);
    return text.toString();
  }

  private static void row(StringBuilder text, String name, ToDoubleFunction<Demand> value) {
    text.append("| ").append(name).append(" |");
    for (int rate : RATES) {
      text.append(' ').append(number(value.applyAsDouble(ours(rate)))).append(" |");
    }
    text.append('\n');
  }

  private static double rate(Demand demand) {
    return demand.workload().ordersPerSecond();
  }

  /** Little's law: how many are at work is how many come times how long each takes. */
  private static double atOnce(Demand demand, double millisPerOrder) {
    return Math.max(1, Math.ceil(millisPerOrder / 1000 * rate(demand)));
  }

  private static String quotas() {
    StringBuilder text =
        new StringBuilder(
            """
            ### Where each limit bites

            | limit | default | bites at orders a second | what moves it |
            |---|---:|---:|---|
            """);
    List<Quota> sorted =
        new ArrayList<>(Quota.of(ours(100_000), API_RATE_LIMIT, PROCESSOR_CONCURRENCY));
    sorted.sort(Comparator.comparingDouble(Quota::bitesAt));
    for (Quota quota : sorted) {
      text.append(
          "| %s | %s | %s | %s |%n"
              .formatted(
                  quota.name(), number(quota.limit()), number(quota.bitesAt()), quota.moved()));
    }
    return text.toString();
  }

  private static String money() {
    Demand ours = ours(1_000);
    Demand naive = naive(1_000);
    StringBuilder text =
        new StringBuilder(
            """
            ### Money

            | USD for a million orders with all that follows them | this design | naive |
            |---|---:|---:|
            """);
    pair(text, "API Gateway", ours, naive, demand -> demand.apiGatewayCost() * 1e6);
    pair(text, "Lambda", ours, naive, demand -> demand.lambdaCost() * 1e6);
    pair(text, "SQS", ours, naive, demand -> demand.sqsCost() * 1e6);
    pair(text, "DynamoDB", ours, naive, demand -> demand.dynamoDbCost() * 1e6);
    pair(text, "SNS", ours, naive, demand -> demand.snsCost() * 1e6);
    pair(text, "logs", ours, naive, demand -> demand.logCost() * 1e6);
    pair(text, "**together**", ours, naive, demand -> demand.cost() * 1e6);
    pair(text, "storage, each month after", ours, naive, demand -> demand.monthOfStorage() * 1e6);
    return text.toString();
  }

  private static String comparison() {
    Demand ours = ours(1_000);
    Demand naive = naive(1_000);
    StringBuilder text =
        new StringBuilder(
            """
            ### Number by number

            | for one order and its three changes | this design | naive |
            |---|---:|---:|
            """);
    pair(text, "DynamoDB requests", ours, naive, Demand::dynamoDbRequests);
    pair(text, "write units: order and history", ours, naive, Demand::tableWrites);
    pair(
        text,
        "write units: indexes",
        ours,
        naive,
        demand ->
            demand.customerIndexWrites()
                + demand.statusIndexWrites()
                + demand.referenceIndexWrites());
    pair(text, "write units: records and separate history", ours, naive, Demand::otherWrites);
    pair(text, "write units, all", ours, naive, Demand::writes);
    pair(text, "read units", ours, naive, Demand::reads);
    pair(text, "order-processor, billed ms", ours, naive, Demand::processorMillis);
    pair(text, "order-notifier, billed ms", ours, naive, Demand::notifierMillis);
    pair(text, "SNS requests", ours, naive, Demand::snsRequests);
    pair(
        text,
        "orders a second that the busiest index partition bears",
        ours,
        naive,
        demand -> 1_000 / demand.hottestStatusPartition());
    return text.toString();
  }

  private static void pair(
      StringBuilder text, String name, Demand ours, Demand naive, ToDoubleFunction<Demand> value) {
    text.append(
        "| %s | %s | %s |%n"
            .formatted(
                name, number(value.applyAsDouble(ours)), number(value.applyAsDouble(naive))));
  }

  private static String number(double value) {
    if (value >= 100 || value == Math.rint(value)) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return String.format(Locale.ROOT, value >= 10 ? "%.1f" : "%.2f", value);
  }
}
