package localcloud.services.sqs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.UUID;
import localcloud.wire.Headers;
import localcloud.wire.Request;
import localcloud.wire.Response;

/** Requests and answers of SQS's JSON protocol. */
final class SqsAnswers {
  static final ObjectMapper JSON = new ObjectMapper();

  private SqsAnswers() {}

  static Response ok(ObjectNode body) {
    return answer(200, new Headers(), body);
  }

  static Response invalidParameter(String message) {
    return refused(
        400,
        "com.amazon.coral.service#InvalidParameterValueException",
        "InvalidParameterValue",
        message);
  }

  static Response invalidAttribute(String message) {
    return refused(
        400, "com.amazonaws.sqs#InvalidAttributeValue", "InvalidAttributeValue", message);
  }

  static Response notFound(String message) {
    return refused(
        404, "com.amazonaws.sqs#ResourceNotFoundException", "ResourceNotFoundException", message);
  }

  static Response unsupported(String message) {
    return refused(
        400,
        "com.amazonaws.sqs#UnsupportedOperation",
        "AWS.SimpleQueueService.UnsupportedOperation",
        message);
  }

  static Response batchTooLong(String message) {
    return refused(
        400,
        "com.amazonaws.sqs#BatchRequestTooLong",
        "AWS.SimpleQueueService.BatchRequestTooLong",
        message);
  }

  private static Response refused(int status, String type, String code, String message) {
    return answer(
        status,
        new Headers().add("x-amzn-query-error", code + ";Sender"),
        JSON.createObjectNode().put("__type", type).put("message", message));
  }

  private static Response answer(int status, Headers headers, ObjectNode body) {
    headers
        .add("Content-Type", "application/x-amz-json-1.0")
        .add("x-amzn-RequestId", UUID.randomUUID().toString());
    return new Response(status, headers, bytes(body));
  }

  /** Returns the body of a request or an answer; empty if it is no object. */
  static ObjectNode read(byte[] body) {
    try {
      return JSON.readTree(body) instanceof ObjectNode object ? object : JSON.createObjectNode();
    } catch (IOException malformed) {
      // ElasticMQ will say so.
      return JSON.createObjectNode();
    }
  }

  /** Returns the same request with another body. */
  static Request with(Request request, ObjectNode body) {
    return new Request(
        request.method(),
        request.target(),
        request.version(),
        request.headers(),
        bytes(body),
        request.remote());
  }

  private static byte[] bytes(ObjectNode body) {
    try {
      return JSON.writeValueAsBytes(body);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
