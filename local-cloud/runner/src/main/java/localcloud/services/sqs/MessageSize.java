package localcloud.services.sqs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import localcloud.wire.Request;
import localcloud.wire.Response;

/**
 * How large messages may be: one up to its queue's {@code MaximumMessageSize}, a batch up to 1 MiB.
 * Body and message attributes count, of these the name, the type and the value.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html">Amazon
 *     SQS message quotas</a>
 */
final class MessageSize {
  /** What a batch may hold, and a message if its queue says nothing. */
  static final int LIMIT = 1024 * 1024;

  private MessageSize() {}

  /** Returns whether a request may hold too much; JSON is never shorter than what it says. */
  static boolean mayExceed(Request request, int limit) {
    return request.body().length > limit;
  }

  static Optional<Response> refused(ObjectNode message, int limit) {
    return of(message) > limit
        ? Optional.of(SqsAnswers.invalidParameter(tooLong(limit)))
        : Optional.empty();
  }

  /** Has those entries of a batch carried out that are not too large, and refuses the others. */
  static Response ofBatch(
      ObjectNode batch, int limit, Request request, Function<Request, Response> service) {
    long all = 0;
    ArrayNode fit = SqsAnswers.JSON.createArrayNode();
    ArrayNode failed = SqsAnswers.JSON.createArrayNode();
    for (JsonNode entry : batch.path("Entries")) {
      long size = of(entry);
      all += size;
      if (size <= limit) {
        fit.add(entry);
      } else {
        failed
            .addObject()
            .put("Id", entry.path("Id").asText())
            .put("SenderFault", true)
            .put("Code", "InvalidParameterValue")
            .put("Message", tooLong(limit));
      }
    }
    if (all > LIMIT) {
      return SqsAnswers.batchTooLong(
          "Batch requests cannot be longer than %d bytes. You have sent %d bytes."
              .formatted(LIMIT, all));
    }
    if (failed.isEmpty()) {
      return service.apply(request);
    }
    ObjectNode answer = SqsAnswers.JSON.createObjectNode();
    answer.putArray("Successful");
    if (!fit.isEmpty()) {
      Response carriedOut =
          service.apply(SqsAnswers.with(request, batch.deepCopy().set("Entries", fit)));
      if (carriedOut.status() != 200) {
        return carriedOut;
      }
      answer = SqsAnswers.read(carriedOut.body());
    }
    answer.withArray("/Failed").addAll(failed);
    return SqsAnswers.ok(answer);
  }

  private static String tooLong(int limit) {
    return "One or more parameters are invalid. Reason: Message must be shorter than "
        + limit
        + " bytes.";
  }

  private static long of(JsonNode message) {
    long size = bytes(message.path("MessageBody"));
    for (Map.Entry<String, JsonNode> each : message.path("MessageAttributes").properties()) {
      JsonNode attribute = each.getValue();
      size += each.getKey().getBytes(StandardCharsets.UTF_8).length;
      size += bytes(attribute.path("DataType"));
      size += bytes(attribute.path("StringValue"));
      size += decodedLength(attribute.path("BinaryValue").asText());
    }
    return size;
  }

  private static int bytes(JsonNode text) {
    return text.asText().getBytes(StandardCharsets.UTF_8).length;
  }

  private static int decodedLength(String base64) {
    try {
      return Base64.getDecoder().decode(base64).length;
    } catch (IllegalArgumentException malformed) {
      // ElasticMQ will say so.
      return 0;
    }
  }
}
