package orders.ops;

import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * A deployed pipeline: the template's outputs, and clients that reach it.
 *
 * @param outputs values of the template's outputs, by name
 */
public record Stack(
    Map<String, String> outputs,
    DynamoDbClient dynamoDb,
    DynamoDbStreamsClient streams,
    SqsClient sqs,
    SnsClient sns)
    implements AutoCloseable {
  public Stack {
    outputs = Map.copyOf(outputs);
  }

  String apiUrl() {
    return output("ApiUrl");
  }

  String ordersTable() {
    return output("OrdersTableName");
  }

  String idempotencyTable() {
    return output("IdempotencyTableName");
  }

  String orderQueue() {
    return output("OrderQueueUrl");
  }

  String deadLetterQueue() {
    return output("OrderDeadLetterQueueUrl");
  }

  String eventsTopic() {
    return output("OrderEventsTopicArn");
  }

  String notifierDeadLetterQueue() {
    return output("NotifierDeadLetterQueueUrl");
  }

  String output(String name) {
    String value = outputs.get(name);
    if (value == null) {
      throw new OpsException(
          "the stack has no output " + name + "; name it with --output " + name + "=…");
    }
    return value;
  }

  @Override
  public void close() {
    dynamoDb.close();
    streams.close();
    sqs.close();
    sns.close();
  }
}
