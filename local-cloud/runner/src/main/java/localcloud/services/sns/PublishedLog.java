package localcloud.services.sns;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What FIFO topics have published, a line each, so that a duplicate is one after a restart too.
 * Without a folder nothing is kept.
 */
final class PublishedLog implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Optional<BufferedWriter> lines;

  /** Opens the log, and reminds topics of what they published in the last five minutes. */
  PublishedLog(Optional<Path> folder, Map<String, Topic> topics) throws IOException {
    if (folder.isEmpty()) {
      this.lines = Optional.empty();
      return;
    }
    Path file = folder.get().resolve("published.jsonl");
    List<String> before = Files.exists(file) ? Files.readAllLines(file) : List.of();
    this.lines =
        Optional.of(
            Files.newBufferedWriter(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING));
    for (String line : before) {
      remind(line, topics);
    }
  }

  private void remind(String line, Map<String, Topic> topics) {
    JsonNode json;
    try {
      json = JSON.readTree(line);
    } catch (JsonProcessingException cutOff) {
      // By a crash: its publisher was not answered.
      return;
    }
    Topic topic = topics.get(json.path("topic").asText());
    String key = json.path("key").asText();
    if (topic == null) {
      return;
    }
    topic.remember(
        key,
        new Topic.Published(
            json.path("messageId").asText(),
            json.path("sequenceNumber").asText(),
            Instant.ofEpochMilli(json.path("at").asLong())));
    // Asking forgets what is too old; what is left goes into the new file.
    keep(topic, key);
  }

  /** Writes down what a topic remembers under a key, if it does. */
  void keep(Topic topic, String key) {
    lines.ifPresent(
        to -> topic.duplicateOf(key).ifPresent(message -> write(to, topic, key, message)));
  }

  private static void write(BufferedWriter to, Topic topic, String key, Topic.Published published) {
    ObjectNode json =
        JSON.createObjectNode()
            .put("topic", topic.arn())
            .put("key", key)
            .put("messageId", published.messageId())
            .put("sequenceNumber", published.sequenceNumber())
            .put("at", published.at().toEpochMilli());
    synchronized (to) {
      try {
        to.write(json + "\n");
        to.flush();
      } catch (IOException failed) {
        throw new UncheckedIOException("cannot keep what was published", failed);
      }
    }
  }

  @Override
  public void close() {
    lines.ifPresent(
        to -> {
          try {
            to.close();
          } catch (IOException failed) {
            throw new UncheckedIOException(failed);
          }
        });
  }
}
