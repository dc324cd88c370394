package orders.lambda.events;

import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.MessageAttribute;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads an SQS event. What a record lacks, or has in a wrong type, is null in its message. */
final class SqsEventReader {
  private SqsEventReader() {}

  static SQSEvent read(JsonParser json) throws IOException {
    SQSEvent event = new SQSEvent();
    event.setRecords(EventRecords.read(json, SqsEventReader::readMessage));
    return event;
  }

  private static SQSMessage readMessage(JsonParser json) throws IOException {
    SQSMessage message = new SQSMessage();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      switch (name) {
        case "messageId" -> message.setMessageId(EventRecords.text(json));
        case "receiptHandle" -> message.setReceiptHandle(EventRecords.text(json));
        case "body" -> message.setBody(EventRecords.text(json));
        case "md5OfBody" -> message.setMd5OfBody(EventRecords.text(json));
        case "md5OfMessageAttributes" -> message.setMd5OfMessageAttributes(EventRecords.text(json));
        case "eventSource" -> message.setEventSource(EventRecords.text(json));
        case "eventSourceARN" -> message.setEventSourceArn(EventRecords.text(json));
        case "awsRegion" -> message.setAwsRegion(EventRecords.text(json));
        case "attributes" -> message.setAttributes(EventRecords.fields(json, EventRecords::text));
        case "messageAttributes" ->
            message.setMessageAttributes(EventRecords.fields(json, SqsEventReader::readAttribute));
        default -> json.skipChildren();
      }
    }
    return message;
  }

  private static MessageAttribute readAttribute(JsonParser json) throws IOException {
    MessageAttribute attribute = new MessageAttribute();
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return attribute;
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      switch (name) {
        case "dataType" -> attribute.setDataType(EventRecords.text(json));
        case "stringValue" -> attribute.setStringValue(EventRecords.text(json));
        case "binaryValue" -> {
          if (value == JsonToken.VALUE_STRING) {
            attribute.setBinaryValue(ByteBuffer.wrap(json.getBinaryValue()));
          } else {
            json.skipChildren();
          }
        }
        default -> json.skipChildren();
      }
    }
    return attribute;
  }
}
