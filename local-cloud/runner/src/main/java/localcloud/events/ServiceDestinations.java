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
import software.amazon.awssdk.services.sqs.model.SqsException;

/** Delivers to the queues and topics that run here. Safe for use by many threads. */
public final class ServiceDestinations implements Destination, AutoCloseable {
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
    } catch (SqsException e) {
      if (e.statusCode() < 500 && !e.isThrottlingException()) {
        throw new IllegalArgumentException(arn + " does not take it: " + e.getMessage(), e);
      }
      throw new IOException("cannot send to " + arn, e);
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
    int status = response.statusCode();
    if (status == 404) {
      throw new IllegalArgumentException("there is no topic " + arn);
    }
    if (status >= 400 && status < 500 && !response.body().contains("Throttl")) {
      throw new IllegalArgumentException(arn + " does not take it: " + response.body());
    }
    if (status != 200) {
      throw new IOException("cannot publish to " + arn + ": " + response.body());
    }
  }

  /** Closes what it made for itself; the client of SQS is its owner's. */
  @Override
  public void close() {
    http.close();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
