package orders.benchmarks.scale;

import java.util.List;

/**
 * A limit, and what one order a second takes of it.
 *
 * @param limit as AWS or the template sets it
 * @param usePerOrder of the limit, for one order a second
 * @param moved by whom or what it is raised
 */
record Quota(String name, double limit, double usePerOrder, String moved) {
  /** Returns the orders a second at which it bites. */
  double bitesAt() {
    return limit / usePerOrder;
  }

  /** Returns all limits for a design, with the template's parameters as they are by default. */
  static List<Quota> of(Demand full, int apiRateLimit, int processorConcurrency) {
    double perSecond = 1 / 1000.0;
    double lambda = (full.apiMillis() + full.processorMillis() + full.notifierMillis()) * perSecond;
    int commands = full.workload().commands();
    return List.of(
        new Quota(
            "busiest route (`GET /orders/{orderId}`), requests a second",
            apiRateLimit,
            full.workload().reads(),
            "`ApiRateLimit`, `ApiBurstLimit`"),
        new Quota(
            "API Gateway, requests a second in the account",
            10_000,
            full.apiRequests(),
            "Service Quotas"),
        new Quota(
            "order-processor, batches at once",
            processorConcurrency,
            full.processorMillis() * perSecond,
            "`ProcessorMaximumConcurrency`, up to 1,000"),
        new Quota("Lambda, invocations at once in the account", 1_000, lambda, "Service Quotas"),
        new Quota(
            "one partition of `StatusOrders`, write units a second",
            1_000,
            full.hottestStatusPartition(),
            "`STATUS_SHARDS` in the code, then write `statusShard` again"),
        new Quota(
            "Orders table with its indexes, write units a second",
            40_000,
            full.tableWrites()
                + full.customerIndexWrites()
                + full.statusIndexWrites()
                + full.referenceIndexWrites(),
            "Service Quotas (table-level throughput)"),
        new Quota(
            "idempotency table, write units a second",
            40_000,
            full.otherWrites(),
            "Service Quotas (table-level throughput)"),
        new Quota(
            "SNS, messages a second (eu-west-1; us-east-1 has 30,000)",
            9_000,
            commands,
            "Service Quotas"),
        new Quota(
            "SQS, messages in flight",
            120_000,
            full.processorMillis() * perSecond * Demand.BATCH,
            "Service Quotas; faster processing first"));
  }
}
