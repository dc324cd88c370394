package localcloud.services.sns;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The JSON that SNS wraps a message in. */
final class Envelope {
  /** Nobody here can sign for AWS; the form is kept so that readers of all fields go on. */
  private static final String SIGNATURE = "bG9jYWwtY2xvdWQ=";

  private static final String CERTIFICATE =
      "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-local.pem";

  private Envelope() {}

  static ObjectNode notification(SnsMessage message, Subscription subscription, int port) {
    var json =
        JsonNodeFactory.instance
            .objectNode()
            .put("Type", "Notification")
            .put("MessageId", message.messageId());
    message.sequenceNumber().ifPresent(number -> json.put("SequenceNumber", number));
    json.put("TopicArn", message.topicArn());
    message.subject().ifPresent(subject -> json.put("Subject", subject));
    json.put("Message", message.textFor(subscription.protocol()))
        .put("Timestamp", message.timestamp())
        .put("SignatureVersion", "1")
        .put("Signature", SIGNATURE)
        .put("SigningCertURL", CERTIFICATE)
        .put("UnsubscribeURL", url(port, "Unsubscribe") + "&SubscriptionArn=" + subscription.arn());
    addAttributes(json, message);
    return json;
  }

  static ObjectNode confirmation(
      Subscription subscription, String messageId, String timestamp, int port) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("Type", "SubscriptionConfirmation")
        .put("MessageId", messageId)
        .put("Token", subscription.token())
        .put("TopicArn", subscription.topicArn())
        .put(
            "Message",
            "You have chosen to subscribe to the topic "
                + subscription.topicArn()
                + ".\n"
                + "To confirm the subscription, visit the SubscribeURL included in this message.")
        .put(
            "SubscribeURL",
            url(port, "ConfirmSubscription")
                + "&TopicArn="
                + subscription.topicArn()
                + "&Token="
                + subscription.token())
        .put("Timestamp", timestamp)
        .put("SignatureVersion", "1")
        .put("Signature", SIGNATURE)
        .put("SigningCertURL", CERTIFICATE);
  }

  /** The event of a function that is subscribed. */
  static ObjectNode functionEvent(SnsMessage message, Subscription subscription, int port) {
    var event = JsonNodeFactory.instance.objectNode();
    var record =
        event
            .putArray("Records")
            .addObject()
            .put("EventSource", "aws:sns")
            .put("EventVersion", "1.0")
            .put("EventSubscriptionArn", subscription.arn());
    var sns = record.putObject("Sns");
    sns.put("Type", "Notification")
        .put("MessageId", message.messageId())
        .put("TopicArn", message.topicArn());
    message
        .subject()
        .ifPresentOrElse(subject -> sns.put("Subject", subject), () -> sns.putNull("Subject"));
    sns.put("Message", message.textFor("lambda"))
        .put("Timestamp", message.timestamp())
        .put("SignatureVersion", "1")
        .put("Signature", SIGNATURE)
        .put("SigningCertUrl", CERTIFICATE)
        .put("UnsubscribeUrl", url(port, "Unsubscribe") + "&SubscriptionArn=" + subscription.arn());
    addAttributes(sns, message);
    if (!sns.has("MessageAttributes")) {
      sns.putObject("MessageAttributes");
    }
    return event;
  }

  private static String url(int port, String action) {
    return "http://127.0.0.1:" + port + "/?Action=" + action;
  }

  private static void addAttributes(ObjectNode json, SnsMessage message) {
    if (message.attributes().isEmpty()) {
      return;
    }
    var attributes = json.putObject("MessageAttributes");
    message
        .attributes()
        .forEach(
            (name, attribute) ->
                attributes
                    .putObject(name)
                    .put("Type", attribute.type())
                    .put("Value", attribute.value()));
  }
}
