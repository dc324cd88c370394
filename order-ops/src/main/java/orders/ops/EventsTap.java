package orders.ops;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** A queue that hears one customer's events, for as long as it is open. */
final class EventsTap implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Stack stack;
  private final String queue;
  private final String subscription;

  EventsTap(Stack stack, String customerId) {
    this.stack = stack;
    queue =
        stack.sqs().createQueue(it -> it.queueName("orders-smoke-" + UUID.randomUUID())).queueUrl();
    try {
      subscription = subscribe(customerId);
    } catch (RuntimeException e) {
      stack.sqs().deleteQueue(it -> it.queueUrl(queue));
      throw e;
    }
  }

  private String subscribe(String customerId) {
    String arn =
        stack
            .sqs()
            .getQueueAttributes(
                it -> it.queueUrl(queue).attributeNames(QueueAttributeName.QUEUE_ARN))
            .attributes()
            .get(QueueAttributeName.QUEUE_ARN);
    String policy =
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},\
        "Action":"sqs:SendMessage","Resource":"%s","Condition":{"ArnEquals":{"aws:SourceArn":"%s"}}}]}\
        """
            .formatted(arn, stack.eventsTopic());
    stack
        .sqs()
        .setQueueAttributes(
            it -> it.queueUrl(queue).attributes(Map.of(QueueAttributeName.POLICY, policy)));
    String filter =
        JSON.createObjectNode()
            .set("customerId", JSON.createArrayNode().add(customerId))
            .toString();
    return stack
        .sns()
        .subscribe(
            it ->
                it.topicArn(stack.eventsTopic())
                    .protocol("sqs")
                    .endpoint(arn)
                    .attributes(Map.of("RawMessageDelivery", "true", "FilterPolicy", filter))
                    .returnSubscriptionArn(true))
        .subscriptionArn();
  }

  /** Waits a second for events, and adds each order's to the types by sequence number. */
  void take(String orderId, Map<Integer, String> types) {
    for (Message message :
        stack
            .sqs()
            .receiveMessage(it -> it.queueUrl(queue).maxNumberOfMessages(10).waitTimeSeconds(1))
            .messages()) {
      try {
        JsonNode event = JSON.readTree(message.body());
        if (event.path("subject").asText().equals(orderId)) {
          types.put(event.path("sequence").asInt(), event.path("type").asText());
        }
      } catch (JsonProcessingException e) {
        throw new OpsException("an event is not JSON", e);
      }
      stack.sqs().deleteMessage(it -> it.queueUrl(queue).receiptHandle(message.receiptHandle()));
    }
  }

  @Override
  public void close() {
    try {
      stack.sns().unsubscribe(it -> it.subscriptionArn(subscription));
    } finally {
      stack.sqs().deleteQueue(it -> it.queueUrl(queue));
    }
  }
}
