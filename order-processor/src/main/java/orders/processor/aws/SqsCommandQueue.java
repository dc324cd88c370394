package orders.processor.aws;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import orders.processor.application.CommandQueue;
import orders.processor.application.Delivery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/** The order queue and its dead-letter queue on SQS. */
public final class SqsCommandQueue implements CommandQueue {
  /** The message attribute that says why a message was parked. */
  public static final String REASON = "reason";

  /** The message attribute that says which message it was. */
  public static final String SOURCE_MESSAGE_ID = "sourceMessageId";

  private static final Logger LOG = LoggerFactory.getLogger(SqsCommandQueue.class);

  /** The most entries of a batch request. */
  private static final int MAX_ENTRIES = 10;

  private final Supplier<SqsClient> sqs;
  private final String queueUrl;
  private final String deadLetterQueueUrl;

  /**
   * Makes the queue.
   *
   * @param sqs asked for when first needed: most batches need no call of it
   */
  public SqsCommandQueue(Supplier<SqsClient> sqs, String queueUrl, String deadLetterQueueUrl) {
    this.sqs = sqs;
    this.queueUrl = queueUrl;
    this.deadLetterQueueUrl = deadLetterQueueUrl;
  }

  @Override
  public void redeliver(Map<Delivery, Duration> delays) {
    List<ChangeMessageVisibilityBatchRequestEntry> entries = new ArrayList<>(MAX_ENTRIES);
    for (Map.Entry<Delivery, Duration> delay : delays.entrySet()) {
      entries.add(
          ChangeMessageVisibilityBatchRequestEntry.builder()
              .id(Integer.toString(entries.size()))
              .receiptHandle(delay.getKey().receiptHandle())
              .visibilityTimeout(Math.toIntExact(delay.getValue().toSeconds()))
              .build());
      if (entries.size() == MAX_ENTRIES) {
        changeVisibility(List.copyOf(entries));
        entries.clear();
      }
    }
    if (!entries.isEmpty()) {
      changeVisibility(entries);
    }
  }

  private void changeVisibility(List<ChangeMessageVisibilityBatchRequestEntry> entries) {
    try {
      List<BatchResultErrorEntry> failed =
          sqs.get()
              .changeMessageVisibilityBatch(batch -> batch.queueUrl(queueUrl).entries(entries))
              .failed();
      for (BatchResultErrorEntry entry : failed) {
        LOG.atWarn().addKeyValue("reason", entry.code()).log("redelivery not hastened");
      }
    } catch (SdkException failure) {
      LOG.atWarn()
          .addKeyValue("reason", SdkFailure.reasonOf(failure))
          .log("redelivery not hastened");
    }
  }

  @Override
  public boolean park(Delivery delivery, String reason) {
    Map<String, MessageAttributeValue> attributes = new HashMap<>();
    for (Map.Entry<String, Delivery.Attribute> attribute : delivery.attributes().entrySet()) {
      attributes.put(
          attribute.getKey(),
          MessageAttributeValue.builder()
              .dataType(attribute.getValue().dataType())
              .stringValue(attribute.getValue().value())
              .build());
    }
    attributes.put(REASON, text(reason));
    attributes.put(SOURCE_MESSAGE_ID, text(delivery.messageId()));
    try {
      sqs.get()
          .sendMessage(
              message ->
                  message
                      .queueUrl(deadLetterQueueUrl)
                      .messageBody(delivery.body())
                      .messageAttributes(attributes));
      return true;
    } catch (SdkException failure) {
      LOG.atWarn()
          .addKeyValue("message_id", delivery.messageId())
          .addKeyValue("reason", SdkFailure.reasonOf(failure))
          .log("message not parked");
      return false;
    }
  }

  private static MessageAttributeValue text(String value) {
    return MessageAttributeValue.builder().dataType("String").stringValue(value).build();
  }
}
