package localcloud;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import localcloud.control.Instance.QueueState;
import localcloud.model.Arns;
import localcloud.model.QueueSpec;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** The template's queues: how full they are, and their dead letters' way back. */
final class Queues {
  private final List<QueueSpec> specs;
  private final SqsClient sqs;
  private final URI sqsUrl;

  Queues(List<QueueSpec> specs, SqsClient sqs, URI sqsUrl) {
    this.specs = specs;
    this.sqs = sqs;
    this.sqsUrl = sqsUrl;
  }

  List<QueueState> states() {
    List<QueueState> states = new ArrayList<>();
    for (QueueSpec queue : specs) {
      Map<QueueAttributeName, String> attributes =
          sqs.getQueueAttributes(
                  get -> get.queueUrl(url(queue)).attributeNames(QueueAttributeName.ALL))
              .attributes();
      states.add(
          new QueueState(
              queue.name(),
              url(queue),
              count(attributes, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES),
              count(attributes, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE),
              count(attributes, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED),
              sourcesOf(queue).stream().map(QueueSpec::name).toList()));
    }
    return states;
  }

  /**
   * Moves each message of a dead-letter queue to the queue it came from, attributes included, as
   * SQS' own redrive does; a message is deleted only when its copy has been accepted.
   */
  int redrive(String queueName) {
    QueueSpec from =
        specs.stream()
            .filter(it -> it.name().equals(queueName) || it.logicalId().equals(queueName))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("there is no queue " + queueName));
    List<QueueSpec> sources = sourcesOf(from);
    if (sources.size() != 1) {
      throw new IllegalArgumentException(
          queueName + " is the dead-letter queue of " + sources.size() + " queues, not of one");
    }
    String to = url(sources.get(0));
    int moved = 0;
    while (true) {
      List<Message> messages =
          sqs.receiveMessage(
                  receive ->
                      receive
                          .queueUrl(url(from))
                          .maxNumberOfMessages(10)
                          .messageAttributeNames("All"))
              .messages();
      if (messages.isEmpty()) {
        return moved;
      }
      for (Message message : messages) {
        sqs.sendMessage(
            send ->
                send.queueUrl(to)
                    .messageBody(message.body())
                    .messageAttributes(message.messageAttributes()));
        sqs.deleteMessage(
            delete -> delete.queueUrl(url(from)).receiptHandle(message.receiptHandle()));
        moved++;
      }
    }
  }

  private List<QueueSpec> sourcesOf(QueueSpec deadLetters) {
    return specs.stream()
        .filter(
            it ->
                it.redrive().isPresent()
                    && it.redrive().get().deadLetterTargetArn().equals(deadLetters.arn()))
        .toList();
  }

  private String url(QueueSpec queue) {
    return sqsUrl + "/" + Arns.ACCOUNT + "/" + queue.name();
  }

  private static long count(
      Map<QueueAttributeName, String> attributes, QueueAttributeName attribute) {
    return Long.parseLong(attributes.getOrDefault(attribute, "0"));
  }
}
