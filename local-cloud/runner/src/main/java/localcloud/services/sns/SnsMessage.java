package localcloud.services.sns;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A published message.
 *
 * @param texts the message by protocol, under {@code default} for all others
 * @param groupId of a FIFO topic's message
 * @param timestamp ISO 8601 with milliseconds
 */
record SnsMessage(
    String messageId,
    String topicArn,
    Optional<String> subject,
    Map<String, String> texts,
    Map<String, Attribute> attributes,
    Optional<String> groupId,
    Optional<String> deduplicationId,
    Optional<String> sequenceNumber,
    String timestamp) {

  /**
   * A message attribute.
   *
   * @param type {@code String}, {@code Number}, {@code Binary} or {@code String.Array}
   * @param value text, or base64 if binary
   */
  record Attribute(String type, String value) {
    boolean isBinary() {
      return type.startsWith("Binary");
    }
  }

  SnsMessage {
    texts = Map.copyOf(texts);
  }

  String textFor(String protocol) {
    var own = texts.get(protocol);
    return own != null ? own : texts.getOrDefault("default", "");
  }

  /** Writes it so that {@link #of} reads the same again. */
  ObjectNode toJson() {
    var json =
        JsonNodeFactory.instance
            .objectNode()
            .put("messageId", messageId)
            .put("topicArn", topicArn)
            .put("timestamp", timestamp);
    subject.ifPresent(text -> json.put("subject", text));
    groupId.ifPresent(text -> json.put("groupId", text));
    deduplicationId.ifPresent(text -> json.put("deduplicationId", text));
    sequenceNumber.ifPresent(text -> json.put("sequenceNumber", text));
    var byProtocol = json.putObject("texts");
    texts.forEach(byProtocol::put);
    var byName = json.putObject("attributes");
    attributes.forEach(
        (name, attribute) ->
            byName.putObject(name).put("type", attribute.type()).put("value", attribute.value()));
    return json;
  }

  static SnsMessage of(JsonNode json) {
    Map<String, String> texts = new LinkedHashMap<>();
    json.path("texts")
        .properties()
        .forEach(text -> texts.put(text.getKey(), text.getValue().asText()));
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    json.path("attributes")
        .properties()
        .forEach(
            attribute ->
                attributes.put(
                    attribute.getKey(),
                    new Attribute(
                        attribute.getValue().path("type").asText(),
                        attribute.getValue().path("value").asText())));
    return new SnsMessage(
        json.path("messageId").asText(),
        json.path("topicArn").asText(),
        optional(json, "subject"),
        texts,
        attributes,
        optional(json, "groupId"),
        optional(json, "deduplicationId"),
        optional(json, "sequenceNumber"),
        json.path("timestamp").asText());
  }

  private static Optional<String> optional(JsonNode json, String name) {
    return Optional.ofNullable(json.path(name).textValue());
  }
}
