package orders.ops;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/** A dead-letter queue, read to its end. */
final class DeadLetters {
  /** Why a message was dead-lettered: an attribute that the processor adds. */
  static final String REASON = "reason";

  /** Which message it was: another that the processor adds. */
  private static final String SOURCE_MESSAGE_ID = "sourceMessageId";

  /** Receives in a row without a message until a queue counts as empty: one may come back short. */
  private static final int EMPTY_RECEIVES = 2;

  private static final int HIDDEN_SECONDS = 60;

  private final SqsClient sqs;
  private final String queueUrl;

  DeadLetters(SqsClient sqs, String queueUrl) {
    this.sqs = sqs;
    this.queueUrl = queueUrl;
  }

  /**
   * Hands over each message that was there before a moment, once. One that is not deleted comes
   * back into sight within a minute: a large queue brings it a second time before the last one
   * comes for the first, and ends when all that were seen have come again and no other between
   * them.
   */
  void each(Instant before, Consumer<Message> reader) {
    Set<String> seen = new HashSet<>();
    int empty = 0;
    int repeated = 0;
    while (empty < EMPTY_RECEIVES && repeated <= seen.size()) {
      List<Message> received = receive();
      List<Message> fresh = new ArrayList<>();
      for (Message message : received) {
        if (seen.add(message.messageId()) && sentAt(message).isBefore(before)) {
          fresh.add(message);
        }
      }
      fresh.forEach(reader);
      empty = received.isEmpty() ? empty + 1 : 0;
      repeated = fresh.isEmpty() ? repeated + received.size() : 0;
    }
  }

  private List<Message> receive() {
    return sqs.receiveMessage(
            receive ->
                receive
                    .queueUrl(queueUrl)
                    .maxNumberOfMessages(10)
                    .waitTimeSeconds(1)
                    .visibilityTimeout(HIDDEN_SECONDS)
                    .messageAttributeNames("All")
                    .messageSystemAttributeNames(MessageSystemAttributeName.SENT_TIMESTAMP))
        .messages();
  }

  void delete(Message message) {
    sqs.deleteMessage(delete -> delete.queueUrl(queueUrl).receiptHandle(message.receiptHandle()));
  }

  /** Brings a message back into sight, at once if that can be. */
  void putBack(Message message) {
    try {
      sqs.changeMessageVisibility(
          change ->
              change
                  .queueUrl(queueUrl)
                  .receiptHandle(message.receiptHandle())
                  .visibilityTimeout(0));
    } catch (SdkException notHastened) {
      // Its minute is over and it is in sight, or it soon will be.
      return;
    }
  }

  static String reasonOf(Message message) {
    MessageAttributeValue reason = message.messageAttributes().get(REASON);
    return reason == null || reason.stringValue() == null ? "" : reason.stringValue();
  }

  /** Returns a message's own attributes, without what dead-lettering added. */
  static Map<String, MessageAttributeValue> ownAttributes(Message message) {
    Map<String, MessageAttributeValue> own = new HashMap<>(message.messageAttributes());
    own.remove(REASON);
    own.remove(SOURCE_MESSAGE_ID);
    return own;
  }

  /** Returns a message's attributes and what dead-lettering adds. */
  static Map<String, MessageAttributeValue> withReason(Message message, String reason) {
    Map<String, MessageAttributeValue> attributes = new HashMap<>(message.messageAttributes());
    attributes.put(REASON, text(reason));
    attributes.put(SOURCE_MESSAGE_ID, text(message.messageId()));
    return attributes;
  }

  private static MessageAttributeValue text(String value) {
    return MessageAttributeValue.builder().dataType("String").stringValue(value).build();
  }

  private static Instant sentAt(Message message) {
    String sent = message.attributes().get(MessageSystemAttributeName.SENT_TIMESTAMP);
    return sent == null ? Instant.EPOCH : Instant.ofEpochMilli(Long.parseLong(sent));
  }
}
