package localcloud.services.sns;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Makes messages of what publishers send, or says what is wrong with it. */
final class Publishing {
  static final int MAX_BYTES = 256 * 1024;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final Clock clock;

  Publishing(Clock clock) {
    this.clock = clock;
  }

  /**
   * A publish that is accepted.
   *
   * @param isNew false if a FIFO topic has it already; then nothing is delivered again
   */
  record Accepted(SnsMessage message, boolean isNew) {}

  String now() {
    return TIMESTAMP.format(clock.instant());
  }

  Accepted accept(Topic topic, Form form) throws SnsException {
    String text = form.get("Message").orElse("");
    if (text.isEmpty()) {
      throw SnsException.invalidParameter("Empty message");
    }
    if (size(form) > MAX_BYTES) {
      throw SnsException.invalidParameter("Message too long");
    }
    var subject = form.get("Subject");
    if (subject.isPresent()
        && (subject.get().isEmpty()
            || subject.get().length() > 100
            || subject.get().chars().anyMatch(c -> c < ' '))) {
      throw SnsException.invalidParameter("Subject");
    }
    var texts = textsOf(text, form.get("MessageStructure"));
    var attributes = attributesOf(form);
    return topic.isFifo()
        ? acceptFifo(topic, form, subject, texts, attributes)
        : acceptStandard(topic, form, subject, texts, attributes);
  }

  private Accepted acceptStandard(
      Topic topic,
      Form form,
      Optional<String> subject,
      Map<String, String> texts,
      Map<String, SnsMessage.Attribute> attributes)
      throws SnsException {
    if (form.get("MessageDeduplicationId").isPresent()) {
      throw SnsException.invalidParameter(
          "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter"
              + " that is not valid for this topic type");
    }
    var message =
        new SnsMessage(
            UUID.randomUUID().toString(),
            topic.arn(),
            subject,
            texts,
            attributes,
            form.get("MessageGroupId"),
            Optional.empty(),
            Optional.empty(),
            now());
    return new Accepted(message, true);
  }

  private Accepted acceptFifo(
      Topic topic,
      Form form,
      Optional<String> subject,
      Map<String, String> texts,
      Map<String, SnsMessage.Attribute> attributes)
      throws SnsException {
    var group = form.get("MessageGroupId");
    if (group.isEmpty()) {
      throw SnsException.invalidParameter(
          "The MessageGroupId parameter is required for FIFO topics");
    }
    var given = form.get("MessageDeduplicationId");
    if (given.isEmpty() && !topic.deduplicatesByContent()) {
      throw SnsException.invalidParameter(
          "The topic should either have ContentBasedDeduplication enabled or"
              + " MessageDeduplicationId provided explicitly");
    }
    String deduplicationId = given.orElseGet(() -> sha256(form.get("Message").orElse("")));
    String key = topic.keyOf(group.get(), deduplicationId);
    synchronized (topic) {
      var before = topic.duplicateOf(key);
      String messageId =
          before.map(Topic.Published::messageId).orElseGet(() -> UUID.randomUUID().toString());
      String number =
          before.map(Topic.Published::sequenceNumber).orElseGet(topic::nextSequenceNumber);
      if (before.isEmpty()) {
        topic.remember(key, new Topic.Published(messageId, number, clock.instant()));
      }
      var message =
          new SnsMessage(
              messageId,
              topic.arn(),
              subject,
              texts,
              attributes,
              group,
              Optional.of(deduplicationId),
              Optional.of(number),
              now());
      return new Accepted(message, before.isEmpty());
    }
  }

  /** Returns what counts against the limit: the text, and the attributes' names, types, values. */
  static int size(Form form) {
    int size = form.get("Message").orElse("").getBytes(StandardCharsets.UTF_8).length;
    for (Form attribute : form.numbered("MessageAttributes.entry.")) {
      for (String value : attribute.fields().values()) {
        size += value.getBytes(StandardCharsets.UTF_8).length;
      }
    }
    return size;
  }

  private static Map<String, String> textsOf(String text, Optional<String> structure)
      throws SnsException {
    if (structure.isEmpty() || structure.get().isEmpty()) {
      return Map.of("default", text);
    }
    if (!structure.get().equals("json")) {
      throw SnsException.invalidParameter("MessageStructure");
    }
    Map<String, String> texts = new LinkedHashMap<>();
    try {
      JSON.readTree(text)
          .properties()
          .forEach(
              entry -> {
                if (entry.getValue().isTextual()) {
                  texts.put(entry.getKey(), entry.getValue().textValue());
                }
              });
    } catch (JsonProcessingException malformed) {
      throw SnsException.invalidParameter("Message Structure - JSON message body failed to parse");
    }
    if (!texts.containsKey("default")) {
      throw SnsException.invalidParameter(
          "Message Structure - No default entry in JSON message body");
    }
    return texts;
  }

  private static Map<String, SnsMessage.Attribute> attributesOf(Form form) throws SnsException {
    Map<String, SnsMessage.Attribute> attributes = new LinkedHashMap<>();
    for (Form entry : form.numbered("MessageAttributes.entry.")) {
      String name = entry.get("Name").orElse("");
      if (!name.matches("[A-Za-z0-9_.-]{1,256}")) {
        throw valueError("The message attribute name '" + name + "' is invalid.");
      }
      String type = entry.get("Value.DataType").orElse("");
      boolean binary = type.startsWith("Binary");
      String value = entry.get(binary ? "Value.BinaryValue" : "Value.StringValue").orElse("");
      if (!type.matches("(String|Number|Binary|String\\.Array)(\\..+)?")) {
        throw valueError(
            "The message attribute '" + name + "' has an invalid message attribute type.");
      }
      if (value.isEmpty()) {
        throw valueError(
            "The message attribute '"
                + name
                + "' must contain non-empty message attribute value for message attribute type '"
                + type
                + "'.");
      }
      if (type.equals("Number") && !isNumber(value)) {
        throw valueError("Could not cast message attribute '" + name + "' value to number.");
      }
      if (attributes.put(name, new SnsMessage.Attribute(type, value)) != null) {
        throw valueError("The message attribute '" + name + "' is named twice.");
      }
    }
    return attributes;
  }

  private static boolean isNumber(String value) {
    try {
      // A short text can stand for a number of a billion digits; such a one is nobody's.
      return Math.abs((long) new BigDecimal(value).scale()) < 400 && value.length() < 400;
    } catch (NumberFormatException not) {
      return false;
    }
  }

  private static SnsException valueError(String text) {
    return new SnsException(400, "ParameterValueInvalid", text);
  }

  /** An entry of a batch with its answer: exactly one of the two is there. */
  record Entry(String id, Optional<Accepted> accepted, Optional<SnsException> refused) {}

  /**
   * Judges each entry of a batch on its own.
   *
   * @throws SnsException if the batch as a whole is wrong
   */
  List<Entry> acceptBatch(Topic topic, List<Form> entries) throws SnsException {
    if (entries.isEmpty()) {
      throw new SnsException(
          400, "EmptyBatchRequest", "The batch request doesn't contain any entries.");
    }
    if (entries.size() > 10) {
      throw new SnsException(
          400,
          "TooManyEntriesInBatchRequest",
          "The batch request contains more entries than permissible.");
    }
    List<String> ids = new ArrayList<>();
    long size = 0;
    for (Form entry : entries) {
      String id = entry.get("Id").orElse("");
      if (!id.matches("[A-Za-z0-9_-]{1,80}")) {
        throw new SnsException(
            400,
            "InvalidBatchEntryId",
            "The Id of a batch entry in a batch request doesn't abide by the specification.");
      }
      if (ids.contains(id)) {
        throw new SnsException(
            400,
            "BatchEntryIdsNotDistinct",
            "Two or more batch entries in the request have the same Id.");
      }
      ids.add(id);
      size += size(entry);
    }
    if (size > MAX_BYTES) {
      throw new SnsException(
          400,
          "BatchRequestTooLong",
          "The length of all the messages put together is more than the limit.");
    }
    List<Entry> judged = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      try {
        var accepted = accept(topic, entries.get(i));
        judged.add(new Entry(ids.get(i), Optional.of(accepted), Optional.empty()));
      } catch (SnsException refused) {
        judged.add(new Entry(ids.get(i), Optional.empty(), Optional.of(refused)));
      }
    }
    return judged;
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
