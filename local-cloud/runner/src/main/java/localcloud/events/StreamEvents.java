package localcloud.events;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import localcloud.model.Arns;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.StreamRecord;

/** Stream records as Lambda hands them to functions. */
final class StreamEvents {
  private static final ObjectMapper JSON = new ObjectMapper();

  private StreamEvents() {}

  /** Returns a stream's ARN in the local account; DynamoDB Local has a region of its own. */
  static String localArn(String streamArn) {
    return streamArn.replaceFirst(
        "^arn:aws:dynamodb:[^:]*:", "arn:aws:dynamodb:" + Arns.REGION + ":");
  }

  /**
   * Returns when a record's change was made, as well as it can be told. DynamoDB Local cuts the
   * time down to the minute, so a time on the full minute may mean any time in it: then it is the
   * latest possible, which is now for what was just written.
   */
  static Instant at(Record record, Instant now) {
    Instant told = record.dynamodb().approximateCreationDateTime();
    if (told == null) {
      return now;
    }
    if (told.getEpochSecond() % 60 != 0) {
      return told;
    }
    Instant latest = told.plusSeconds(59);
    return latest.isAfter(now) ? now : latest;
  }

  static ObjectNode record(Record record, String streamArn, Instant at) {
    ObjectNode event = JSON.createObjectNode();
    event.put("eventID", record.eventID());
    event.put("eventName", record.eventNameAsString());
    event.put("eventVersion", "1.1");
    event.put("eventSource", "aws:dynamodb");
    event.put("awsRegion", Arns.REGION);
    StreamRecord change = record.dynamodb();
    ObjectNode dynamodb = event.putObject("dynamodb");
    dynamodb.put("ApproximateCreationDateTime", at.getEpochSecond());
    dynamodb.set("Keys", item(change.keys()));
    if (change.hasNewImage()) {
      dynamodb.set("NewImage", item(change.newImage()));
    }
    if (change.hasOldImage()) {
      dynamodb.set("OldImage", item(change.oldImage()));
    }
    dynamodb.put("SequenceNumber", change.sequenceNumber());
    dynamodb.put("SizeBytes", change.sizeBytes());
    dynamodb.put("StreamViewType", change.streamViewTypeAsString());
    if (record.userIdentity() != null) {
      event
          .putObject("userIdentity")
          .put("principalId", record.userIdentity().principalId())
          .put("type", record.userIdentity().type());
    }
    event.put("eventSourceARN", localArn(streamArn));
    return event;
  }

  private static ObjectNode item(Map<String, AttributeValue> attributes) {
    ObjectNode item = JSON.createObjectNode();
    new TreeMap<>(attributes).forEach((name, value) -> item.set(name, value(value)));
    return item;
  }

  private static ObjectNode value(AttributeValue value) {
    ObjectNode typed = JSON.createObjectNode();
    switch (value.type()) {
      case S -> typed.put("S", value.s());
      case N -> typed.put("N", value.n());
      case B -> typed.put("B", base64(value.b()));
      case BOOL -> typed.put("BOOL", value.bool());
      case NUL -> typed.put("NULL", value.nul());
      case SS -> value.ss().forEach(typed.putArray("SS")::add);
      case NS -> value.ns().forEach(typed.putArray("NS")::add);
      case BS -> {
        ArrayNode list = typed.putArray("BS");
        value.bs().forEach(bytes -> list.add(base64(bytes)));
      }
      case M -> typed.set("M", item(value.m()));
      case L -> {
        ArrayNode list = typed.putArray("L");
        value.l().forEach(element -> list.add(value(element)));
      }
      case UNKNOWN_TO_SDK_VERSION ->
          throw new IllegalArgumentException("an attribute of a type unknown here: " + value);
    }
    return typed;
  }

  private static String base64(SdkBytes bytes) {
    return Base64.getEncoder().encodeToString(bytes.asByteArray());
  }
}
