package guestbook;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Queue in: keeps each entry; what cannot be read is reported, and ends among the unreadable. */
public final class Keep implements RequestStreamHandler {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final DynamoDbClient dynamoDb = Clients.dynamoDb();
  private final String table = System.getenv("ENTRIES_TABLE");

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode failures = answer.putArray("batchItemFailures");
    for (JsonNode message : JSON.readTree(in).path("Records")) {
      try {
        keep(JSON.readTree(message.path("body").asText()));
      } catch (JsonProcessingException unreadable) {
        failures.addObject().put("itemIdentifier", message.path("messageId").asText());
      }
    }
    JSON.writeValue(out, answer);
  }

  private void keep(JsonNode entry) {
    dynamoDb.putItem(
        put ->
            put.tableName(table)
                .item(
                    Map.of(
                        "id", AttributeValue.fromS(entry.path("id").asText()),
                        "name", AttributeValue.fromS(entry.path("name").asText()),
                        "text", AttributeValue.fromS(entry.path("text").asText()))));
  }
}
