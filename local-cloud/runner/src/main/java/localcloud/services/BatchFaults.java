package localcloud.services;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import localcloud.wire.Headers;
import localcloud.wire.Request;
import localcloud.wire.Response;

/** Faults that change what a request holds. */
final class BatchFaults {
  private static final ObjectMapper JSON = new ObjectMapper();

  private BatchFaults() {}

  /** Returns the send with a delay of at least a second; any other request as it is. */
  static Request heldBack(Request request, Duration delay) {
    try {
      if (!(JSON.readTree(request.body()) instanceof ObjectNode send)) {
        return request;
      }
      long seconds = Math.max(1, (delay.toMillis() + 999) / 1000);
      if (send.path("Entries") instanceof ArrayNode entries) {
        for (JsonNode entry : entries) {
          if (entry instanceof ObjectNode message) {
            message.put("DelaySeconds", seconds);
          }
        }
      } else if (send.has("MessageBody")) {
        send.put("DelaySeconds", seconds);
      }
      return with(request, send);
    } catch (IOException malformed) {
      return request;
    }
  }

  /**
   * Carries out all entries of a batch but its first, which is answered as refused; empty if the
   * call is no batch that answers for each entry.
   */
  static Optional<Response> withoutOneEntry(
      ServiceCall call, Request request, Function<Request, Response> forward) {
    String list =
        switch (call.action()) {
          case "SendMessageBatch", "DeleteMessageBatch" -> "Entries";
          case "BatchExecuteStatement" -> "Statements";
          default -> "";
        };
    if (list.isEmpty()) {
      return Optional.empty();
    }
    try {
      var batch = (ObjectNode) JSON.readTree(request.body());
      var entries = (ArrayNode) batch.get(list);
      var refused = entries.remove(0);
      ObjectNode answer;
      if (entries.isEmpty()) {
        answer = JSON.createObjectNode();
      } else {
        Response carriedOut = forward.apply(with(request, batch));
        if (carriedOut.status() != 200) {
          return Optional.of(carriedOut);
        }
        answer = (ObjectNode) JSON.readTree(carriedOut.body());
      }
      if (list.equals("Entries")) {
        answer
            .withArray("/Failed")
            .addObject()
            .put("Id", refused.path("Id").asText())
            .put("SenderFault", false)
            .put("Code", "InternalError")
            .put("Message", "We encountered an internal error. Please try again.");
        answer.withArray("/Successful");
      } else {
        var responses = answer.withArray("/Responses");
        responses
            .insertObject(0)
            .putObject("Error")
            .put("Code", "InternalServerError")
            .put("Message", "The request could not be completed due to an internal error.");
      }
      byte[] body = JSON.writeValueAsBytes(answer);
      // A checksum of the service's own answer would not fit this one.
      var headers = new Headers().add("Content-Type", "application/x-amz-json-1.0");
      return Optional.of(new Response(200, headers, body));
    } catch (IOException | ClassCastException malformed) {
      return Optional.empty();
    }
  }

  /** Returns a page of a stream's records as if the next one began where it did. */
  static Response followedByItself(Request request, Response page) {
    try {
      if (page.status() != 200
          || !(JSON.readTree(page.body()) instanceof ObjectNode records)
          || records.path("Records").isEmpty()) {
        return page;
      }
      records.set("NextShardIterator", JSON.readTree(request.body()).path("ShardIterator"));
      // A checksum of the service's own answer would not fit this one.
      var headers = new Headers().add("Content-Type", "application/x-amz-json-1.0");
      return new Response(200, headers, JSON.writeValueAsBytes(records));
    } catch (IOException malformed) {
      return page;
    }
  }

  private static Request with(Request request, ObjectNode body) throws JsonProcessingException {
    return new Request(
        request.method(),
        request.target(),
        request.version(),
        request.headers(),
        JSON.writeValueAsBytes(body),
        request.remote());
  }
}
