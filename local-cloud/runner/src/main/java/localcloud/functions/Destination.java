package localcloud.functions;

/** Takes what was given up, or done, to a queue or topic that a template names. */
@FunctionalInterface
public interface Destination {
  /**
   * Delivers a message.
   *
   * @param arn queue or topic
   * @param json the record as Lambda writes it
   * @throws java.io.IOException if it could not be delivered now and may be tried again
   * @throws IllegalArgumentException if there is no such queue or topic
   */
  void deliver(String arn, String json) throws java.io.IOException, InterruptedException;
}
