package orders.systemtests.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import orders.systemtests.checker.ReceivedEvent;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * A queue of its own that is subscribed to the events topic, raw, and a thread that empties it.
 * Keeps every delivery, repeats included.
 */
public final class Subscriber implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Pipeline pipeline;
  private final String queueUrl;
  private final String subscriptionArn;
  private final List<ReceivedEvent> received = new ArrayList<>();
  private final Thread reader;
  private volatile boolean open = true;

  /** Subscribes; events published from now on are received. */
  public Subscriber(Pipeline pipeline, String name) {
    this.pipeline = pipeline;
    queueUrl = pipeline.sqs().createQueue(create -> create.queueName(name)).queueUrl();
    String queueArn =
        pipeline
            .sqs()
            .getQueueAttributes(
                get -> get.queueUrl(queueUrl).attributeNames(QueueAttributeName.QUEUE_ARN))
            .attributes()
            .get(QueueAttributeName.QUEUE_ARN);
    subscriptionArn =
        pipeline
            .sns()
            .subscribe(
                subscribe ->
                    subscribe
                        .topicArn(pipeline.output("OrderEventsTopicArn"))
                        .protocol("sqs")
                        .endpoint(queueArn)
                        .attributes(Map.of("RawMessageDelivery", "true"))
                        .returnSubscriptionArn(true))
            .subscriptionArn();
    reader = Thread.ofVirtual().name(name).start(this::read);
  }

  private void read() {
    while (open) {
      try {
        List<Message> messages =
            pipeline
                .sqs()
                .receiveMessage(
                    receive ->
                        receive
                            .queueUrl(queueUrl)
                            .maxNumberOfMessages(10)
                            .waitTimeSeconds(1)
                            .messageSystemAttributeNames(MessageSystemAttributeName.SENT_TIMESTAMP))
                .messages();
        if (messages.isEmpty() || !open) {
          continue;
        }
        synchronized (received) {
          messages.forEach(message -> received.add(event(message)));
        }
        List<DeleteMessageBatchRequestEntry> done = new ArrayList<>();
        for (Message message : messages) {
          done.add(
              DeleteMessageBatchRequestEntry.builder()
                  .id(Integer.toString(done.size()))
                  .receiptHandle(message.receiptHandle())
                  .build());
        }
        pipeline.sqs().deleteMessageBatch(delete -> delete.queueUrl(queueUrl).entries(done));
      } catch (RuntimeException disturbed) {
        // A fault met the subscriber too: what it did not delete comes again. Not the SDK's own
        // exceptions alone: the JDK's client throws others when a connection that it kept breaks.
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      }
    }
  }

  private static ReceivedEvent event(Message message) {
    JsonNode event;
    try {
      event = JSON.readTree(message.body());
    } catch (JsonProcessingException notJson) {
      event = MissingNode.getInstance();
    }
    Instant sent =
        Instant.ofEpochMilli(
            Long.parseLong(message.attributes().get(MessageSystemAttributeName.SENT_TIMESTAMP)));
    return new ReceivedEvent(sent, message.body(), event);
  }

  /** Returns every delivery so far. */
  public List<ReceivedEvent> received() {
    synchronized (received) {
      return List.copyOf(received);
    }
  }

  @Override
  public void close() {
    open = false;
    try {
      // Wakes the reader, who would else wait for a message as long as its poll lasts.
      pipeline.sqs().sendMessage(send -> send.queueUrl(queueUrl).messageBody("the end"));
      reader.join();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    pipeline.sns().unsubscribe(cancel -> cancel.subscriptionArn(subscriptionArn));
    pipeline.sqs().deleteQueue(delete -> delete.queueUrl(queueUrl));
  }
}
