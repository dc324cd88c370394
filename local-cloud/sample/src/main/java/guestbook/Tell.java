package guestbook;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;

/** Stream in: tells the topic of each new entry. */
public final class Tell implements RequestStreamHandler {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SnsClient sns = Clients.sns();
  private final String topic = System.getenv("NEWS_TOPIC");

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    for (JsonNode item : JSON.readTree(in).path("Records")) {
      JsonNode entry = item.path("dynamodb").path("NewImage");
      String name = entry.path("name").path("S").asText();
      String news = name + " wrote: " + entry.path("text").path("S").asText();
      sns.publish(
          publish ->
              publish
                  .topicArn(topic)
                  .message(news)
                  .messageAttributes(
                      Map.of(
                          "name",
                          MessageAttributeValue.builder()
                              .dataType("String")
                              .stringValue(name)
                              .build())));
    }
  }
}
