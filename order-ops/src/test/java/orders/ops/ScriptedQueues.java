package orders.ops;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityRequest;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityResponse;
import software.amazon.awssdk.services.sqs.model.DeleteMessageRequest;
import software.amazon.awssdk.services.sqs.model.DeleteMessageResponse;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesResponse;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** Queues that say what a large one may say and a small real one never does. */
final class ScriptedQueues implements SqsClient {
  final List<SendMessageRequest> sent = new ArrayList<>();
  final List<String> deleted = new ArrayList<>();
  boolean refusesToPutBack;
  boolean refusesToSend;
  int inFlight;
  private final Map<String, Deque<List<Message>>> receives = new HashMap<>();

  /** Says what the next receive from a queue brings; after the last, all are empty. */
  ScriptedQueues brings(String queueUrl, Message... messages) {
    receives.computeIfAbsent(queueUrl, url -> new ArrayDeque<>()).add(List.of(messages));
    return this;
  }

  @Override
  public ReceiveMessageResponse receiveMessage(ReceiveMessageRequest request) {
    List<Message> next = receives.getOrDefault(request.queueUrl(), new ArrayDeque<>()).poll();
    return ReceiveMessageResponse.builder().messages(next == null ? List.of() : next).build();
  }

  @Override
  public SendMessageResponse sendMessage(SendMessageRequest request) {
    if (refusesToSend) {
      throw SqsException.builder().message("away").statusCode(503).build();
    }
    sent.add(request);
    return SendMessageResponse.builder().build();
  }

  @Override
  public DeleteMessageResponse deleteMessage(DeleteMessageRequest request) {
    deleted.add(request.receiptHandle());
    return DeleteMessageResponse.builder().build();
  }

  @Override
  public ChangeMessageVisibilityResponse changeMessageVisibility(
      ChangeMessageVisibilityRequest request) {
    if (refusesToPutBack) {
      throw SqsException.builder().message("not in flight").statusCode(400).build();
    }
    return ChangeMessageVisibilityResponse.builder().build();
  }

  @Override
  public GetQueueAttributesResponse getQueueAttributes(GetQueueAttributesRequest request) {
    return GetQueueAttributesResponse.builder()
        .attributes(
            Map.of(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES, Integer.toString(inFlight)))
        .build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
