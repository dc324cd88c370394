package localcloud.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What a function's answer says of its batch, by AWS's rules: no failures named is success; what
 * cannot be understood, or names a record that is not in the batch, is a failure of all.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html">Partial
 *     batch responses</a>
 */
sealed interface BatchResponse {
  /** All records are done. */
  record Success() implements BatchResponse {}

  /** These are not; the others are. In the answer's order, at least one. */
  record PartialFailure(Set<String> identifiers) implements BatchResponse {}

  /** None is done. */
  record Failure(String reason) implements BatchResponse {}

  ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /**
   * Reads an answer.
   *
   * @param known identifiers of the batch's records
   */
  static BatchResponse read(byte[] payload, Collection<String> known) {
    if (new String(payload, java.nio.charset.StandardCharsets.UTF_8).isBlank()) {
      return new Success(); // a stream handler that wrote nothing: the null response
    }
    JsonNode answer;
    try {
      answer = JSON.readTree(payload);
    } catch (JsonProcessingException e) {
      return new Failure("the answer is not JSON");
    } catch (IOException e) {
      return new Failure("the answer cannot be read");
    }
    if (answer.isNull() || (answer.isArray() && answer.isEmpty())) {
      return new Success();
    }
    if (!answer.isObject()) {
      return new Failure("the answer is not an object");
    }
    JsonNode failures = answer.path("batchItemFailures");
    if (failures.isMissingNode() || failures.isNull()) {
      return new Success();
    }
    if (!failures.isArray()) {
      return new Failure("batchItemFailures is not a list");
    }
    Set<String> identifiers = new LinkedHashSet<>();
    for (JsonNode failure : failures) {
      JsonNode identifier = failure.path("itemIdentifier");
      if (!identifier.isTextual() || identifier.asText().isEmpty()) {
        return new Failure("an item failure without a proper itemIdentifier: " + failure);
      }
      if (!known.contains(identifier.asText())) {
        return new Failure("itemIdentifier " + identifier + " is not in the batch");
      }
      identifiers.add(identifier.asText());
    }
    return identifiers.isEmpty() ? new Success() : new PartialFailure(identifiers);
  }
}
