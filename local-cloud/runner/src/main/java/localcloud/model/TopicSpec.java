package localcloud.model;

/**
 * A topic (AWS::SNS::Topic).
 *
 * @param logicalId logical id in the template
 * @param deduplicatesByGroup whether the same id in another group is no duplicate
 * @param name physical name; ends in {@code .fifo} exactly when {@code fifo}
 */
public record TopicSpec(
    String logicalId,
    String name,
    boolean fifo,
    boolean contentBasedDeduplication,
    boolean deduplicatesByGroup) {
  public String arn() {
    return Arns.topic(name);
  }
}
