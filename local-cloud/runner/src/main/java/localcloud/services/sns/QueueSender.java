package localcloud.services.sns;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import localcloud.model.Arns;
import localcloud.services.JsonCalls;

/** Sends messages to queues, through SQS's public front. Safe for use by many threads. */
final class QueueSender implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A batch's limit is 256 KiB; the rest is for what surrounds the messages. */
  private static final int BATCH_CHARS = 200_000;

  private static final int BATCH_ENTRIES = 10;

  private final JsonCalls sqs;
  private final int port;

  QueueSender(int sqsPort, Duration timeout) {
    this.sqs = JsonCalls.sqs(sqsPort, "sns", timeout);
    this.port = sqsPort;
  }

  /** What became of one message. */
  enum Sent {
    DELIVERED,
    /** It may succeed later. */
    FAILED,
    /** It never will: there is no such queue, or it does not take such a message. */
    REFUSED
  }

  /** Sends messages in order, in as few calls as may be; one outcome for each. */
  List<Sent> send(String queueArn, List<ObjectNode> messages) {
    List<Sent> outcomes = new ArrayList<>();
    int next = 0;
    while (next < messages.size()) {
      int end = next;
      int chars = 0;
      while (end < messages.size() && end - next < BATCH_ENTRIES) {
        chars += messages.get(end).toString().length();
        if (chars > BATCH_CHARS && end > next) {
          break;
        }
        end++;
      }
      outcomes.addAll(sendBatch(queueArn, messages.subList(next, end)));
      next = end;
    }
    return outcomes;
  }

  private List<Sent> sendBatch(String queueArn, List<ObjectNode> messages) {
    if (messages.size() == 1) {
      return List.of(sendOne(queueArn, messages.getFirst()));
    }
    var batch = JSON.createObjectNode().put("QueueUrl", urlOf(queueArn));
    ArrayNode entries = batch.putArray("Entries");
    for (int i = 0; i < messages.size(); i++) {
      entries.add(messages.get(i).deepCopy().put("Id", String.valueOf(i)));
    }
    List<Sent> outcomes = new ArrayList<>();
    try {
      var answer = call("SendMessageBatch", batch);
      if (answer.status() != 200) {
        messages.forEach(each -> outcomes.add(outcome(answer.status(), answer.text())));
        return outcomes;
      }
      messages.forEach(each -> outcomes.add(Sent.FAILED));
      var json = JSON.readTree(answer.text());
      json.path("Successful")
          .forEach(entry -> outcomes.set(entry.path("Id").asInt(), Sent.DELIVERED));
      json.path("Failed")
          .forEach(
              entry ->
                  outcomes.set(
                      entry.path("Id").asInt(),
                      entry.path("SenderFault").asBoolean() ? Sent.REFUSED : Sent.FAILED));
    } catch (IOException unreachable) {
      messages.forEach(each -> outcomes.add(Sent.FAILED));
      return List.copyOf(outcomes.subList(0, messages.size()));
    }
    return outcomes;
  }

  private Sent sendOne(String queueArn, ObjectNode message) {
    try {
      var answer = call("SendMessage", message.deepCopy().put("QueueUrl", urlOf(queueArn)));
      return outcome(answer.status(), answer.text());
    } catch (IOException unreachable) {
      return Sent.FAILED;
    }
  }

  private static Sent outcome(int status, String text) {
    if (status == 200) {
      return Sent.DELIVERED;
    }
    boolean forLater = status >= 500 || text.contains("Throttl");
    return forLater ? Sent.FAILED : Sent.REFUSED;
  }

  private record Answer(int status, String text) {}

  private Answer call(String action, ObjectNode body) throws IOException {
    var answer = sqs.call(action, body);
    return new Answer(answer.status(), new String(answer.body(), StandardCharsets.UTF_8));
  }

  private String urlOf(String queueArn) {
    return "http://127.0.0.1:" + port + "/" + Arns.ACCOUNT + "/" + Arns.nameOf(queueArn);
  }

  @Override
  public void close() {
    sqs.close();
  }
}
