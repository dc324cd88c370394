package localcloud.control;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import localcloud.functions.WorkerInfo;
import localcloud.journal.Journal;

/**
 * What a running instance tells of itself, and lets be done to it. Safe for use by many threads.
 */
public interface Instance {
  /** Returns the template's outputs, resolved. */
  Map<String, String> outputs();

  /** Returns where each service listens, by its name for a person. */
  Map<String, String> addresses();

  /** Returns a token of the local issuer that the template's authorizer accepts. */
  String token(String subject, Set<String> scopes, Duration validity);

  /** Returns the scopes that the routes of the template ask for. */
  Set<String> scopes();

  List<WorkerInfo> workers();

  /** Kills a function's process, as a crash would; false if it is none of ours. */
  boolean kill(long pid);

  /** Returns the ids of the other processes: the services' by their names, and the runner's own. */
  Map<String, Long> processes();

  /**
   * Replaces a function's processes, each when it is idle, as a deployment does.
   *
   * @param code another package than the template's, until the next deployment; empty for that one
   * @throws IllegalArgumentException if the template has no such function, or there is no package
   */
  void redeploy(String function, Optional<Path> code);

  Journal journal();

  /** Returns the numbers that functions gave in the embedded metric format. */
  EmbeddedMetrics metrics();

  /** Returns calls and errors of each action of the services. */
  JsonNode serviceCalls();

  /** Forgets the calls counted so far. */
  void resetServiceCalls();

  /** Returns the faults that are being injected. */
  JsonNode faults();

  /**
   * Replaces the faults that are being injected.
   *
   * @throws IllegalArgumentException if that is not a list of faults
   */
  void faults(JsonNode faults);

  void clearFaults();

  List<QueueState> queues();

  /**
   * Moves what is in a dead-letter queue back to where it came from; returns how many messages.
   *
   * @param messageId the one message to move; empty for all that are there now
   * @throws IllegalArgumentException if no queue of the template has this one for its dead letters
   */
  int redrive(String queueName, Optional<String> messageId);

  /**
   * Returns some of the messages of a queue of dead letters, which stay there.
   *
   * @throws IllegalArgumentException if the template has no such queue, or it counts how often a
   *     message is read
   */
  List<Letter> deadLetters(String queueName);

  /**
   * Sends a message as it is; returns its id.
   *
   * @param group message group; a FIFO queue needs one
   * @throws IllegalArgumentException if the template has no such queue, or it is a FIFO queue and
   *     no group is given
   */
  String send(String queueName, String body, Optional<String> group);

  /**
   * One message of a queue of dead letters.
   *
   * @param attributes the message's own attributes, as text
   * @param sentAt when it came here
   */
  record Letter(String messageId, String body, Map<String, String> attributes, Instant sentAt) {}

  /**
   * One queue.
   *
   * @param visible messages waiting
   * @param inFlight messages taken and not yet deleted
   * @param delayed messages not yet to be seen
   * @param deadLettersOf names of the queues whose dead letters it keeps
   */
  record QueueState(
      String name,
      String url,
      long visible,
      long inFlight,
      long delayed,
      List<String> deadLettersOf) {}
}
