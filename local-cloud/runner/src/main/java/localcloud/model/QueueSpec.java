package localcloud.model;

import java.time.Duration;
import java.util.Optional;

/**
 * A queue (AWS::SQS::Queue).
 *
 * @param logicalId logical id in the template
 * @param name physical name; ends in {@code .fifo} exactly when {@code fifo}
 * @param deduplicatesByGroup whether the same id in another group is no duplicate
 * @param throughputByGroup only told: nothing is throttled here
 */
public record QueueSpec(
    String logicalId,
    String name,
    boolean fifo,
    boolean contentBasedDeduplication,
    boolean deduplicatesByGroup,
    boolean throughputByGroup,
    Duration visibilityTimeout,
    Duration delay,
    Duration retention,
    Duration receiveWaitTime,
    int maximumMessageBytes,
    Optional<Redrive> redrive) {

  /** Where a message goes after it was received too often. */
  public record Redrive(String deadLetterTargetArn, int maxReceiveCount) {}

  public String arn() {
    return Arns.queue(name);
  }
}
