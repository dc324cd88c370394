package orders.notifier;

import java.time.Clock;
import java.time.Duration;
import orders.lambda.Environment;
import orders.lambda.SdkClients;
import orders.notifier.application.PublishChanges;
import orders.notifier.aws.SnsEventPublisher;
import software.amazon.awssdk.services.sns.SnsClient;

/** Puts the function together; alone reads the environment. */
final class OrderNotifierWiring {
  /** The most that one publish request may take, tries and waits together. */
  static final Duration CALL_TIMEOUT = Duration.ofSeconds(8);

  private static final String PRIMING_ANSWER =
      "<PublishBatchResponse"
          + " xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishBatchResult>"
          + "<Failed/><Successful><member><MessageId>priming</MessageId><Id>0</Id></member>"
          + "</Successful></PublishBatchResult></PublishBatchResponse>";

  private OrderNotifierWiring() {}

  /**
   * Wires the use case.
   *
   * @throws Environment.WrongVariableException if a variable is missing, naming it
   */
  static PublishChanges from(Environment environment) {
    String topicArn = environment.required("ORDER_EVENTS_TOPIC_ARN");
    SdkClients clients = SdkClients.of(environment, CALL_TIMEOUT);
    return new PublishChanges(
        new SnsEventPublisher(clients.build(SnsClient.builder()), topicArn),
        new LoggedInstrumentation(),
        Clock.systemUTC());
  }

  /** Wires the use case to a topic that is not there, for priming. */
  static PublishChanges forPriming(Environment environment) {
    SdkClients clients = SdkClients.of(environment, CALL_TIMEOUT);
    return new PublishChanges(
        new SnsEventPublisher(
            clients.buildForPriming(SnsClient.builder(), PRIMING_ANSWER),
            "arn:aws:sns:eu-west-1:000000000000:priming"),
        new LoggedInstrumentation(),
        Clock.systemUTC());
  }
}
