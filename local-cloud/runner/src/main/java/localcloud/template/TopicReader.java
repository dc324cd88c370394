package localcloud.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import localcloud.model.PolicyStatement;
import localcloud.model.QueueSpec;
import localcloud.model.SubscriptionSpec;
import localcloud.model.TopicSpec;

/** Topics, and who subscribes them. */
final class TopicReader {
  private static final Set<String> SILENT =
      Set.of("email", "email-json", "sms", "application", "firehose");

  private TopicReader() {}

  static TopicSpec read(Resource resource, Stack stack) {
    PropertyReader topic = resource.props();
    String name = stack.nameOf(resource);
    boolean fifo = topic.bool("FifoTopic", false);
    if (fifo != name.endsWith(".fifo")) {
      throw topic.refuse(
          "TopicName",
          "is " + name + "; exactly the names of FIFO topics (FifoTopic: true) end in .fifo");
    }
    return new TopicSpec(
        resource.logicalId(),
        name,
        fifo,
        topic.bool("ContentBasedDeduplication", false),
        topic
            .oneOf("FifoThroughputScope", "Topic", Set.of("Topic", "MessageGroup"))
            .equals("MessageGroup"));
  }

  /** Returns the subscriptions that stand in a topic itself. */
  static List<SubscriptionSpec> own(Resource resource, TopicSpec topic, List<String> notes) {
    List<SubscriptionSpec> subscriptions = new ArrayList<>();
    for (TemplateNode item : resource.props().items("Subscription")) {
      PropertyReader props = PropertyReader.of(resource.props().path("Subscription"), item);
      String protocol = props.required("Protocol");
      if (delivered(props, protocol, notes)) {
        subscriptions.add(
            new SubscriptionSpec(
                topic.arn(),
                protocol,
                props.required("Endpoint"),
                false,
                Optional.empty(),
                "MessageAttributes",
                Optional.empty()));
      }
    }
    return subscriptions;
  }

  /** Returns a subscription that is a resource; empty if nothing can be delivered to it here. */
  static Optional<SubscriptionSpec> subscription(Resource resource, List<String> notes) {
    PropertyReader props = resource.props();
    String protocol = props.required("Protocol");
    return delivered(props, protocol, notes)
        ? Optional.of(
            subscription(
                props,
                props.required("TopicArn"),
                protocol,
                props.required("Endpoint"),
                props.bool("RawMessageDelivery", false)))
        : Optional.empty();
  }

  /** Returns a function's event of type SNS. */
  static SubscriptionSpec event(PropertyReader event, String functionArn) {
    return subscription(event, event.required("Topic"), "lambda", functionArn, false);
  }

  private static SubscriptionSpec subscription(
      PropertyReader props, String topicArn, String protocol, String endpoint, boolean raw) {
    if (raw && protocol.equals("lambda")) {
      throw props.refuse("RawMessageDelivery", "is not for functions; remove it");
    }
    return new SubscriptionSpec(
        topicArn,
        protocol,
        endpoint,
        raw,
        props.document("FilterPolicy"),
        props.oneOf(
            "FilterPolicyScope", "MessageAttributes", Set.of("MessageAttributes", "MessageBody")),
        QueueReader.deadLetterTarget(props, "RedrivePolicy"));
  }

  private static boolean delivered(PropertyReader props, String protocol, List<String> notes) {
    if (SILENT.contains(protocol)) {
      notes.add(
          props.place() + ": " + props.owner() + ": nothing is sent by " + protocol + " from here");
      return false;
    }
    if (!Set.of("sqs", "lambda", "http", "https").contains(protocol)) {
      throw props.refuse("Protocol", "is " + protocol + "; use sqs, lambda, http or https");
    }
    return true;
  }

  /** Checks that both ends of each subscription are in the template, and may speak. */
  static void check(
      SubscriptionSpec subscription,
      PropertyReader props,
      List<TopicSpec> topics,
      List<QueueSpec> queues,
      Map<String, Resource> resources,
      List<String> notes) {
    if (topics.stream().noneMatch(topic -> topic.arn().equals(subscription.topicArn()))) {
      throw new TemplateException(
          props.place("TopicArn"),
          props.owner() + ": " + subscription.topicArn() + " is not a topic of this template");
    }
    if (subscription.protocol().equals("sqs")) {
      if (queues.stream().noneMatch(queue -> queue.arn().equals(subscription.endpoint()))) {
        throw new TemplateException(
            props.place("Endpoint"),
            props.owner() + ": " + subscription.endpoint() + " is not a queue of this template");
      }
      if (resources.values().stream()
          .filter(it -> it.is("AWS::SQS::QueuePolicy"))
          .flatMap(
              it ->
                  Policies.document(it.props().below("PolicyDocument"), new ArrayList<>()).stream())
          .noneMatch(statement -> letsIn(statement, subscription.endpoint()))) {
        notes.add(
            props.place()
                + ": "
                + props.owner()
                + ": on AWS nothing would arrive, since no AWS::SQS::QueuePolicy allows"
                + " sqs:SendMessage on the queue");
      }
    }
  }

  private static boolean letsIn(PolicyStatement statement, String queueArn) {
    return statement.allow()
        && statement.actions().stream()
            .anyMatch(action -> action.matches("(?i)sqs:(SendMessage|Send\\*|\\*)|\\*"))
        && statement.resources().stream().anyMatch(it -> it.equals(queueArn) || it.equals("*"));
  }
}
