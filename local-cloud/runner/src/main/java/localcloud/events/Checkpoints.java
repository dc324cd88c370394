package localcloud.events;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Checkpoints in memory, and in a file that is replaced whole at each change. */
final class Checkpoints implements CheckpointStore {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Optional<Path> file;
  private final Map<String, String> sequenceNumbers;

  Checkpoints(Optional<Path> file, Map<String, String> sequenceNumbers) {
    this.file = file;
    this.sequenceNumbers = new TreeMap<>(sequenceNumbers);
  }

  static Checkpoints read(Path file) throws IOException {
    Map<String, String> known =
        Files.exists(file)
            ? JSON.readValue(file.toFile(), new TypeReference<Map<String, String>>() {})
            : Map.of();
    return new Checkpoints(Optional.of(file), known);
  }

  @Override
  public synchronized Optional<String> load(String mapping, String streamArn, String shardId) {
    return Optional.ofNullable(sequenceNumbers.get(stream(mapping, streamArn) + shardId));
  }

  @Override
  public synchronized void save(
      String mapping, String streamArn, String shardId, String sequenceNumber) throws IOException {
    sequenceNumbers.put(stream(mapping, streamArn) + shardId, sequenceNumber);
    if (file.isPresent()) {
      write(file.get());
    }
  }

  @Override
  public synchronized boolean knows(String mapping, String streamArn) {
    String prefix = stream(mapping, streamArn);
    return sequenceNumbers.keySet().stream().anyMatch(key -> key.startsWith(prefix));
  }

  private static String stream(String mapping, String streamArn) {
    return mapping + " " + streamArn + " ";
  }

  private void write(Path target) throws IOException {
    Path next = target.resolveSibling(target.getFileName() + ".next");
    JSON.writeValue(next.toFile(), sequenceNumbers);
    // A reader, or a crash, sees the old file or the new one, never half of one.
    Files.move(next, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
