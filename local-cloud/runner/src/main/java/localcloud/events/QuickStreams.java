package localcloud.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import localcloud.services.JsonCalls;
import localcloud.wire.Response;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamResponse;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.ExpiredIteratorException;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsRequest;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.dynamodb.model.Identity;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.StreamRecord;
import software.amazon.awssdk.services.dynamodb.model.TrimmedDataAccessException;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * A client of streams for a mapping, which asks for these three calls alone. Records are read
 * without the SDK. The errors that a mapping answers in its own way are told at once; for any other
 * the SDK asks again, retries, and knows what they are.
 */
public final class QuickStreams implements DynamoDbStreamsClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

  private final DynamoDbStreamsClient sdk;
  private final JsonCalls calls;

  /**
   * Makes a client, which leaves the SDK's open when it is closed.
   *
   * @param port of DynamoDB's front
   * @param caller the access key of who calls
   */
  public QuickStreams(DynamoDbStreamsClient sdk, int port, String caller) {
    this.sdk = sdk;
    this.calls = JsonCalls.streams(port, caller, ANSWER_LIMIT);
  }

  @Override
  public GetRecordsResponse getRecords(GetRecordsRequest request) {
    ObjectNode asked =
        JsonNodeFactory.instance.objectNode().put("ShardIterator", request.shardIterator());
    if (request.limit() != null) {
      asked.put("Limit", request.limit());
    }
    JsonNode answer;
    try {
      Response response = calls.call("GetRecords", asked);
      answer = JSON.readTree(response.body());
      if (response.status() != 200) {
        refuse(answer, response.status());
        return sdk.getRecords(request);
      }
    } catch (IOException broken) {
      return sdk.getRecords(request);
    }
    List<Record> records = new ArrayList<>();
    answer.path("Records").forEach(record -> records.add(record(record)));
    return GetRecordsResponse.builder()
        .nextShardIterator(text(answer.get("NextShardIterator")))
        .records(records)
        .build();
  }

  @Override
  public DescribeStreamResponse describeStream(DescribeStreamRequest request) {
    return sdk.describeStream(request);
  }

  @Override
  public GetShardIteratorResponse getShardIterator(GetShardIteratorRequest request) {
    return sdk.getShardIterator(request);
  }

  @Override
  public String serviceName() {
    return sdk.serviceName();
  }

  @Override
  public void close() {
    calls.close();
  }

  private static void refuse(JsonNode answer, int status) {
    String type = answer.path("__type").asText();
    String code = type.substring(type.indexOf('#') + 1);
    String message = answer.path("message").asText(answer.path("Message").asText(code));
    AwsErrorDetails details =
        AwsErrorDetails.builder()
            .errorCode(code)
            .errorMessage(message)
            .serviceName("DynamoDbStreams")
            .build();
    switch (code) {
      case "ExpiredIteratorException" ->
          throw told(ExpiredIteratorException.builder(), details, message, status);
      case "TrimmedDataAccessException" ->
          throw told(TrimmedDataAccessException.builder(), details, message, status);
      case "ResourceNotFoundException" ->
          throw told(ResourceNotFoundException.builder(), details, message, status);
      default -> {
        // The SDK's affair.
      }
    }
  }

  private static RuntimeException told(
      DynamoDbException.Builder error, AwsErrorDetails details, String message, int status) {
    return error.awsErrorDetails(details).message(message).statusCode(status).build();
  }

  private static Record record(JsonNode json) {
    Record.Builder record =
        Record.builder()
            .eventID(text(json.get("eventID")))
            .eventName(text(json.get("eventName")))
            .eventVersion(text(json.get("eventVersion")))
            .eventSource(text(json.get("eventSource")))
            .awsRegion(text(json.get("awsRegion")))
            .dynamodb(change(json.path("dynamodb")));
    JsonNode identity = json.get("userIdentity");
    if (identity != null && identity.isObject()) {
      record.userIdentity(
          Identity.builder()
              .principalId(text(identity.get("PrincipalId")))
              .type(text(identity.get("Type")))
              .build());
    }
    return record.build();
  }

  private static StreamRecord change(JsonNode json) {
    StreamRecord.Builder change =
        StreamRecord.builder()
            .sequenceNumber(text(json.get("SequenceNumber")))
            .streamViewType(text(json.get("StreamViewType")));
    if (json.has("ApproximateCreationDateTime")) {
      change.approximateCreationDateTime(
          at(json.get("ApproximateCreationDateTime").decimalValue()));
    }
    if (json.has("SizeBytes")) {
      change.sizeBytes(json.get("SizeBytes").longValue());
    }
    if (json.has("Keys")) {
      change.keys(item(json.get("Keys")));
    }
    if (json.has("NewImage")) {
      change.newImage(item(json.get("NewImage")));
    }
    if (json.has("OldImage")) {
      change.oldImage(item(json.get("OldImage")));
    }
    return change.build();
  }

  private static Instant at(BigDecimal seconds) {
    return Instant.ofEpochMilli(seconds.movePointRight(3).longValue());
  }

  private static Map<String, AttributeValue> item(JsonNode json) {
    Map<String, AttributeValue> item = new LinkedHashMap<>();
    json.properties().forEach(entry -> item.put(entry.getKey(), value(entry.getValue())));
    return item;
  }

  private static AttributeValue value(JsonNode json) {
    if (json.isEmpty()) {
      // DynamoDB Local writes an empty map in a list so, in its streams alone.
      return AttributeValue.fromM(Map.of());
    }
    Map.Entry<String, JsonNode> typed = json.properties().iterator().next();
    JsonNode value = typed.getValue();
    AttributeValue.Builder built = AttributeValue.builder();
    switch (typed.getKey()) {
      case "S" -> built.s(value.textValue());
      case "N" -> built.n(value.textValue());
      case "B" -> built.b(bytes(value));
      case "BOOL" -> built.bool(value.booleanValue());
      case "NULL" -> built.nul(value.booleanValue());
      case "SS" -> built.ss(list(value).stream().map(JsonNode::textValue).toList());
      case "NS" -> built.ns(list(value).stream().map(JsonNode::textValue).toList());
      case "BS" -> built.bs(list(value).stream().map(QuickStreams::bytes).toList());
      case "M" -> built.m(item(value));
      case "L" -> built.l(list(value).stream().map(QuickStreams::value).toList());
      default -> throw new IllegalArgumentException("an attribute of a type unknown here: " + json);
    }
    return built.build();
  }

  private static List<JsonNode> list(JsonNode array) {
    List<JsonNode> elements = new ArrayList<>();
    array.forEach(elements::add);
    return elements;
  }

  private static SdkBytes bytes(JsonNode base64) {
    return SdkBytes.fromByteArray(Base64.getDecoder().decode(base64.textValue()));
  }

  private static String text(JsonNode value) {
    return value == null ? null : value.textValue();
  }
}
