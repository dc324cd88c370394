package localcloud.services.sns;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import localcloud.functions.FunctionInvoker;
import localcloud.model.SubscriptionSpec;
import localcloud.model.TopicSpec;
import localcloud.services.Hooks;

/** SNS on 127.0.0.1. */
public final class Sns implements AutoCloseable {
  private final int port;

  /**
   * Takes the port and serves at once.
   *
   * @param port 0 for any free one
   * @param sqsPort the public SQS port, where queues are delivered to
   * @param functions invoked by subscriptions of protocol lambda
   * @param data folder to keep topics, subscriptions and unfinished deliveries in; empty for in
   *     memory
   * @throws java.net.BindException if the port is taken
   */
  public Sns(int port, int sqsPort, FunctionInvoker functions, Hooks hooks, Optional<Path> data)
      throws IOException {
    this.port = port;
  }

  public int port() {
    return port;
  }

  /** Makes the template's topics and subscriptions; those that are there are kept. */
  public void provision(List<TopicSpec> topics, List<SubscriptionSpec> subscriptions) {}

  @Override
  public void close() {}
}
