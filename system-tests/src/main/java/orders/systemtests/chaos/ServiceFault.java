package orders.systemtests.chaos;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;

/**
 * A fault that a service's front makes of calls that match.
 *
 * @param service {@code dynamodb}, {@code sqs} or {@code sns}
 * @param action pattern of the action, such as {@code BatchExecuteStatement}
 * @param caller logical id of the function whose calls are meant, or a pattern
 * @param kind as the runner names it, such as {@code cut-after}
 * @param probability of each call that matches, 0 to 1
 * @param count how often at most; -1 for without end
 */
public record ServiceFault(
    String service,
    String action,
    String caller,
    String kind,
    double probability,
    int count,
    Duration delay) {

  /** Returns a fault of every such call of a function. */
  public static ServiceFault of(String kind, String service, String action, String caller) {
    return new ServiceFault(service, action, caller, kind, 1, -1, Duration.ofMillis(100));
  }

  public ServiceFault times(int times) {
    return new ServiceFault(service, action, caller, kind, probability, times, delay);
  }

  public ServiceFault withProbability(double value) {
    return new ServiceFault(service, action, caller, kind, value, count, delay);
  }

  public ServiceFault withDelay(Duration value) {
    return new ServiceFault(service, action, caller, kind, probability, count, value);
  }

  static ObjectNode json(long seed, List<ServiceFault> faults) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("seed", seed);
    ArrayNode rules = json.putArray("rules");
    for (ServiceFault fault : faults) {
      rules
          .addObject()
          .put("service", fault.service())
          .put("action", fault.action())
          .put("caller", fault.caller())
          .put("kind", fault.kind())
          .put("probability", fault.probability())
          .put("count", fault.count())
          .put("delayMillis", fault.delay().toMillis());
    }
    return json;
  }
}
