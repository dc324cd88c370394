package localcloud.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * A subscription of the template (AWS::SNS::Subscription, or a topic's own).
 *
 * @param protocol {@code sqs}, {@code http}, {@code https} or {@code lambda}
 * @param endpoint queue ARN, URL or function ARN
 * @param filterPolicy JSON object; empty for everything
 * @param filterPolicyScope {@code MessageAttributes} or {@code MessageBody}
 * @param deadLetterTargetArn queue for what cannot be delivered
 */
public record SubscriptionSpec(
    String topicArn,
    String protocol,
    String endpoint,
    boolean rawMessageDelivery,
    Optional<JsonNode> filterPolicy,
    String filterPolicyScope,
    Optional<String> deadLetterTargetArn) {}
