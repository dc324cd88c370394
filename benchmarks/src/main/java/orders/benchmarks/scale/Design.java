package orders.benchmarks.scale;

/**
 * How a command gets from the request to its event: what the model counts of it.
 *
 * @param apiRoundTrips calls of services that a {@code POST} waits for, one after the other
 * @param processorRoundTrips calls that a batch of ten commands waits for
 * @param processorRequestsPerCommand requests to DynamoDB in a full batch
 * @param processorCpuMillis CPU for one command at the processor, as measured
 * @param extraWrites write units beside the order's own: idempotency records, separate history
 * @param historyApart whether the history is written as items of its own
 * @param wholeIndexes whether the indexes hold whole items
 * @param statusShards partitions that one status is spread over
 * @param eventsPerPublish events in one request to SNS
 */
record Design(
    String name,
    int apiRoundTrips,
    int processorRoundTrips,
    double processorRequestsPerCommand,
    double processorCpuMillis,
    double extraWrites,
    boolean historyApart,
    boolean wholeIndexes,
    int statusShards,
    int eventsPerPublish) {

  /** Returns whether orders are found by their reference, through an index of the keys alone. */
  boolean referenceIndex() {
    return !wholeIndexes;
  }

  /** The design of this repository. */
  static Design ours(int statusShards) {
    // The API: claim the key, then send and read side by side, then keep the answer. The processor:
    // one
    // BatchExecuteStatement, for changes one BatchGetItem before it. Two writes keep the API's
    // answer.
    return new Design("this design", 3, 2, 0.2, 0.75, 2, false, false, statusShards, 10);
  }

  /**
   * What a careful beginner builds from the official examples: idempotency records at the API and
   * again at the processor, one message after the other, the order and its history written apart,
   * indexes that hold everything, one event a request.
   */
  static Design naive() {
    // Ten messages, each: claim, read, write the order, write the history, keep the answer.
    // Records: two
    // writes at the API, two at the processor; the history is one more.
    return new Design("naive", 3, 50, 5, 3.6, 5, true, true, 1, 1);
  }
}
