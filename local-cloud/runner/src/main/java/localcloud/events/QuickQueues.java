package localcloud.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import localcloud.services.JsonCalls;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.GetQueueUrlRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueUrlResponse;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageResponse;

/**
 * A client of queues for a mapping, which asks for these three calls alone. Messages are received
 * and deleted without the SDK, unless the answer is not that of success: then the SDK asks again,
 * retries, and knows the errors.
 */
public final class QuickQueues implements SqsClient {
  /** Longer than the longest that a queue lets a caller wait. */
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

  private final SqsClient sdk;
  private final JsonCalls calls;

  /**
   * Makes a client, which leaves the SDK's open when it is closed.
   *
   * @param port of SQS's front
   * @param caller the access key of who calls
   */
  public QuickQueues(SqsClient sdk, int port, String caller) {
    this.sdk = sdk;
    this.calls = JsonCalls.sqs(port, caller, ANSWER_LIMIT);
  }

  @Override
  public ReceiveMessageResponse receiveMessage(ReceiveMessageRequest request) {
    ObjectNode asked =
        JsonNodeFactory.instance
            .objectNode()
            .put("QueueUrl", request.queueUrl())
            .put("MaxNumberOfMessages", request.maxNumberOfMessages())
            .put("WaitTimeSeconds", request.waitTimeSeconds());
    request
        .messageSystemAttributeNamesAsStrings()
        .forEach(asked.putArray("MessageSystemAttributeNames")::add);
    request.messageAttributeNames().forEach(asked.putArray("MessageAttributeNames")::add);
    Optional<JsonNode> answer = calls.ask("ReceiveMessage", asked);
    if (answer.isEmpty()) {
      return sdk.receiveMessage(request);
    }
    List<Message> messages = new ArrayList<>();
    answer.get().path("Messages").forEach(message -> messages.add(message(message)));
    return ReceiveMessageResponse.builder().messages(messages).build();
  }

  @Override
  public DeleteMessageBatchResponse deleteMessageBatch(DeleteMessageBatchRequest request) {
    ObjectNode asked = JsonNodeFactory.instance.objectNode().put("QueueUrl", request.queueUrl());
    ArrayNode entries = asked.putArray("Entries");
    request
        .entries()
        .forEach(
            entry ->
                entries
                    .addObject()
                    .put("Id", entry.id())
                    .put("ReceiptHandle", entry.receiptHandle()));
    Optional<JsonNode> answer = calls.ask("DeleteMessageBatch", asked);
    if (answer.isEmpty()) {
      return sdk.deleteMessageBatch(request);
    }
    List<DeleteMessageBatchResultEntry> successful = new ArrayList<>();
    answer
        .get()
        .path("Successful")
        .forEach(
            entry ->
                successful.add(
                    DeleteMessageBatchResultEntry.builder().id(text(entry.get("Id"))).build()));
    List<BatchResultErrorEntry> failed = new ArrayList<>();
    answer
        .get()
        .path("Failed")
        .forEach(
            entry ->
                failed.add(
                    BatchResultErrorEntry.builder()
                        .id(text(entry.get("Id")))
                        .senderFault(entry.path("SenderFault").asBoolean())
                        .code(text(entry.get("Code")))
                        .message(text(entry.get("Message")))
                        .build()));
    return DeleteMessageBatchResponse.builder().successful(successful).failed(failed).build();
  }

  @Override
  public GetQueueUrlResponse getQueueUrl(GetQueueUrlRequest request) {
    return sdk.getQueueUrl(request);
  }

  @Override
  public String serviceName() {
    return sdk.serviceName();
  }

  @Override
  public void close() {
    calls.close();
  }

  private static Message message(JsonNode json) {
    Map<String, String> attributes = new LinkedHashMap<>();
    json.path("Attributes")
        .properties()
        .forEach(entry -> attributes.put(entry.getKey(), entry.getValue().asText()));
    Message.Builder message =
        Message.builder()
            .messageId(text(json.get("MessageId")))
            .receiptHandle(text(json.get("ReceiptHandle")))
            .md5OfBody(text(json.get("MD5OfBody")))
            .md5OfMessageAttributes(text(json.get("MD5OfMessageAttributes")))
            .body(text(json.get("Body")))
            .attributesWithStrings(attributes);
    if (json.has("MessageAttributes")) {
      Map<String, MessageAttributeValue> values = new LinkedHashMap<>();
      json.get("MessageAttributes")
          .properties()
          .forEach(entry -> values.put(entry.getKey(), attribute(entry.getValue())));
      message.messageAttributes(values);
    }
    return message.build();
  }

  private static MessageAttributeValue attribute(JsonNode json) {
    MessageAttributeValue.Builder attribute =
        MessageAttributeValue.builder()
            .dataType(text(json.get("DataType")))
            .stringValue(text(json.get("StringValue")));
    String binary = text(json.get("BinaryValue"));
    if (binary != null) {
      attribute.binaryValue(SdkBytes.fromByteArray(Base64.getDecoder().decode(binary)));
    }
    return attribute.build();
  }

  private static String text(JsonNode value) {
    return value == null ? null : value.textValue();
  }
}
