package localcloud.services.sns;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A subscription; its attributes change as a whole. Safe for use by many threads. */
final class Subscription {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String arn;
  private final String topicArn;
  private final String protocol;
  private final String endpoint;
  private final String token;
  private volatile boolean confirmed;
  private volatile Settings settings;

  /** Attributes, with what is read from them once. */
  private record Settings(
      Map<String, String> attributes,
      @Nullable FilterPolicy filter,
      Optional<String> deadLetters) {}

  Subscription(
      String arn,
      String topicArn,
      String protocol,
      String endpoint,
      String token,
      boolean confirmed,
      Map<String, String> attributes)
      throws SnsException {
    this.arn = arn;
    this.topicArn = topicArn;
    this.protocol = protocol;
    this.endpoint = endpoint;
    this.token = token;
    this.confirmed = confirmed;
    this.settings = read(attributes);
  }

  String arn() {
    return arn;
  }

  String topicArn() {
    return topicArn;
  }

  String protocol() {
    return protocol;
  }

  String endpoint() {
    return endpoint;
  }

  String token() {
    return token;
  }

  boolean isConfirmed() {
    return confirmed;
  }

  void confirm() {
    confirmed = true;
  }

  Map<String, String> attributes() {
    return settings.attributes();
  }

  /**
   * Changes one attribute; an empty value takes it away.
   *
   * @throws SnsException if SNS would refuse it
   */
  synchronized void set(String name, String value) throws SnsException {
    Map<String, String> changed = new TreeMap<>(settings.attributes());
    if (value.isEmpty() || (name.equals("FilterPolicy") && value.equals("{}"))) {
      changed.remove(name);
    } else {
      changed.put(name, value);
    }
    settings = read(changed);
  }

  boolean isRaw() {
    return Boolean.parseBoolean(settings.attributes().get("RawMessageDelivery"));
  }

  Optional<String> deadLetters() {
    return settings.deadLetters();
  }

  boolean wants(SnsMessage message) {
    var filter = settings.filter();
    return confirmed && (filter == null || filter.matches(message));
  }

  private static Settings read(Map<String, String> attributes) throws SnsException {
    for (Map.Entry<String, String> attribute : attributes.entrySet()) {
      switch (attribute.getKey()) {
        case "RawMessageDelivery" -> {
          if (!attribute.getValue().equalsIgnoreCase("true")
              && !attribute.getValue().equalsIgnoreCase("false")) {
            throw SnsException.invalidParameter(
                "Attributes Reason: RawMessageDelivery: Invalid value ["
                    + attribute.getValue()
                    + "]. Must be true or false.");
          }
        }
        case "FilterPolicyScope" -> {
          if (!attribute.getValue().equals("MessageAttributes")
              && !attribute.getValue().equals("MessageBody")) {
            throw SnsException.invalidParameter(
                "Attributes Reason: FilterPolicyScope: Invalid value ["
                    + attribute.getValue()
                    + "]. Please use either MessageBody or MessageAttributes");
          }
        }
        case "FilterPolicy", "RedrivePolicy", "DeliveryPolicy", "SubscriptionRoleArn" -> {
          // Read below, or kept as it is.
        }
        default -> throw SnsException.invalidParameter("AttributeName");
      }
    }
    String policy = attributes.get("FilterPolicy");
    boolean overBody = "MessageBody".equals(attributes.get("FilterPolicyScope"));
    return new Settings(
        Map.copyOf(attributes),
        policy == null ? null : FilterPolicy.parse(policy, overBody),
        deadLetters(attributes.get("RedrivePolicy")));
  }

  private static Optional<String> deadLetters(@Nullable String policy) throws SnsException {
    if (policy == null) {
      return Optional.empty();
    }
    try {
      String target = JSON.readTree(policy).path("deadLetterTargetArn").asText();
      if (target.startsWith("arn:aws:sqs:")) {
        return Optional.of(target);
      }
    } catch (JsonProcessingException malformed) {
      // Refused like any other wrong policy.
    }
    throw SnsException.invalidParameter("RedrivePolicy: deadLetterTargetArn is an invalid arn");
  }

  ObjectNode toJson() {
    var json =
        JsonNodeFactory.instance
            .objectNode()
            .put("arn", arn)
            .put("topicArn", topicArn)
            .put("protocol", protocol)
            .put("endpoint", endpoint)
            .put("token", token)
            .put("confirmed", confirmed);
    var node = json.putObject("attributes");
    attributes().forEach(node::put);
    return json;
  }

  static Subscription of(JsonNode json) throws SnsException {
    Map<String, String> attributes = new TreeMap<>();
    json.path("attributes")
        .properties()
        .forEach(each -> attributes.put(each.getKey(), each.getValue().asText()));
    return new Subscription(
        json.path("arn").asText(),
        json.path("topicArn").asText(),
        json.path("protocol").asText(),
        json.path("endpoint").asText(),
        json.path("token").asText(),
        json.path("confirmed").asBoolean(),
        attributes);
  }
}
