package localcloud.services.sns;

import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import localcloud.model.Arns;
import localcloud.services.FaultRule;
import localcloud.services.FaultRule.Kind;

/** SNS's actions, each from its form to the inside of its result. */
final class SnsActions {
  private static final int PAGE = 100;
  private static final Set<String> PROTOCOLS = Set.of("sqs", "http", "https", "lambda");
  private static final Set<String> TOPIC_ATTRIBUTES =
      Set.of(
          "DisplayName",
          "Policy",
          "DeliveryPolicy",
          "KmsMasterKeyId",
          "SignatureVersion",
          "TracingConfig",
          "FifoTopic",
          "FifoThroughputScope",
          "ContentBasedDeduplication",
          "ArchivePolicy");

  private final SnsState state;
  private final Deliveries deliveries;
  private final Publishing publishing;
  private final PublishedLog published;

  SnsActions(SnsState state, Deliveries deliveries, Publishing publishing, PublishedLog published) {
    this.state = state;
    this.published = published;
    this.deliveries = deliveries;
    this.publishing = publishing;
  }

  /** Carries out one action; what it returns is written between the result's tags. */
  Xml carryOut(String action, Form form, Optional<FaultRule> fault) throws SnsException {
    state.saveOwed();
    return switch (action) {
      case "CreateTopic" -> createTopic(form);
      case "DeleteTopic" -> deleteTopic(form);
      case "ListTopics" -> listTopics(form);
      case "GetTopicAttributes" -> getTopicAttributes(form);
      case "SetTopicAttributes" -> setTopicAttributes(form);
      case "Subscribe" -> subscribe(form);
      case "ConfirmSubscription" -> confirm(form);
      case "Unsubscribe" -> unsubscribe(form);
      case "ListSubscriptions" -> listSubscriptions(form, state.subscriptions().values());
      case "ListSubscriptionsByTopic" -> {
        String arn = state.topic(form.need("TopicArn")).arn();
        yield listSubscriptions(form, state.of(arn));
      }
      case "GetSubscriptionAttributes" -> getSubscriptionAttributes(form);
      case "SetSubscriptionAttributes" -> setSubscriptionAttributes(form);
      case "Publish" -> publish(form, fault);
      case "PublishBatch" -> publishBatch(form, fault);
      case "TagResource" -> tag(form);
      case "UntagResource" -> untag(form);
      case "ListTagsForResource" -> listTags(form);
      default ->
          throw new SnsException(
              400, "InvalidAction", "The action " + action + " is not valid for this endpoint.");
    };
  }

  private Xml createTopic(Form form) throws SnsException {
    String name = form.need("Name");
    Map<String, String> attributes = new TreeMap<>(form.entries("Attributes"));
    boolean fifo = Boolean.parseBoolean(attributes.get("FifoTopic"));
    String pattern = fifo ? "[A-Za-z0-9_-]{1,251}\\.fifo" : "[A-Za-z0-9_-]{1,256}";
    if (!name.matches(pattern)) {
      throw SnsException.invalidParameter("Topic Name");
    }
    for (String attribute : attributes.keySet()) {
      needTopicAttribute(attribute);
    }
    Map<String, String> tags = tagsOf(form);
    Topic topic;
    synchronized (state) {
      var known = state.topics().get(Arns.topic(name));
      if (known != null) {
        for (Map.Entry<String, String> wanted : attributes.entrySet()) {
          if (!wanted.getValue().equals(known.attributes().get(wanted.getKey()))) {
            throw SnsException.invalidParameter(
                "Attributes Reason: Topic already exists with different attributes");
          }
        }
        topic = known;
      } else {
        topic = new Topic(name);
        topic.attributes().putAll(attributes);
        topic.tags().putAll(tags);
        state.topics().put(topic.arn(), topic);
        state.save();
      }
    }
    return new Xml().element("TopicArn", topic.arn());
  }

  private static void needTopicAttribute(String name) throws SnsException {
    if (!TOPIC_ATTRIBUTES.contains(name)
        && !name.endsWith("FeedbackRoleArn")
        && !name.endsWith("FeedbackSampleRate")) {
      throw SnsException.invalidParameter("AttributeName");
    }
  }

  private Xml deleteTopic(Form form) throws SnsException {
    String arn = form.need("TopicArn");
    synchronized (state) {
      state.topics().remove(arn);
      state.of(arn).forEach(each -> state.subscriptions().remove(each.arn()));
      state.save();
    }
    return new Xml();
  }

  private Xml listTopics(Form form) throws SnsException {
    var xml = new Xml().open("Topics");
    List<Topic> topics = new ArrayList<>(state.topics().values());
    int from = from(form);
    int to = Math.min(topics.size(), from + PAGE);
    for (int i = from; i < to; i++) {
      xml.open("member").element("TopicArn", topics.get(i).arn()).close();
    }
    xml.close();
    if (to < topics.size()) {
      xml.element("NextToken", String.valueOf(to));
    }
    return xml;
  }

  private static int from(Form form) throws SnsException {
    String token = form.get("NextToken").orElse("0");
    if (!token.matches("[0-9]{1,9}")) {
      throw SnsException.invalidParameter("NextToken");
    }
    return Integer.parseInt(token);
  }

  private Xml getTopicAttributes(Form form) throws SnsException {
    var topic = state.topic(form.need("TopicArn"));
    Map<String, String> attributes = new TreeMap<>();
    attributes.put("DisplayName", "");
    attributes.put(
        "Policy",
        "{\"Version\":\"2008-10-17\",\"Id\":\"__default_policy_ID\",\"Statement\":[{\"Sid\":\"__default_statement_ID\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"*\"},\"Action\":\"SNS:*\",\"Resource\":\""
            + topic.arn()
            + "\"}]}");
    attributes.putAll(topic.attributes());
    long confirmed = state.of(topic.arn()).stream().filter(Subscription::isConfirmed).count();
    long all = state.of(topic.arn()).size();
    attributes.put("TopicArn", topic.arn());
    attributes.put("Owner", Arns.ACCOUNT);
    attributes.put("SubscriptionsConfirmed", String.valueOf(confirmed));
    attributes.put("SubscriptionsPending", String.valueOf(all - confirmed));
    attributes.put("SubscriptionsDeleted", "0");
    if (topic.isFifo()) {
      attributes.putIfAbsent("ContentBasedDeduplication", "false");
      attributes.put("FifoTopic", "true");
    }
    return new Xml().entries("Attributes", attributes);
  }

  private Xml setTopicAttributes(Form form) throws SnsException {
    var topic = state.topic(form.need("TopicArn"));
    String name = form.need("AttributeName");
    needTopicAttribute(name);
    if (name.equals("FifoTopic")) {
      throw SnsException.invalidParameter("AttributeName");
    }
    synchronized (state) {
      topic.attributes().put(name, form.get("AttributeValue").orElse(""));
      state.save();
    }
    return new Xml();
  }

  private Xml subscribe(Form form) throws SnsException {
    var topic = state.topic(form.need("TopicArn"));
    String protocol = form.need("Protocol");
    String endpoint = form.get("Endpoint").orElse("");
    checkEndpoint(topic, protocol, endpoint);
    Map<String, String> attributes = form.entries("Attributes");
    Subscription subscription;
    synchronized (state) {
      var known = find(topic, protocol, endpoint);
      if (known.isPresent()) {
        for (Map.Entry<String, String> wanted : attributes.entrySet()) {
          if (!wanted.getValue().equals(known.get().attributes().get(wanted.getKey()))) {
            throw SnsException.invalidParameter(
                "Attributes Reason: Subscription already exists with different attributes");
          }
        }
        subscription = known.get();
      } else {
        subscription = add(topic, protocol, endpoint, attributes);
      }
    }
    if (!subscription.isConfirmed()) {
      deliveries.askToConfirm(subscription, UUID.randomUUID().toString(), publishing.now());
    }
    boolean tellArn =
        subscription.isConfirmed()
            || Boolean.parseBoolean(form.get("ReturnSubscriptionArn").orElse("false"));
    return new Xml()
        .element("SubscriptionArn", tellArn ? subscription.arn() : "pending confirmation");
  }

  private Subscription add(
      Topic topic, String protocol, String endpoint, Map<String, String> attributes)
      throws SnsException {
    var added =
        new Subscription(
            topic.arn() + ":" + UUID.randomUUID(),
            topic.arn(),
            protocol,
            endpoint,
            UUID.randomUUID().toString().replace("-", "")
                + UUID.randomUUID().toString().replace("-", ""),
            !protocol.startsWith("http"),
            attributes);
    state.subscriptions().put(added.arn(), added);
    state.save();
    return added;
  }

  Optional<Subscription> find(Topic topic, String protocol, String endpoint) {
    return state.of(topic.arn()).stream()
        .filter(each -> each.protocol().equals(protocol) && each.endpoint().equals(endpoint))
        .findFirst();
  }

  private static void checkEndpoint(Topic topic, String protocol, String endpoint)
      throws SnsException {
    if (!PROTOCOLS.contains(protocol)) {
      throw SnsException.invalidParameter("Does not support this protocol string: " + protocol);
    }
    switch (protocol) {
      case "sqs" -> {
        if (!endpoint.startsWith("arn:aws:sqs:")) {
          throw SnsException.invalidParameter("SQS endpoint ARN");
        }
        if (endpoint.endsWith(".fifo") && !topic.isFifo()) {
          throw SnsException.invalidParameter(
              "Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics");
        }
      }
      case "lambda" -> {
        if (!endpoint.startsWith("arn:aws:lambda:")) {
          throw SnsException.invalidParameter("Lambda endpoint ARN");
        }
        if (topic.isFifo()) {
          throw SnsException.invalidParameter(
              "Invalid protocol type: lambda, for a FIFO topic only sqs");
        }
      }
      default -> {
        if (!endpoint.startsWith(protocol + "://") || !isUri(endpoint)) {
          throw SnsException.invalidParameter("Endpoint must match the specified protocol");
        }
        if (topic.isFifo()) {
          throw SnsException.invalidParameter(
              "Invalid protocol type: " + protocol + ", for a FIFO topic only sqs");
        }
      }
    }
  }

  private static boolean isUri(String text) {
    try {
      return URI.create(text).getHost() != null;
    } catch (IllegalArgumentException malformed) {
      return false;
    }
  }

  private Xml confirm(Form form) throws SnsException {
    var topic = state.topic(form.need("TopicArn"));
    String token = form.need("Token");
    for (Subscription subscription : state.of(topic.arn())) {
      if (subscription.token().equals(token)) {
        synchronized (state) {
          subscription.confirm();
          state.save();
        }
        return new Xml().element("SubscriptionArn", subscription.arn());
      }
    }
    throw SnsException.invalidParameter("Token");
  }

  private Xml unsubscribe(Form form) throws SnsException {
    String arn = form.need("SubscriptionArn");
    synchronized (state) {
      state.subscriptions().remove(arn);
      state.save();
    }
    return new Xml();
  }

  private static Xml listSubscriptions(Form form, Collection<Subscription> all)
      throws SnsException {
    var xml = new Xml().open("Subscriptions");
    List<Subscription> list = new ArrayList<>(all);
    int from = from(form);
    int to = Math.min(list.size(), from + PAGE);
    for (int i = from; i < to; i++) {
      var each = list.get(i);
      xml.open("member")
          .element("SubscriptionArn", each.isConfirmed() ? each.arn() : "PendingConfirmation")
          .element("Owner", Arns.ACCOUNT)
          .element("Protocol", each.protocol())
          .element("Endpoint", each.endpoint())
          .element("TopicArn", each.topicArn())
          .close();
    }
    xml.close();
    if (to < list.size()) {
      xml.element("NextToken", String.valueOf(to));
    }
    return xml;
  }

  private Xml getSubscriptionAttributes(Form form) throws SnsException {
    var subscription = state.subscription(form.need("SubscriptionArn"));
    Map<String, String> attributes = new TreeMap<>();
    attributes.put("RawMessageDelivery", "false");
    attributes.putAll(subscription.attributes());
    if (attributes.containsKey("FilterPolicy")) {
      attributes.putIfAbsent("FilterPolicyScope", "MessageAttributes");
    }
    attributes.put("SubscriptionArn", subscription.arn());
    attributes.put("TopicArn", subscription.topicArn());
    attributes.put("Protocol", subscription.protocol());
    attributes.put("Endpoint", subscription.endpoint());
    attributes.put("Owner", Arns.ACCOUNT);
    attributes.put("SubscriptionPrincipal", "arn:aws:iam::" + Arns.ACCOUNT + ":root");
    attributes.put("ConfirmationWasAuthenticated", "true");
    attributes.put("PendingConfirmation", String.valueOf(!subscription.isConfirmed()));
    return new Xml().entries("Attributes", attributes);
  }

  private Xml setSubscriptionAttributes(Form form) throws SnsException {
    var subscription = state.subscription(form.need("SubscriptionArn"));
    synchronized (state) {
      subscription.set(form.need("AttributeName"), form.get("AttributeValue").orElse(""));
      state.save();
    }
    return new Xml();
  }

  private Xml publish(Form form, Optional<FaultRule> fault) throws SnsException {
    if (form.get("PhoneNumber").isPresent()) {
      throw SnsException.invalidParameter("PhoneNumber: text messages are not sent from here");
    }
    var topic = state.topic(form.get("TopicArn").or(() -> form.get("TargetArn")).orElse(""));
    Publishing.Accepted accepted;
    var turn = topic.takeTurn(groupsOf(List.of(form)));
    try {
      accepted = publishing.accept(topic, form);
      if (accepted.isNew()) {
        deliver(List.of(accepted.message()), topic, fault);
      }
    } finally {
      turn.end();
    }
    var xml = new Xml().element("MessageId", accepted.message().messageId());
    accepted.message().sequenceNumber().ifPresent(number -> xml.element("SequenceNumber", number));
    return xml;
  }

  private Xml publishBatch(Form form, Optional<FaultRule> fault) throws SnsException {
    var topic = state.topic(form.get("TopicArn").orElse(""));
    var entries = form.members("PublishBatchRequestEntries");
    boolean failFirst =
        !entries.isEmpty() && fault.isPresent() && fault.get().kind() == Kind.FAIL_ENTRY;
    // What is refused is not accepted first: a FIFO topic would hold the next try for a duplicate.
    boolean nothing = failFirst && entries.size() == 1;
    List<Publishing.Entry> judged = List.of();
    var turn = topic.takeTurn(groupsOf(entries));
    try {
      if (!nothing) {
        judged =
            publishing.acceptBatch(topic, failFirst ? entries.subList(1, entries.size()) : entries);
      }
      List<SnsMessage> messages = new ArrayList<>();
      for (var entry : judged) {
        entry
            .accepted()
            .filter(Publishing.Accepted::isNew)
            .ifPresent(accepted -> messages.add(accepted.message()));
      }
      if (!messages.isEmpty()) {
        deliver(messages, topic, fault);
      }
    } finally {
      turn.end();
    }
    var xml = new Xml().open("Successful");
    for (var entry : judged) {
      if (entry.accepted().isPresent()) {
        var message = entry.accepted().get().message();
        xml.open("member").element("Id", entry.id()).element("MessageId", message.messageId());
        message.sequenceNumber().ifPresent(number -> xml.element("SequenceNumber", number));
        xml.close();
      }
    }
    xml.close().open("Failed");
    if (failFirst) {
      addFailure(
          xml,
          entries.getFirst().get("Id").orElse(""),
          "InternalError",
          "Request failed because of an internal error",
          false);
    }
    for (var entry : judged) {
      if (entry.refused().isPresent()) {
        var refused = entry.refused().get();
        addFailure(xml, entry.id(), refused.code(), String.valueOf(refused.getMessage()), true);
      }
    }
    return xml.close();
  }

  private static void addFailure(
      Xml xml, String id, String code, String message, boolean senderFault) {
    xml.open("member")
        .element("Id", id)
        .element("Code", code)
        .element("Message", message)
        .element("SenderFault", String.valueOf(senderFault))
        .close();
  }

  /**
   * Delivers what was accepted.
   *
   * @throws SnsException if a delivery that is owed cannot be written down; the publisher's next
   *     try is then no duplicate
   */
  private void deliver(List<SnsMessage> messages, Topic topic, Optional<FaultRule> fault)
      throws SnsException {
    try {
      deliver(messages, topic.arn(), fault);
    } catch (UncheckedIOException notWritten) {
      messages.forEach(message -> keyOf(topic, message).ifPresent(topic::forget));
      throw new SnsException(
          500, "InternalError", "a delivery could not be written down: " + notWritten.getMessage());
    }
    // Only now: what was remembered before it was delivered could be lost for a duplicate.
    messages.forEach(message -> keyOf(topic, message).ifPresent(key -> published.keep(topic, key)));
  }

  private static Optional<String> keyOf(Topic topic, SnsMessage message) {
    return message.deduplicationId().map(id -> topic.keyOf(message.groupId().orElse(""), id));
  }

  private static List<String> groupsOf(List<Form> publishes) {
    return publishes.stream().map(each -> each.get("MessageGroupId").orElse("")).toList();
  }

  private void deliver(List<SnsMessage> messages, String topicArn, Optional<FaultRule> fault) {
    Duration heldBack =
        fault
            .filter(rule -> rule.kind() == Kind.HOLD_BACK)
            .map(FaultRule::delay)
            .orElse(Duration.ZERO);
    if (!heldBack.isZero()) {
      deliveries.deliverLater(messages, topicArn, heldBack);
      return;
    }
    deliveries.deliver(messages, topicArn);
    if (fault.isPresent() && fault.get().kind() == Kind.DUPLICATE) {
      deliveries.deliver(messages, topicArn);
    }
  }

  private Xml tag(Form form) throws SnsException {
    var topic = state.topic(form.need("ResourceArn"));
    synchronized (state) {
      topic.tags().putAll(tagsOf(form));
      state.save();
    }
    return new Xml();
  }

  private Xml untag(Form form) throws SnsException {
    var topic = state.topic(form.need("ResourceArn"));
    synchronized (state) {
      for (Form key : form.members("TagKeys")) {
        topic.tags().remove(key.get("").orElse(""));
      }
      state.save();
    }
    return new Xml();
  }

  private Xml listTags(Form form) throws SnsException {
    var topic = state.topic(form.need("ResourceArn"));
    var xml = new Xml().open("Tags");
    topic
        .tags()
        .forEach(
            (key, value) -> xml.open("member").element("Key", key).element("Value", value).close());
    return xml.close();
  }

  private static Map<String, String> tagsOf(Form form) {
    Map<String, String> tags = new TreeMap<>();
    for (Form tag : form.members("Tags")) {
      tags.put(tag.get("Key").orElse(""), tag.get("Value").orElse(""));
    }
    return tags;
  }
}
