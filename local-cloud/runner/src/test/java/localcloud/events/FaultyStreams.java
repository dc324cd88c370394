package localcloud.events;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamResponse;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsRequest;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** A real stream that fails when it is told to, in ways that DynamoDB Local cannot. */
final class FaultyStreams implements DynamoDbStreamsClient {
  private final DynamoDbStreamsClient real;
  private final Queue<Supplier<RuntimeException>> faults = new ConcurrentLinkedQueue<>();

  FaultyStreams(DynamoDbStreamsClient real) {
    this.real = real;
  }

  /** Makes the next read fail. */
  void failNext(Supplier<RuntimeException> fault) {
    faults.add(fault);
  }

  @Override
  public GetRecordsResponse getRecords(GetRecordsRequest request) {
    Supplier<RuntimeException> fault = faults.poll();
    if (fault != null) {
      throw fault.get();
    }
    return real.getRecords(request);
  }

  @Override
  public GetShardIteratorResponse getShardIterator(GetShardIteratorRequest request) {
    return real.getShardIterator(request);
  }

  @Override
  public DescribeStreamResponse describeStream(DescribeStreamRequest request) {
    return real.describeStream(request);
  }

  @Override
  public String serviceName() {
    return real.serviceName();
  }

  @Override
  public void close() {}
}
