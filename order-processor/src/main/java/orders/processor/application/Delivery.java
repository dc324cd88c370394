package orders.processor.application;

import java.util.Map;

/**
 * One delivery of one queue message.
 *
 * @param receiptHandle names this delivery, for as long as it is not visible to others
 * @param receiveCount how often the message was delivered, this time included
 * @param attributes the message's own, by name
 */
public record Delivery(
    String messageId,
    String receiptHandle,
    int receiveCount,
    String body,
    Map<String, Attribute> attributes) {

  /** A message attribute of a text or number type. */
  public record Attribute(String dataType, String value) {}

  public Delivery {
    attributes = Map.copyOf(attributes);
  }
}
