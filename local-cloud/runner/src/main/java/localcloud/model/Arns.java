package localcloud.model;

/** The local account's ARNs. */
public final class Arns {
  /** Region of everything that runs here. */
  public static final String REGION = "eu-west-1";

  /** Account of everything that runs here. */
  public static final String ACCOUNT = "000000000000";

  private Arns() {}

  public static String function(String name) {
    return arn("lambda", "function:" + name);
  }

  public static String queue(String name) {
    return arn("sqs", name);
  }

  public static String topic(String name) {
    return arn("sns", name);
  }

  public static String table(String name) {
    return arn("dynamodb", "table/" + name);
  }

  private static String arn(String service, String resource) {
    return "arn:aws:" + service + ":" + REGION + ":" + ACCOUNT + ":" + resource;
  }

  /**
   * Returns the last part of an ARN after its final colon or slash: a queue's, topic's, table's or
   * function's name.
   */
  public static String nameOf(String arn) {
    return arn.substring(Math.max(arn.lastIndexOf(':'), arn.lastIndexOf('/')) + 1);
  }
}
