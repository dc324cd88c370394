package localcloud.services.sns;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** Topics and subscriptions, kept in one file if there is a folder for it. */
final class SnsState {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, Topic> topics = new ConcurrentSkipListMap<>();
  private final Map<String, Subscription> subscriptions = new ConcurrentSkipListMap<>();
  private final Optional<Path> file;

  /** Whether something changed that could not be written down. */
  private boolean owed;

  SnsState(Optional<Path> folder) throws IOException {
    this.file = folder.map(data -> data.resolve("topics.json"));
    if (file.isPresent()) {
      Files.createDirectories(folder.orElseThrow());
      if (Files.exists(file.get())) {
        load(JSON.readTree(Files.readString(file.get())));
      }
    }
  }

  private void load(JsonNode json) throws IOException {
    for (JsonNode node : json.path("topics")) {
      var topic = Topic.of(node);
      topics.put(topic.arn(), topic);
    }
    try {
      for (JsonNode node : json.path("subscriptions")) {
        var subscription = Subscription.of(node);
        subscriptions.put(subscription.arn(), subscription);
      }
    } catch (SnsException broken) {
      throw new IOException(file.orElseThrow() + ": " + broken.getMessage(), broken);
    }
  }

  /** Writes all down; a crash in the midst leaves what was there before. */
  synchronized void save() {
    if (file.isEmpty()) {
      return;
    }
    var json = JSON.createObjectNode();
    var topicNodes = json.putArray("topics");
    topics.values().forEach(topic -> topicNodes.add(topic.toJson()));
    var subscriptionNodes = json.putArray("subscriptions");
    subscriptions.values().forEach(each -> subscriptionNodes.add(each.toJson()));
    owed = true;
    try {
      Path draft = file.get().resolveSibling("topics.json.new");
      Files.write(draft, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
      Files.move(
          draft, file.get(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      owed = false;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Writes down what an earlier call could not: nothing is answered from what may be forgotten. */
  synchronized void saveOwed() {
    if (owed) {
      save();
    }
  }

  Map<String, Topic> topics() {
    return topics;
  }

  Map<String, Subscription> subscriptions() {
    return subscriptions;
  }

  Topic topic(String arn) throws SnsException {
    var topic = topics.get(arn);
    if (topic == null) {
      throw SnsException.notFound("Topic");
    }
    return topic;
  }

  Subscription subscription(String arn) throws SnsException {
    var subscription = subscriptions.get(arn);
    if (subscription == null) {
      throw SnsException.notFound("Subscription");
    }
    return subscription;
  }

  List<Subscription> of(String topicArn) {
    List<Subscription> found = new ArrayList<>();
    for (Subscription subscription : subscriptions.values()) {
      if (subscription.topicArn().equals(topicArn)) {
        found.add(subscription);
      }
    }
    return found;
  }
}
