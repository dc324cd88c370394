package guestbook;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.sqs.SqsClient;

/** HTTP in: accepts entries for the queue, and reads kept ones. */
public final class Sign implements RequestStreamHandler {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SqsClient sqs = Clients.sqs();
  private final DynamoDbClient dynamoDb = Clients.dynamoDb();
  private final String queueUrl = System.getenv("QUEUE_URL");
  private final String table = System.getenv("ENTRIES_TABLE");
  private final int maxLength = Integer.parseInt(System.getenv("MAX_LENGTH"));
  private final String welcome = System.getenv("WELCOME");

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    JsonNode event = JSON.readTree(in);
    ObjectNode answer =
        event.path("routeKey").asText().startsWith("POST")
            ? sign(event)
            : read(event.path("pathParameters").path("id").asText());
    JSON.writeValue(out, answer);
  }

  private ObjectNode sign(JsonNode event) throws IOException {
    // API Gateway hands on in Base64 what it takes for binary, such as a form.
    JsonNode entry =
        event.path("isBase64Encoded").asBoolean()
            ? JSON.readTree(Base64.getDecoder().decode(event.path("body").asText()))
            : JSON.readTree(event.path("body").asText());
    if (entry.path("text").asText().length() > maxLength) {
      return answer(422, JSON.createObjectNode().put("message", "at most " + maxLength));
    }
    String id = UUID.randomUUID().toString();
    ObjectNode message =
        JSON.createObjectNode()
            .put("id", id)
            .put("name", entry.path("name").asText())
            .put("text", entry.path("text").asText());
    sqs.sendMessage(send -> send.queueUrl(queueUrl).messageBody(message.toString()));
    return answer(
        202, JSON.createObjectNode().put("id", id).put("message", welcome.replace("${id}", id)));
  }

  private ObjectNode read(String id) {
    Map<String, AttributeValue> item =
        dynamoDb
            .getItem(
                get ->
                    get.tableName(table)
                        .key(Map.of("id", AttributeValue.fromS(id)))
                        .consistentRead(true))
            .item();
    ObjectNode entry = JSON.createObjectNode();
    item.forEach((name, value) -> entry.put(name, value.s()));
    return answer(item.isEmpty() ? 404 : 200, entry);
  }

  private static ObjectNode answer(int status, JsonNode body) {
    ObjectNode answer = JSON.createObjectNode().put("statusCode", status);
    answer.putObject("headers").put("content-type", "application/json");
    return answer.put("body", body.toString());
  }
}
