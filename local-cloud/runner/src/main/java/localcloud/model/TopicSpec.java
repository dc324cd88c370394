package localcloud.model;

/**
 * A topic (AWS::SNS::Topic).
 *
 * @param logicalId logical id in the template
 * @param name physical name; ends in {@code .fifo} exactly when {@code fifo}
 */
public record TopicSpec(
    String logicalId, String name, boolean fifo, boolean contentBasedDeduplication) {
  public String arn() {
    return Arns.topic(name);
  }
}
