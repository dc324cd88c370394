package localcloud;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import localcloud.control.Instance.Letter;
import localcloud.control.Instance.QueueState;
import localcloud.model.Arns;
import localcloud.model.QueueSpec;
import localcloud.services.sqs.Redrive;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** The template's queues: how full they are, and their dead letters' way back. */
final class Queues {
  private static final int LETTERS = 50;

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
   * What is dead-lettered again meanwhile stays.
   */
  int redrive(String queueName, Optional<String> messageId) {
    QueueSpec from = named(queueName);
    List<QueueSpec> sources = sourcesOf(from);
    if (sources.size() != 1) {
      throw new IllegalArgumentException(
          queueName + " is the dead-letter queue of " + sources.size() + " queues, not of one");
    }
    String to = url(sources.get(0));
    Redrive redrive = new Redrive(sqs, url(from));
    if (messageId.isPresent()) {
      return redrive.alone(() -> moveOne(redrive, to, messageId.get()));
    }
    try {
      return redrive.moveAll(message -> to, () -> true);
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }

  private static int moveOne(Redrive redrive, String to, String messageId) {
    List<Message> left = new ArrayList<>(take(redrive, Integer.MAX_VALUE));
    try {
      for (Message message : left) {
        if (message.messageId().equals(messageId)) {
          redrive.move(message, to);
          left.remove(message);
          return 1;
        }
      }
      return 0;
    } finally {
      left.forEach(redrive::putBack);
    }
  }

  /** Returns up to {@value #LETTERS} messages of a queue where reading is not counted. */
  List<Letter> deadLetters(String queueName) {
    QueueSpec queue = named(queueName);
    if (queue.redrive().isPresent()) {
      throw new IllegalArgumentException(
          queueName + " counts how often a message is read; only dead letters are shown");
    }
    Redrive redrive = new Redrive(sqs, url(queue));
    List<Message> messages =
        redrive.alone(
            () -> {
              List<Message> taken = take(redrive, LETTERS);
              taken.forEach(redrive::putBack);
              return taken;
            });
    return messages.stream()
        .map(
            message ->
                new Letter(
                    message.messageId(), message.body(), attributesOf(message), sentAt(message)))
        .sorted(Comparator.comparing(Letter::sentAt).reversed())
        .toList();
  }

  /** Sends a message as it is, even if the queue had the same before; returns its id. */
  String send(String queueName, String body, Optional<String> group) {
    QueueSpec queue = named(queueName);
    if (queue.fifo() && group.isEmpty()) {
      throw new IllegalArgumentException(queueName + " is a FIFO queue; say ?group=GROUP");
    }
    return sqs.sendMessage(
            send -> {
              send.queueUrl(url(queue)).messageBody(body);
              group.ifPresent(send::messageGroupId);
              if (queue.fifo()) {
                send.messageDeduplicationId(UUID.randomUUID().toString());
              }
            })
        .messageId();
  }

  private static List<Message> take(Redrive redrive, int most) {
    List<Message> taken = new ArrayList<>();
    while (taken.size() < most) {
      List<Message> messages = redrive.receive();
      if (messages.isEmpty()) {
        return taken;
      }
      taken.addAll(messages);
    }
    return taken;
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
