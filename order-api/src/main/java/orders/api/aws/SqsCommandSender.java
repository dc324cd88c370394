package orders.api.aws;

import java.util.Map;
import orders.api.application.CommandSender;
import orders.domain.OrderCommand;
import orders.lambda.TraceHeader;
import orders.wire.QueueMessage;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeNameForSends;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeValue;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

/** Sends commands to the queue, one message each. */
public final class SqsCommandSender implements CommandSender {
  private final SqsClient sqs;
  private final String queueUrl;

  public SqsCommandSender(SqsClient sqs, String queueUrl) {
    this.sqs = sqs;
    this.queueUrl = queueUrl;
  }

  @Override
  public void send(OrderCommand command) {
    SendMessageRequest.Builder message =
        SendMessageRequest.builder()
            .queueUrl(queueUrl)
            .messageBody(QueueMessage.write(command))
            .messageAttributes(
                Map.of(
                    QueueMessage.CORRELATION_ID_ATTRIBUTE,
                    MessageAttributeValue.builder()
                        .dataType("String")
                        .stringValue(command.header().correlationId().value())
                        .build()));
    TraceHeader.current()
        .ifPresent(
            header ->
                message.messageSystemAttributes(
                    Map.of(
                        MessageSystemAttributeNameForSends.AWS_TRACE_HEADER,
                        MessageSystemAttributeValue.builder()
                            .dataType("String")
                            .stringValue(header)
                            .build())));
    AwsCalls.send("sending a command", () -> sqs.sendMessage(message.build()));
  }
}
