package orders.processor;

import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.MessageAttribute;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orders.processor.application.Delivery;

/** Reads the messages of an SQS event as deliveries. */
public final class SqsEventReader {
  private SqsEventReader() {}

  /**
   * Returns the event's deliveries.
   *
   * @throws IllegalArgumentException if a message lacks what it takes to report it: the whole batch
   *     must be delivered again
   */
  public static List<Delivery> read(SQSEvent event) {
    return event.getRecords().stream().map(SqsEventReader::read).toList();
  }

  private static Delivery read(SQSMessage message) {
    if (message.getMessageId() == null
        || message.getReceiptHandle() == null
        || message.getBody() == null) {
      throw new IllegalArgumentException("a record lacks its message id, receipt handle or body");
    }
    return new Delivery(
        message.getMessageId(),
        message.getReceiptHandle(),
        receiveCount(message),
        message.getBody(),
        attributes(message));
  }

  private static int receiveCount(SQSMessage message) {
    return Optional.ofNullable(message.getAttributes())
        .map(attributes -> attributes.get("ApproximateReceiveCount"))
        .map(Integer::parseInt)
        .orElse(1);
  }

  /** Returns texts and numbers; bytes are not used and not passed on. */
  private static Map<String, Delivery.Attribute> attributes(SQSMessage message) {
    Map<String, Delivery.Attribute> attributes = new HashMap<>();
    if (message.getMessageAttributes() != null) {
      for (Map.Entry<String, MessageAttribute> sent : message.getMessageAttributes().entrySet()) {
        MessageAttribute attribute = sent.getValue();
        if (attribute.getDataType() != null && attribute.getStringValue() != null) {
          attributes.put(
              sent.getKey(),
              new Delivery.Attribute(attribute.getDataType(), attribute.getStringValue()));
        }
      }
    }
    return attributes;
  }
}
