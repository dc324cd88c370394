package localcloud.services.sqs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import localcloud.wire.Response;

/**
 * Deduplication by message group, in a store that deduplicates by queue: there a message's
 * deduplication id begins with its group's digest, which nobody who receives it sees.
 */
final class GroupDeduplication {
  private static final String BEGIN = "~group~";
  private static final int DIGEST_BYTES = 12;
  private static final int MARK = BEGIN.length() + 4 * DIGEST_BYTES / 3;

  /** What is left of the 128 characters that an id may have. */
  static final int LONGEST_ID = 128 - MARK;

  private GroupDeduplication() {}

  /**
   * Marks a message, or an entry of a batch, with its group.
   *
   * @param byContent whether a message without an id gets the digest of its body
   * @return what is wrong with it, if that can be told
   */
  static Optional<String> mark(ObjectNode message, boolean byContent) {
    String group = message.path("MessageGroupId").asText();
    JsonNode given = message.path("MessageDeduplicationId");
    if (group.isEmpty() || (!given.isTextual() && !byContent)) {
      // ElasticMQ will say what is missing.
      return Optional.empty();
    }
    String id =
        given.isTextual()
            ? given.asText()
            : HexFormat.of().formatHex(sha256(message.path("MessageBody").asText()));
    if (id.length() > LONGEST_ID) {
      return Optional.of(
          "MessageDeduplicationId can have up to %d characters here, in a queue whose"
                  .formatted(LONGEST_ID)
              + " DeduplicationScope is messageGroup.");
    }
    byte[] digest = Arrays.copyOf(sha256(group), DIGEST_BYTES);
    message.put(
        "MessageDeduplicationId", BEGIN + Base64.getUrlEncoder().encodeToString(digest) + id);
    return Optional.empty();
  }

  /** Returns received messages with the ids that they were sent with. */
  static Response unmarked(Response received) {
    if (received.status() != 200
        || !new String(received.body(), StandardCharsets.UTF_8).contains(BEGIN)) {
      return received;
    }
    ObjectNode answer = SqsAnswers.read(received.body());
    for (JsonNode message : answer.path("Messages")) {
      if (message.path("Attributes") instanceof ObjectNode attributes) {
        String id = attributes.path("MessageDeduplicationId").asText();
        if (id.startsWith(BEGIN) && id.length() > MARK) {
          attributes.put("MessageDeduplicationId", id.substring(MARK));
        }
      }
    }
    return SqsAnswers.ok(answer);
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
