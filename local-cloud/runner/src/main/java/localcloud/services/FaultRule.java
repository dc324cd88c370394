package localcloud.services;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;

/**
 * What goes wrong, with which calls, how often.
 *
 * @param service {@code dynamodb}, {@code sqs}, {@code sns} or {@code *}
 * @param action pattern of the action: {@code PutItem}, {@code *Item}, {@code *}
 * @param resource pattern of the table's, queue's or topic's name
 * @param caller pattern of the access key id: a function's logical id
 * @param probability 0 to 1, for each call that matches
 * @param count how often at most; -1 for without end
 * @param delay of {@link Kind#DELAY}, {@link Kind#ANSWER_LATE} and {@link Kind#HOLD_BACK}
 */
public record FaultRule(
    String service,
    String action,
    String resource,
    String caller,
    double probability,
    int count,
    Kind kind,
    Duration delay) {

  /** What goes wrong. */
  public enum Kind {
    /** Refused as too much; nothing is carried out. */
    THROTTLE,
    /** Answered with the service's internal error; nothing is carried out. */
    ERROR,
    /** Carried out after a delay. */
    DELAY,
    /** The connection is closed; nothing is carried out. */
    CUT_BEFORE,
    /** Carried out, and the connection closed before the answer. */
    CUT_AFTER,
    /** Carried out at once, and answered after the delay. */
    ANSWER_LATE,
    /** The connection is reset, as if nothing listened. */
    REFUSE,
    /** A message is sent or published twice. */
    DUPLICATE,
    /** A message is carried out at once and delivered only after the delay. */
    HOLD_BACK,
    /** One entry of a batch is refused, the others are carried out. */
    FAIL_ENTRY,
    /** A stream's iterator is told to have expired. */
    EXPIRE_ITERATOR,
    /** A page of a stream's records is followed by itself. */
    REPEAT_RECORDS,
    /** A stream's open shards are closed, and their records go on in children. */
    CLOSE_SHARDS
  }

  private static final Set<String> FIELDS =
      Set.of(
          "service", "action", "resource", "caller", "probability", "count", "kind", "delayMillis");

  public FaultRule {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException("probability must be 0 to 1 but was " + probability);
    }
    if (delay.isNegative() || delay.compareTo(Duration.ofMinutes(15)) > 0) {
      throw new IllegalArgumentException("delay must be 0 to 15 minutes but was " + delay);
    }
  }

  /** Returns a rule for every such call, whoever makes it. */
  public static FaultRule always(Service service, String action, Kind kind) {
    return new FaultRule(service.prefix(), action, "*", "*", 1, -1, kind, Duration.ofMillis(100));
  }

  public FaultRule on(String newResource) {
    return new FaultRule(service, action, newResource, caller, probability, count, kind, delay);
  }

  public FaultRule by(String newCaller) {
    return new FaultRule(service, action, resource, newCaller, probability, count, kind, delay);
  }

  public FaultRule withProbability(double newProbability) {
    return new FaultRule(service, action, resource, caller, newProbability, count, kind, delay);
  }

  public FaultRule times(int newCount) {
    return new FaultRule(service, action, resource, caller, probability, newCount, kind, delay);
  }

  public FaultRule withDelay(Duration newDelay) {
    return new FaultRule(service, action, resource, caller, probability, count, kind, newDelay);
  }

  boolean matches(ServiceCall call) {
    return Glob.matches(service, call.service().prefix())
        && Glob.matches(action, call.action())
        && Glob.matches(resource, call.resource())
        && Glob.matches(caller, call.caller());
  }

  /** Returns whether it stands for a service that nobody can reach. */
  boolean refusesConnections(Service to) {
    return kind == Kind.REFUSE
        && probability == 1
        && Glob.matches(service, to.prefix())
        && action.equals("*")
        && resource.equals("*")
        && caller.equals("*");
  }

  /**
   * Reads a rule; everything but {@code kind} may be left out.
   *
   * @throws IllegalArgumentException if a field is unknown or wrong
   */
  public static FaultRule of(JsonNode json) {
    if (!json.isObject()) {
      throw new IllegalArgumentException("a fault rule is a JSON object");
    }
    for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!FIELDS.contains(name)) {
        throw new IllegalArgumentException("a fault rule has no field " + name);
      }
    }
    String kind = json.path("kind").asText("");
    try {
      return new FaultRule(
          json.path("service").asText("*"),
          json.path("action").asText("*"),
          json.path("resource").asText("*"),
          json.path("caller").asText("*"),
          json.path("probability").asDouble(1),
          json.path("count").asInt(-1),
          Kind.valueOf(kind.toUpperCase(Locale.ROOT).replace('-', '_')),
          Duration.ofMillis(json.path("delayMillis").asLong(100)));
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(
          "fault rule of kind \"" + kind + "\": " + wrong.getMessage(), wrong);
    }
  }

  /** Returns the rule as {@link #of} reads it. */
  public ObjectNode toJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("service", service)
        .put("action", action)
        .put("resource", resource)
        .put("caller", caller)
        .put("probability", probability)
        .put("count", count)
        .put("kind", kind.name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .put("delayMillis", delay.toMillis());
  }
}
