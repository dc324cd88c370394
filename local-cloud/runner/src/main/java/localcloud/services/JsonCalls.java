package localcloud.services;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import localcloud.model.Arns;
import localcloud.wire.Headers;
import localcloud.wire.Response;
import localcloud.wire.Upstream;

/**
 * The runner's own calls of a service in AWS's JSON protocol, over kept connections. An SDK takes
 * several times the processor time of such a call. Safe for use by many threads.
 */
public final class JsonCalls implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Upstream service;
  private final String target;
  private final String authorization;

  private JsonCalls(int port, String target, String service, String caller, Duration answerLimit) {
    this.service = new Upstream(port, answerLimit);
    this.target = target;
    this.authorization =
        "AWS4-HMAC-SHA256 Credential="
            + caller
            + "/20260101/"
            + Arns.REGION
            + "/"
            + service
            + "/aws4_request, SignedHeaders=host, Signature=0";
  }

  /**
   * Begins to call DynamoDB.
   *
   * @param caller the access key of who calls
   * @param answerLimit how long an answer may take
   */
  public static JsonCalls dynamoDb(int port, String caller, Duration answerLimit) {
    return new JsonCalls(port, "DynamoDB_20120810.", "dynamodb", caller, answerLimit);
  }

  /** Begins to call DynamoDB's streams. */
  public static JsonCalls streams(int port, String caller, Duration answerLimit) {
    return new JsonCalls(port, "DynamoDBStreams_20120810.", "dynamodb", caller, answerLimit);
  }

  /** Begins to call SQS. */
  public static JsonCalls sqs(int port, String caller, Duration answerLimit) {
    return new JsonCalls(port, "AmazonSQS.", "sqs", caller, answerLimit);
  }

  /**
   * Calls once; whether a call that failed was carried out is for the caller to find out.
   *
   * @param action such as {@code SendMessage}
   * @throws IOException if there is no whole answer
   */
  public Response call(String action, JsonNode request) throws IOException {
    var headers =
        new Headers()
            .add("Content-Type", "application/x-amz-json-1.0")
            .add("X-Amz-Target", target + action)
            .add("Authorization", authorization);
    return service.send("POST", "/", headers, JSON.writeValueAsBytes(request));
  }

  /** Returns what a call answers; nothing unless it is an answer of success. */
  public Optional<JsonNode> ask(String action, JsonNode request) {
    try {
      Response answer = call(action, request);
      return answer.status() == 200 ? Optional.of(JSON.readTree(answer.body())) : Optional.empty();
    } catch (IOException failed) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    service.close();
  }
}
