package localcloud.services.sns;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import localcloud.functions.FunctionInvoker;
import localcloud.journal.Journal;
import localcloud.services.sns.DeliveryStore.Owed;
import localcloud.services.sns.QueueSender.Sent;

/**
 * Brings messages to subscribers. Queues are tried once before the publisher is answered, so that a
 * message is as safe as its queue; what does not succeed then, and every other protocol, goes on in
 * the background until it is delivered or dead. Of a FIFO topic, a group's messages wait for one
 * another.
 */
final class Deliveries implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Long: what is given up may have been carried out, comes again, and later messages overtake. */
  private static final Duration QUEUE_TIMEOUT = Duration.ofSeconds(30);

  private static final Duration HTTP_TIMEOUT = Duration.ofSeconds(15);

  private final SnsState state;
  private final DeliveryStore spool;
  private final QueueSender queues;
  private final FunctionInvoker functions;
  private final Journal journal;
  private final int port;
  private final RetryDelays awsDelays;
  private final RetryDelays httpDelays;
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(Duration.ofSeconds(5))
          .version(HttpClient.Version.HTTP_1_1)
          .build();
  private final ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();

  /** FIFO messages that are not delivered yet, in order, by subscription and group. */
  private final Map<String, Deque<Owed>> lanes = new ConcurrentHashMap<>();

  Deliveries(
      SnsState state,
      DeliveryStore spool,
      int sqsPort,
      FunctionInvoker functions,
      Journal journal,
      int port,
      RetryDelays awsDelays,
      RetryDelays httpDelays) {
    this.state = state;
    this.spool = spool;
    this.queues = new QueueSender(sqsPort, QUEUE_TIMEOUT);
    this.functions = functions;
    this.journal = journal;
    this.port = port;
    this.awsDelays = awsDelays;
    this.httpDelays = httpDelays;
  }

  /** Takes up what an earlier run owes. */
  void resume(List<Owed> left) {
    for (Owed owed : left) {
      var subscription = state.subscriptions().get(owed.subscriptionArn());
      if (subscription == null) {
        spool.done(owed);
      } else {
        pursue(subscription, owed);
      }
    }
  }

  /** Delivers published messages; returns when each is in its queue, or owed. */
  void deliver(List<SnsMessage> messages, String topicArn) {
    for (Subscription subscription : state.of(topicArn)) {
      List<SnsMessage> wanted = messages.stream().filter(subscription::wants).toList();
      if (!wanted.isEmpty()) {
        deliverTo(subscription, wanted);
      }
    }
  }

  /** Owes published messages at once and begins to deliver them only after a delay. */
  void deliverLater(List<SnsMessage> messages, String topicArn, Duration delay) {
    for (Subscription subscription : state.of(topicArn)) {
      for (SnsMessage message : messages) {
        if (subscription.wants(message)) {
          var owed = spool.keep(subscription.arn(), message);
          background.execute(
              () -> {
                try {
                  Thread.sleep(delay);
                  pursue(subscription, owed);
                } catch (InterruptedException closing) {
                  Thread.currentThread().interrupt();
                }
              });
        }
      }
    }
  }

  private void deliverTo(Subscription subscription, List<SnsMessage> messages) {
    if (!subscription.protocol().equals("sqs")) {
      messages.forEach(message -> pursue(subscription, spool.keep(subscription.arn(), message)));
      return;
    }
    if (!isFifo(subscription)) {
      sendNow(subscription, messages);
      return;
    }
    List<SnsMessage> atOnce = new ArrayList<>();
    for (SnsMessage message : messages) {
      // The topic lets one publisher of a group in at a time: nothing comes in between.
      if (lanes.containsKey(laneOf(subscription, message))) {
        pursue(subscription, spool.keep(subscription.arn(), message));
      } else {
        atOnce.add(message);
      }
    }
    sendNow(subscription, atOnce);
  }

  /** Tries a queue once; what fails is owed, and in FIFO all of its group that follows it. */
  private void sendNow(Subscription subscription, List<SnsMessage> messages) {
    boolean fifo = isFifo(subscription);
    var outcomes = new ArrayList<Sent>();
    if (fifo) {
      Set<String> stopped = new HashSet<>();
      for (SnsMessage message : messages) {
        String lane = laneOf(subscription, message);
        Sent sent =
            stopped.contains(lane)
                ? Sent.FAILED
                : queues
                    .send(subscription.endpoint(), List.of(forQueue(message, subscription)))
                    .getFirst();
        if (sent == Sent.FAILED) {
          stopped.add(lane);
        }
        outcomes.add(sent);
      }
    } else {
      outcomes.addAll(
          queues.send(
              subscription.endpoint(),
              messages.stream().map(message -> forQueue(message, subscription)).toList()));
    }
    for (int i = 0; i < messages.size(); i++) {
      var message = messages.get(i);
      switch (outcomes.get(i)) {
        case DELIVERED -> tell(subscription, message, "delivered");
        case FAILED -> pursue(subscription, spool.keep(subscription.arn(), message));
        case REFUSED -> bury(subscription, spool.keep(subscription.arn(), message));
      }
    }
  }

  private static boolean isFifo(Subscription subscription) {
    return subscription.topicArn().endsWith(".fifo");
  }

  private void pursue(Subscription subscription, Owed owed) {
    if (!isFifo(subscription)) {
      background.execute(() -> tryOn(subscription, owed));
      return;
    }
    String name = laneOf(subscription, owed.message());
    var isNew = new AtomicBoolean();
    lanes.compute(
        name,
        (key, lane) -> {
          isNew.set(lane == null);
          Deque<Owed> longer = lane == null ? new ArrayDeque<>() : lane;
          longer.addLast(owed);
          return longer;
        });
    if (isNew.get()) {
      background.execute(() -> runLane(subscription, name));
    }
  }

  private void runLane(Subscription subscription, String name) {
    Optional<Owed> next = firstOf(name);
    while (next.isPresent() && !Thread.currentThread().isInterrupted()) {
      tryOn(subscription, next.get());
      // Only now: while it was tried, later messages had to queue up behind it.
      lanes.computeIfPresent(
          name,
          (key, lane) -> {
            lane.removeFirst();
            return lane.isEmpty() ? null : lane;
          });
      next = firstOf(name);
    }
  }

  private Optional<Owed> firstOf(String name) {
    var first = new AtomicReference<Owed>();
    lanes.computeIfPresent(
        name,
        (key, lane) -> {
          first.set(lane.getFirst());
          return lane;
        });
    return Optional.ofNullable(first.get());
  }

  private static String laneOf(Subscription subscription, SnsMessage message) {
    return subscription.arn() + "\n" + message.groupId().orElse("");
  }

  /** Tries until it is delivered, refused, tried often enough, or unsubscribed. */
  private void tryOn(Subscription subscription, Owed owed) {
    var delays = subscription.protocol().startsWith("http") ? httpDelays : awsDelays;
    try {
      for (int failed = 0; failed < delays.attempts(); ) {
        if (!state.subscriptions().containsKey(subscription.arn())) {
          strikeOff(subscription, owed);
          return;
        }
        switch (attempt(subscription, owed.message())) {
          case DELIVERED -> {
            tell(subscription, owed.message(), "delivered");
            strikeOff(subscription, owed);
            return;
          }
          case REFUSED -> failed = delays.attempts();
          case FAILED -> {
            failed++;
            if (failed < delays.attempts()) {
              Thread.sleep(delays.after(failed));
            }
          }
        }
      }
      bury(subscription, owed);
    } catch (InterruptedException closing) {
      // The next run takes it up, if there is a folder.
      Thread.currentThread().interrupt();
    }
  }

  /** Strikes off what is done; if that fails, it only comes again after a restart. */
  private void strikeOff(Subscription subscription, Owed owed) {
    try {
      spool.done(owed);
    } catch (UncheckedIOException notStruckOff) {
      tell(subscription, owed.message(), "is still written down as owed: " + notStruckOff);
    }
  }

  private Sent attempt(Subscription subscription, SnsMessage message) throws InterruptedException {
    try {
      return attemptOnce(subscription, message);
    } catch (RuntimeException fault) {
      // Of this side, such as a function that cannot be started: no reason to forget the message.
      tell(subscription, message, "failed here: " + fault);
      return Sent.FAILED;
    }
  }

  private Sent attemptOnce(Subscription subscription, SnsMessage message)
      throws InterruptedException {
    return switch (subscription.protocol()) {
      case "sqs" ->
          queues.send(subscription.endpoint(), List.of(forQueue(message, subscription))).getFirst();
      case "lambda" -> invoke(subscription, message);
      default -> post(subscription, message);
    };
  }

  private Sent invoke(Subscription subscription, SnsMessage message) throws InterruptedException {
    try {
      byte[] event = JSON.writeValueAsBytes(Envelope.functionEvent(message, subscription, port));
      var answer = functions.invoke(subscription.endpoint(), event, Optional.empty());
      return answer.failed() ? Sent.FAILED : Sent.DELIVERED;
    } catch (FunctionInvoker.UnknownFunctionException gone) {
      return Sent.REFUSED;
    } catch (FunctionInvoker.ThrottledException busy) {
      return Sent.FAILED;
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private Sent post(Subscription subscription, SnsMessage message) throws InterruptedException {
    boolean raw = subscription.isRaw();
    String body =
        raw
            ? message.textFor(subscription.protocol())
            : Envelope.notification(message, subscription, port).toPrettyString();
    var request =
        postTo(subscription, "Notification", message.messageId())
            .header("x-amz-sns-subscription-arn", subscription.arn());
    if (raw) {
      request.header("x-amz-sns-rawdelivery", "true");
    }
    return send(request.POST(BodyPublishers.ofString(body)).build());
  }

  /** Asks an HTTP endpoint to confirm its subscription; tried like a delivery. */
  void askToConfirm(Subscription subscription, String messageId, String timestamp) {
    background.execute(
        () -> {
          String body =
              Envelope.confirmation(subscription, messageId, timestamp, port).toPrettyString();
          try {
            for (int failed = 1; failed <= httpDelays.attempts(); failed++) {
              var request =
                  postTo(subscription, "SubscriptionConfirmation", messageId)
                      .POST(BodyPublishers.ofString(body))
                      .build();
              if (send(request) == Sent.DELIVERED || failed == httpDelays.attempts()) {
                return;
              }
              Thread.sleep(httpDelays.after(failed));
            }
          } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private static HttpRequest.Builder postTo(
      Subscription subscription, String type, String messageId) {
    return HttpRequest.newBuilder(URI.create(subscription.endpoint()))
        .timeout(HTTP_TIMEOUT)
        .header("Content-Type", "text/plain; charset=UTF-8")
        .header("User-Agent", "Amazon Simple Notification Service Agent")
        .header("x-amz-sns-message-type", type)
        .header("x-amz-sns-message-id", messageId)
        .header("x-amz-sns-topic-arn", subscription.topicArn());
  }

  private Sent send(HttpRequest request) throws InterruptedException {
    try {
      int status = http.send(request, BodyHandlers.discarding()).statusCode();
      if (status >= 200 && status < 300) {
        return Sent.DELIVERED;
      }
      return status >= 400 && status < 500 && status != 429 ? Sent.REFUSED : Sent.FAILED;
    } catch (IOException unreachable) {
      return Sent.FAILED;
    }
  }

  /** Brings a dead message to the subscription's dead-letter queue, for as long as that takes. */
  private void bury(Subscription subscription, Owed owed) {
    if (subscription.deadLetters().isEmpty()) {
      tell(subscription, owed.message(), "could not be delivered and has no dead-letter queue");
      strikeOff(subscription, owed);
      return;
    }
    String queueArn = subscription.deadLetters().get();
    var message = forQueue(owed.message(), subscription, queueArn);
    Runnable burial =
        () -> {
          try {
            for (int failed = 1; ; failed++) {
              var sent = queues.send(queueArn, List.of(message)).getFirst();
              if (sent != Sent.FAILED) {
                boolean dead = sent == Sent.DELIVERED;
                tell(
                    subscription,
                    owed.message(),
                    dead ? "dead-lettered to " + queueArn : "refused by " + queueArn);
                strikeOff(subscription, owed);
                return;
              }
              Thread.sleep(awsDelays.after(failed));
            }
          } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
          }
        };
    background.execute(burial);
  }

  private void tell(Subscription subscription, SnsMessage message, String outcome) {
    journal.add(
        new Journal.Entry(
            Instant.now(),
            "sns",
            subscription.topicArn(),
            "message " + message.messageId() + " to " + subscription.endpoint() + ": " + outcome,
            message.textFor("default")));
  }

  private ObjectNode forQueue(SnsMessage message, Subscription subscription) {
    return forQueue(message, subscription, subscription.endpoint());
  }

  private ObjectNode forQueue(SnsMessage message, Subscription subscription, String queueArn) {
    var json = JSON.createObjectNode();
    if (subscription.isRaw()) {
      json.put("MessageBody", message.textFor("sqs"));
      if (!message.attributes().isEmpty()) {
        var attributes = json.putObject("MessageAttributes");
        message
            .attributes()
            .forEach(
                (name, attribute) ->
                    attributes
                        .putObject(name)
                        .put("DataType", attribute.type())
                        .put(
                            attribute.isBinary() ? "BinaryValue" : "StringValue",
                            attribute.value()));
      }
    } else {
      json.put("MessageBody", Envelope.notification(message, subscription, port).toString());
    }
    if (queueArn.endsWith(".fifo")) {
      json.put("MessageGroupId", message.groupId().orElse(message.messageId()));
      json.put("MessageDeduplicationId", message.deduplicationId().orElse(message.messageId()));
    }
    return json;
  }

  @Override
  public void close() {
    background.shutdownNow();
    try {
      // What is under way ends before another run may take up what is owed.
      background.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    http.shutdownNow();
    queues.close();
  }
}
