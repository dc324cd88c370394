package localcloud;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import localcloud.control.Instance.Letter;
import localcloud.control.Instance.QueueState;
import localcloud.model.Arns;
import localcloud.model.QueueSpec;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** The template's queues: how full they are, and their dead letters' way back. */
final class Queues {
  private static final int LETTERS = 50;

  /** Time enough to look at what was taken, and short if it is never put back. */
  private static final int HELD_SECONDS = 30;

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
   * Moves messages of a dead-letter queue to the queue they came from, attributes and group
   * included, as SQS' own redrive does; a message is deleted only when its copy has been accepted.
   * What is parked again meanwhile stays.
   */
  int redrive(String queueName, Optional<String> messageId) {
    QueueSpec from = named(queueName);
    List<QueueSpec> sources = sourcesOf(from);
    if (sources.size() != 1) {
      throw new IllegalArgumentException(
          queueName + " is the dead-letter queue of " + sources.size() + " queues, not of one");
    }
    String to = url(sources.get(0));
    return messageId.isPresent() ? moveOne(from, to, messageId.get()) : moveAll(from, to);
  }

  private int moveAll(QueueSpec from, String to) {
    long there = visible(from);
    int moved = 0;
    // A few at a time: what is held for too long is seen again, and would be moved again. A group's
    // messages come only after those before them are deleted.
    List<Message> some = receive(from);
    while (!some.isEmpty()) {
      for (Message message : some) {
        if (moved < there) {
          move(message, from, to);
          moved++;
        } else {
          putBack(from, List.of(message));
        }
      }
      some = moved < there ? receive(from) : List.of();
    }
    return moved;
  }

  private int moveOne(QueueSpec from, String to, String messageId) {
    List<Message> left = new ArrayList<>(take(from, Integer.MAX_VALUE));
    try {
      for (Message message : left) {
        if (message.messageId().equals(messageId)) {
          move(message, from, to);
          left.remove(message);
          return 1;
        }
      }
      return 0;
    } finally {
      putBack(from, left);
    }
  }

  private void move(Message message, QueueSpec from, String to) {
    sqs.sendMessage(
        send -> {
          send.queueUrl(to)
              .messageBody(message.body())
              .messageAttributes(message.messageAttributes());
          if (from.fifo()) {
            // Its own deduplication id would make the queue drop it, as one that it had already.
            send.messageGroupId(
                    message.attributes().get(MessageSystemAttributeName.MESSAGE_GROUP_ID))
                .messageDeduplicationId(message.messageId());
          }
        });
    sqs.deleteMessage(delete -> delete.queueUrl(url(from)).receiptHandle(message.receiptHandle()));
  }

  private long visible(QueueSpec queue) {
    QueueAttributeName wanted = QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES;
    return count(
        sqs.getQueueAttributes(get -> get.queueUrl(url(queue)).attributeNames(wanted)).attributes(),
        wanted);
  }

  /** Returns up to {@value #LETTERS} messages of a queue where reading is not counted. */
  List<Letter> deadLetters(String queueName) {
    QueueSpec queue = named(queueName);
    if (queue.redrive().isPresent()) {
      throw new IllegalArgumentException(
          queueName + " counts how often a message is read; only dead letters are shown");
    }
    List<Message> messages = take(queue, LETTERS);
    putBack(queue, messages);
    return messages.stream()
        .map(
            message ->
                new Letter(
                    message.messageId(), message.body(), attributesOf(message), sentAt(message)))
        .sorted(Comparator.comparing(Letter::sentAt).reversed())
        .toList();
  }

  /** Sends a message as it is; returns its id. */
  String send(String queueName, String body) {
    QueueSpec queue = named(queueName);
    return sqs.sendMessage(send -> send.queueUrl(url(queue)).messageBody(body)).messageId();
  }

  private List<Message> take(QueueSpec from, int most) {
    List<Message> taken = new ArrayList<>();
    while (taken.size() < most) {
      List<Message> messages = receive(from);
      if (messages.isEmpty()) {
        return taken;
      }
      taken.addAll(messages);
    }
    return taken;
  }

  private List<Message> receive(QueueSpec from) {
    return sqs.receiveMessage(
            receive ->
                receive
                    .queueUrl(url(from))
                    .maxNumberOfMessages(10)
                    .visibilityTimeout(HELD_SECONDS)
                    .messageSystemAttributeNames(MessageSystemAttributeName.ALL)
                    .messageAttributeNames("All"))
        .messages();
  }

  private void putBack(QueueSpec queue, List<Message> messages) {
    for (Message message : messages) {
      sqs.changeMessageVisibility(
          change ->
              change
                  .queueUrl(url(queue))
                  .receiptHandle(message.receiptHandle())
                  .visibilityTimeout(0));
    }
  }

  private static Map<String, String> attributesOf(Message message) {
    Map<String, String> attributes = new TreeMap<>();
    message
        .messageAttributes()
        .forEach(
            (name, value) ->
                attributes.put(
                    name, value.stringValue() == null ? "(binary)" : value.stringValue()));
    return attributes;
  }

  private static Instant sentAt(Message message) {
    String millis = message.attributes().get(MessageSystemAttributeName.SENT_TIMESTAMP);
    return Instant.ofEpochMilli(millis == null ? 0 : Long.parseLong(millis));
  }

  private QueueSpec named(String name) {
    return specs.stream()
        .filter(it -> it.name().equals(name) || it.logicalId().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no queue " + name));
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
