package orders.api.aws;

import java.util.ArrayList;
import java.util.List;
import orders.api.application.CommandSender;
import orders.api.application.CommandSenderContract;
import orders.domain.OrderCommand;
import orders.wire.QueueMessage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

@TestInstance(Lifecycle.PER_CLASS)
class SqsCommandSenderIT extends CommandSenderContract {
  private SqsClient client;
  private String url;

  @BeforeAll
  void makeQueue() {
    client = LocalServices.sqs();
    url =
        client
            .createQueue(queue -> queue.queueName(LocalServices.newName("OrderQueue")))
            .queueUrl();
  }

  @Override
  protected CommandSender queue() {
    return new SqsCommandSender(client, url);
  }

  @Override
  protected List<OrderCommand> received() {
    List<OrderCommand> commands = new ArrayList<>();
    for (Message message :
        client
            .receiveMessage(
                receive ->
                    receive
                        .queueUrl(url)
                        .waitTimeSeconds(10)
                        .messageAttributeNames(QueueMessage.CORRELATION_ID_ATTRIBUTE))
            .messages()) {
      OrderCommand command = QueueMessage.read(message.body());
      String correlationId =
          message.messageAttributes().get(QueueMessage.CORRELATION_ID_ATTRIBUTE).stringValue();
      if (!command.header().correlationId().value().equals(correlationId)) {
        throw new AssertionError("attribute and body differ: " + correlationId);
      }
      commands.add(command);
    }
    return commands;
  }
}
