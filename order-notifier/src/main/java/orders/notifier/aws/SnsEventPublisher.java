package orders.notifier.aws;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import orders.lambda.SdkFailure;
import orders.notifier.application.EventPublisher;
import orders.notifier.application.OutboundEvent;
import orders.wire.OrderEventJson;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;
import software.amazon.awssdk.services.sns.model.PublishBatchRequestEntry;
import software.amazon.awssdk.services.sns.model.PublishBatchResponse;
import software.amazon.awssdk.services.sns.model.PublishBatchResultEntry;

/** An SNS topic. What subscribers may filter by stands in the message attributes. */
public final class SnsEventPublisher implements EventPublisher {
  private final SnsClient sns;
  private final String topicArn;

  public SnsEventPublisher(SnsClient sns, String topicArn) {
    this.sns = sns;
    this.topicArn = topicArn;
  }

  @Override
  public List<Answer> publish(List<OutboundEvent> announcements) {
    List<PublishBatchRequestEntry> entries = new ArrayList<>(announcements.size());
    for (OutboundEvent announcement : announcements) {
      entries.add(entry(Integer.toString(entries.size()), announcement.event()));
    }
    try {
      return answers(
          announcements.size(),
          sns.publishBatch(batch -> batch.topicArn(topicArn).publishBatchRequestEntries(entries)));
    } catch (SdkException failure) {
      return Collections.nCopies(
          announcements.size(), new Answer.Failed(SdkFailure.reasonOf(failure)));
    }
  }

  private static List<Answer> answers(int count, PublishBatchResponse response) {
    // An entry that is in neither list is not known to be out.
    List<Answer> answers =
        new ArrayList<>(Collections.nCopies(count, new Answer.Failed("no-answer")));
    for (PublishBatchResultEntry entry : response.successful()) {
      answers.set(Integer.parseInt(entry.id()), new Answer.Published(entry.messageId()));
    }
    for (BatchResultErrorEntry entry : response.failed()) {
      answers.set(
          Integer.parseInt(entry.id()),
          new Answer.Failed("topic: " + SdkFailure.codeOf(entry.code())));
    }
    return answers;
  }

  private static PublishBatchRequestEntry entry(String id, OrderEventJson event) {
    return PublishBatchRequestEntry.builder()
        .id(id)
        .message(event.json())
        .messageAttributes(
            Map.of(
                "type", text(event.type()),
                "status", text(event.status()),
                "customerId", text(event.customerId()),
                "currency", text(event.currency())))
        .build();
  }

  private static MessageAttributeValue text(String value) {
    return MessageAttributeValue.builder().dataType("String").stringValue(value).build();
  }
}
