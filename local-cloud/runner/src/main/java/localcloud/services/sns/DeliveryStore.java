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
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Deliveries that are not done yet, one file each, so that a killed process owes none. Without a
 * folder it keeps nothing.
 */
final class DeliveryStore {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final int DIGITS = 20;

  private final Optional<Path> folder;
  private final AtomicLong last = new AtomicLong();

  DeliveryStore(Optional<Path> data) throws IOException {
    this.folder = data.map(path -> path.resolve("deliveries"));
    if (folder.isPresent()) {
      Files.createDirectories(folder.get());
      for (Path file : files()) {
        last.set(Long.parseLong(file.getFileName().toString().substring(0, DIGITS)));
      }
    }
  }

  /** A delivery that was not done when the process ended. */
  record Owed(String subscriptionArn, SnsMessage message, Optional<Path> file) {}

  /** Writes a delivery down before it is promised. */
  Owed keep(String subscriptionArn, SnsMessage message) {
    if (folder.isEmpty()) {
      return new Owed(subscriptionArn, message, Optional.empty());
    }
    // The sequence of names is the order they were owed in.
    Path file = folder.get().resolve("%020d.json".formatted(last.incrementAndGet()));
    var json = JSON.createObjectNode().put("subscription", subscriptionArn);
    json.set("message", message.toJson());
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.write(draft, JSON.writeValueAsBytes(json));
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failed) {
      discard(draft);
      throw new UncheckedIOException("cannot keep a delivery", failed);
    }
    return new Owed(subscriptionArn, message, Optional.of(file));
  }

  private static void discard(Path draft) {
    try {
      Files.deleteIfExists(draft);
    } catch (IOException stays) {
      // A draft is never read.
      return;
    }
  }

  void done(Owed owed) {
    owed.file()
        .ifPresent(
            file -> {
              try {
                Files.deleteIfExists(file);
              } catch (IOException failed) {
                throw new UncheckedIOException(failed);
              }
            });
  }

  /** Returns what an earlier run owes, in the order it was owed in. */
  List<Owed> left() throws IOException {
    List<Owed> left = new ArrayList<>();
    if (folder.isEmpty()) {
      return left;
    }
    for (Path file : files()) {
      JsonNode json = JSON.readTree(Files.readString(file));
      left.add(
          new Owed(
              json.path("subscription").asText(),
              SnsMessage.of(json.path("message")),
              Optional.of(file)));
    }
    return left;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder.orElseThrow())) {
      return files
          .filter(file -> file.getFileName().toString().matches("[0-9]{" + DIGITS + "}.*\\.json"))
          .sorted()
          .toList();
    }
  }
}
