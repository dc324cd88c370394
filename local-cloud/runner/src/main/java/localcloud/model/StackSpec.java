package localcloud.model;

import java.util.List;
import java.util.Map;

/**
 * A whole template, resolved.
 *
 * @param stackName what physical names begin with
 * @param outputs the template's outputs, resolved, in its order
 * @param notes one line for each thing a user should know, such as a property that means nothing
 *     here
 */
public record StackSpec(
    String stackName,
    List<FunctionSpec> functions,
    List<HttpApiSpec> apis,
    List<QueueSpec> queues,
    List<TableSpec> tables,
    List<TopicSpec> topics,
    List<SubscriptionSpec> subscriptions,
    List<EventSourceMappingSpec> mappings,
    Map<String, String> outputs,
    List<String> notes) {}
