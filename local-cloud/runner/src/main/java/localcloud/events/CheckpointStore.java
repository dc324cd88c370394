package localcloud.events;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * How far a stream mapping has come in each shard. Safe for use by many threads.
 *
 * <p>What it tells is never ahead of what was done: after a crash records come again, none is left
 * out.
 */
public interface CheckpointStore {
  /** Sequence number that stands for a shard read to its end. */
  String FINISHED = "FINISHED";

  /** Returns the last sequence number that is done, or {@link #FINISHED}. */
  Optional<String> load(String mapping, String streamArn, String shardId);

  /**
   * Keeps how far a shard is done.
   *
   * @throws IOException if it could not be kept; the same may be tried again
   */
  void save(String mapping, String streamArn, String shardId, String sequenceNumber)
      throws IOException;

  /** Returns whether anything is known of a mapping's stream. */
  boolean knows(String mapping, String streamArn);

  /** Returns a store that forgets when the process ends. */
  static CheckpointStore inMemory() {
    return new Checkpoints(Optional.empty(), Map.of());
  }

  /** Returns a store that is kept in a file. */
  static CheckpointStore inFile(Path file) throws IOException {
    return Checkpoints.read(file);
  }
}
