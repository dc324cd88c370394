package localcloud.services;

import java.util.List;

/**
 * What a request to a service asks for, as far as it can be told from outside.
 *
 * @param caller access key id that signed it: a function's logical id, or anything; empty if none
 * @param action the service's own name of it: {@code PutItem}, {@code SendMessage}
 * @param resource name of the table, queue or topic; empty if it names none
 * @param accesses what IAM would check, each to be allowed
 * @param asksCapacity whether the answer tells what capacity was used
 */
public record ServiceCall(
    Service service,
    String caller,
    String action,
    String resource,
    List<Access> accesses,
    boolean asksCapacity) {

  /**
   * One action on one resource.
   *
   * @param action as IAM names it: {@code dynamodb:PutItem}
   * @param resource ARN, or {@code *} if the call does not tell
   */
  public record Access(String action, String resource) {}
}
