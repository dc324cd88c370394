package orders.processor.aws;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orders.lambda.SdkFailure;
import orders.processor.application.Delivery;
import orders.processor.application.RedeliveryControl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResultEntry;

/** The order queue and its dead-letter queue on SQS. */
public final class SqsRedeliveryControl implements RedeliveryControl {
  /** The message attribute that says why a message was deadLettered. */
  public static final String REASON = "reason";

  /** The message attribute that says which message it was. */
  public static final String SOURCE_MESSAGE_ID = "sourceMessageId";

  private static final Logger LOG = LoggerFactory.getLogger(SqsRedeliveryControl.class);

  /** The most entries of a batch request. */
  private static final int MAX_ENTRIES = 10;

  /** The most bytes of a batch request, all its messages together. */
  private static final int MAX_BYTES = 1024 * 1024;

  /** In a queue's redrive policy, which is JSON; the count is a number or a text. */
  private static final Pattern MAX_RECEIVE_COUNT =
      Pattern.compile("\"maxReceiveCount\"\\s*:\\s*\"?([0-9]{1,4})\\b");

  private final Supplier<SqsClient> sqs;
  private final String queueUrl;
  private final String deadLetterQueueUrl;
  private final Duration most;

  /**
   * Makes the queue.
   *
   * @param sqs asked for when first needed: most batches need no call of it
   * @param most the most that sending dead letters may take, all their requests together
   */
  public SqsRedeliveryControl(
      Supplier<SqsClient> sqs, String queueUrl, String deadLetterQueueUrl, Duration most) {
    this.sqs = sqs;
    this.queueUrl = queueUrl;
    this.deadLetterQueueUrl = deadLetterQueueUrl;
    this.most = most;
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
        LOG.atWarn()
            .addKeyValue("reason", SdkFailure.codeOf(entry.code()))
            .log("redelivery not hastened");
      }
    } catch (SdkException failure) {
      LOG.atWarn()
          .addKeyValue("reason", SdkFailure.reasonOf(failure))
          .log("redelivery not hastened");
    }
  }

  @Override
  public Set<Delivery> deadLetter(Map<Delivery, String> reasons) {
    long end = System.nanoTime() + most.toNanos();
    Set<Delivery> sent = new HashSet<>();
    List<Delivery> request = new ArrayList<>(MAX_ENTRIES);
    List<SendMessageBatchRequestEntry> entries = new ArrayList<>(MAX_ENTRIES);
    int bytes = 0;
    for (Map.Entry<Delivery, String> letter : reasons.entrySet()) {
      SendMessageBatchRequestEntry entry =
          deadLetter(entries.size(), letter.getKey(), letter.getValue());
      int size = size(entry);
      if (!entries.isEmpty() && (entries.size() == MAX_ENTRIES || bytes + size > MAX_BYTES)) {
        send(request, entries, end, sent);
        request.clear();
        entries.clear();
        bytes = 0;
        entry = entry.toBuilder().id("0").build();
      }
      request.add(letter.getKey());
      entries.add(entry);
      bytes += size;
    }
    if (!entries.isEmpty()) {
      send(request, entries, end, sent);
    }
    return sent;
  }

  /** Sends one request within the time that is left for all of them. */
  private void send(
      List<Delivery> request,
      List<SendMessageBatchRequestEntry> entries,
      long end,
      Set<Delivery> sent) {
    Duration left = Duration.ofNanos(end - System.nanoTime());
    if (left.toMillis() <= 0) {
      request.forEach(delivery -> notDeadLettered(delivery, "out-of-time"));
      return;
    }
    try {
      SendMessageBatchResponse answer =
          sqs.get()
              .sendMessageBatch(
                  batch ->
                      batch
                          .queueUrl(deadLetterQueueUrl)
                          .entries(List.copyOf(entries))
                          .overrideConfiguration(override -> override.apiCallTimeout(left)));
      for (SendMessageBatchResultEntry entry : answer.successful()) {
        sent.add(request.get(Integer.parseInt(entry.id())));
      }
      for (BatchResultErrorEntry entry : answer.failed()) {
        notDeadLettered(
            request.get(Integer.parseInt(entry.id())),
            "service: " + SdkFailure.codeOf(entry.code()));
      }
    } catch (SdkException failure) {
      request.forEach(delivery -> notDeadLettered(delivery, SdkFailure.reasonOf(failure)));
    }
  }

  private static void notDeadLettered(Delivery delivery, String reason) {
    LOG.atWarn()
        .addKeyValue("message_id", delivery.messageId())
        .addKeyValue("reason", reason)
        .log("message not dead-lettered");
  }

  private static SendMessageBatchRequestEntry deadLetter(int id, Delivery delivery, String reason) {
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
    return SendMessageBatchRequestEntry.builder()
        .id(Integer.toString(id))
        .messageBody(delivery.body())
        .messageAttributes(attributes)
        .build();
  }

  /** Returns what SQS counts: the body, and the name, type and value of each attribute. */
  private static int size(SendMessageBatchRequestEntry entry) {
    int size = utf8(entry.messageBody());
    for (Map.Entry<String, MessageAttributeValue> attribute :
        entry.messageAttributes().entrySet()) {
      size +=
          utf8(attribute.getKey())
              + utf8(attribute.getValue().dataType())
              + utf8(attribute.getValue().stringValue());
    }
    return size;
  }

  private static int utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  @Override
  public OptionalInt maxReceives() {
    try {
      String policy =
          sqs.get()
              .getQueueAttributes(
                  get -> get.queueUrl(queueUrl).attributeNames(QueueAttributeName.REDRIVE_POLICY))
              .attributes()
              .get(QueueAttributeName.REDRIVE_POLICY);
      Matcher count = MAX_RECEIVE_COUNT.matcher(policy == null ? "" : policy);
      return count.find() ? OptionalInt.of(Integer.parseInt(count.group(1))) : OptionalInt.empty();
    } catch (SdkException failure) {
      LOG.atWarn()
          .addKeyValue("reason", SdkFailure.reasonOf(failure))
          .log("queue's receive limit not read");
      return OptionalInt.empty();
    }
  }

  private static MessageAttributeValue text(String value) {
    return MessageAttributeValue.builder().dataType("String").stringValue(value).build();
  }
}
