package localcloud.model;

import java.util.List;

/**
 * One statement of an IAM policy, without its condition.
 *
 * @param allow whether the effect is Allow; otherwise Deny
 * @param actions action patterns such as {@code sqs:SendMessage}; {@code *} and {@code ?} are
 *     wildcards
 * @param resources ARN patterns
 */
public record PolicyStatement(boolean allow, List<String> actions, List<String> resources) {}
