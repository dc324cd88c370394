package localcloud.events;

import localcloud.functions.Destination;
import localcloud.functions.FunctionInvoker;
import localcloud.journal.Journal;
import localcloud.model.EventSourceMappingSpec.FromStream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** Feeds a function from a table's stream, as Lambda's pollers do. */
public final class StreamMapping implements AutoCloseable {
  /** Prepares the mapping; {@link #start} starts it. */
  public StreamMapping(
      FromStream spec,
      DynamoDbStreamsClient streams,
      DynamoDbClient tables,
      FunctionInvoker functions,
      Destination destinations,
      CheckpointStore checkpoints,
      Journal journal) {}

  /**
   * Starts to poll, unless the mapping is disabled. When it returns, every later change of the
   * table will reach the function, {@code LATEST} included.
   */
  public void start() {}

  /** Says that the table was just written to, so that the next poll need not wait. */
  public void wake() {}

  /** Stops polling; batches under way are left where they are and come again. */
  @Override
  public void close() {}
}
