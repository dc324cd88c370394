package localcloud.events;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import localcloud.functions.Destination;
import localcloud.model.Arns;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

/** Delivers to the queues and topics that run here. Safe for use by many threads. */
public final class ServiceDestinations implements Destination {
  private final SqsClient sqs;
  private final URI sns;
  private final HttpClient http = HttpClient.newHttpClient();

  /**
   * Creates destinations.
   *
   * @param sns endpoint of SNS, spoken to with its query protocol
   */
  public ServiceDestinations(SqsClient sqs, URI sns) {
    this.sqs = sqs;
    this.sns = sns;
  }

  @Override
  public void deliver(String arn, String json) throws IOException, InterruptedException {
    if (arn.contains(":sqs:")) {
      toQueue(arn, json);
    } else if (arn.contains(":sns:")) {
      toTopic(arn, json);
    } else {
      throw new IllegalArgumentException("neither a queue nor a topic: " + arn);
    }
  }

  private void toQueue(String arn, String json) throws IOException {
    try {
      String url = sqs.getQueueUrl(get -> get.queueName(Arns.nameOf(arn))).queueUrl();
      sqs.sendMessage(send -> send.queueUrl(url).messageBody(json));
    } catch (QueueDoesNotExistException e) {
      throw new IllegalArgumentException("there is no queue " + arn, e);
    } catch (SdkException e) {
      throw new IOException("cannot send to " + arn, e);
    }
  }

  private void toTopic(String arn, String json) throws IOException, InterruptedException {
    String form =
        "Action=Publish&Version=2010-03-31&TopicArn=" + encode(arn) + "&Message=" + encode(json);
    HttpRequest request =
        HttpRequest.newBuilder(sns)
            .timeout(Duration.ofSeconds(10))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build();
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() == 404) {
      throw new IllegalArgumentException("there is no topic " + arn);
    }
    if (response.statusCode() != 200) {
      throw new IOException("cannot publish to " + arn + ": " + response.body());
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
