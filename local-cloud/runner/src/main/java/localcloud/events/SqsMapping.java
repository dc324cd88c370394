package localcloud.events;

import localcloud.functions.FunctionInvoker;
import localcloud.journal.Journal;
import localcloud.model.EventSourceMappingSpec.FromQueue;
import software.amazon.awssdk.services.sqs.SqsClient;

/** Feeds a function from a queue, as Lambda's pollers do. */
public final class SqsMapping implements AutoCloseable {
  /** Prepares the mapping; {@link #start} starts it. */
  public SqsMapping(FromQueue spec, SqsClient sqs, FunctionInvoker functions, Journal journal) {}

  /** Starts to poll, unless the mapping is disabled. */
  public void start() {}

  /** Stops polling and waits a moment for the batches under way. */
  @Override
  public void close() {}
}
