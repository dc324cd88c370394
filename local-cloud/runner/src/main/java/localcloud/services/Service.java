package localcloud.services;

/** A service whose calls pass through a front of ours. */
public enum Service {
  DYNAMODB("dynamodb"),
  SQS("sqs"),
  SNS("sns");

  private final String prefix;

  Service(String prefix) {
    this.prefix = prefix;
  }

  /** Returns the name as IAM's actions begin with it. */
  public String prefix() {
    return prefix;
  }
}
