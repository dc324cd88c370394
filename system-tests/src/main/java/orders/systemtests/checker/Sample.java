package orders.systemtests.checker;

import java.time.Instant;
import java.util.List;

/**
 * The state at one moment of the run. Taken in the order in which a message travels, so that what
 * moves between two readings is counted twice and never missed: first what was accepted, then the
 * queue, then the dead letters and the table.
 *
 * @param accepted orders with a 202 so far
 * @param inFlight messages in the queue, hidden ones included
 * @param deadLetters messages in the dead-letter queue
 * @param notStored which of the accepted the table does not hold
 */
public record Sample(
    Instant at, int accepted, long inFlight, long deadLetters, List<String> notStored) {
  public Sample {
    notStored = List.copyOf(notStored);
  }

  /** Returns one line for a person. */
  public String line() {
    return "sample "
        + at
        + " accepted "
        + accepted
        + " not stored "
        + notStored.size()
        + " in flight "
        + inFlight
        + " dead-lettered "
        + deadLetters;
  }
}
