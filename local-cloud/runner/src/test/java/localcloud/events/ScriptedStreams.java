package localcloud.events;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamResponse;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsRequest;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.dynamodb.model.OperationType;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.SequenceNumberRange;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** A stream whose shards have split, which DynamoDB Local's do only after hours. */
final class ScriptedStreams implements DynamoDbStreamsClient {
  final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, Shard> shards = new LinkedHashMap<>();
  private final Map<String, List<Record>> records = new LinkedHashMap<>();
  private final Set<String> trimmed = ConcurrentHashMap.newKeySet();

  void shard(String id, Optional<String> parent, List<String> keys, boolean closed) {
    SequenceNumberRange.Builder range = SequenceNumberRange.builder().startingSequenceNumber("1");
    if (closed) {
      range.endingSequenceNumber(Integer.toString(keys.size()));
    }
    shards.put(
        id,
        Shard.builder()
            .shardId(id)
            .parentShardId(parent.orElse(null))
            .sequenceNumberRange(range.build())
            .build());
    List<Record> all = new ArrayList<>();
    for (String key : keys) {
      int number = all.size() + 1;
      all.add(
          Record.builder()
              .eventID(id + number)
              .eventName(OperationType.INSERT)
              .dynamodb(
                  change ->
                      change
                          .sequenceNumber(id + number)
                          .approximateCreationDateTime(Instant.now())
                          .keys(Map.of("id", AttributeValue.fromS(key)))
                          .sizeBytes(1L))
              .build());
    }
    records.put(id, all);
  }

  /** Takes a shard off the list, as happens when it is a day old; its iterators still read. */
  void trim(String id) {
    trimmed.add(id);
  }

  @Override
  public DescribeStreamResponse describeStream(DescribeStreamRequest request) {
    List<Shard> listed =
        shards.values().stream().filter(shard -> !trimmed.contains(shard.shardId())).toList();
    return DescribeStreamResponse.builder()
        .streamDescription(description -> description.shards(listed))
        .build();
  }

  @Override
  public GetShardIteratorResponse getShardIterator(GetShardIteratorRequest request) {
    asked.add(request.shardId());
    return GetShardIteratorResponse.builder().shardIterator(request.shardId() + "/0").build();
  }

  @Override
  public GetRecordsResponse getRecords(GetRecordsRequest request) {
    String[] at = request.shardIterator().split("/", 2);
    List<Record> all = records.get(at[0]);
    int next = Integer.parseInt(at[1]);
    boolean closed = shards.get(at[0]).sequenceNumberRange().endingSequenceNumber() != null;
    if (next >= all.size()) {
      return GetRecordsResponse.builder()
          .records(List.of())
          .nextShardIterator(closed ? null : request.shardIterator())
          .build();
    }
    return GetRecordsResponse.builder()
        .records(all.get(next))
        .nextShardIterator(at[0] + "/" + (next + 1))
        .build();
  }

  @Override
  public String serviceName() {
    return "dynamodb";
  }

  @Override
  public void close() {}
}
