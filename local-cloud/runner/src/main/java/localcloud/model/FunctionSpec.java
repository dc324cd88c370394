package localcloud.model;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * One function of the template.
 *
 * @param logicalId logical id in the template
 * @param name physical name, the name to invoke it by
 * @param code the built package: a zip or jar file, or a folder laid out like one
 * @param handler {@code package.Class} or {@code package.Class::method}
 * @param runtime {@code java21} or {@code java25}
 * @param memoryMb memory size in MiB; the heap gets the share that Lambda gives it
 * @param timeout after it the process is killed
 * @param environment the variables of the template, resolved
 * @param reservedConcurrency how many invocations may run at once; empty for the account's limit
 * @param async what becomes of asynchronous invocations that fail
 * @param policies what the function's role allows
 * @param snapStart whether its versions start from a snapshot (SnapStart)
 * @param qualifiers aliases and versions that the template gives it, beside {@code $LATEST}
 */
public record FunctionSpec(
    String logicalId,
    String name,
    Path code,
    String handler,
    String runtime,
    int memoryMb,
    Duration timeout,
    Map<String, String> environment,
    OptionalInt reservedConcurrency,
    AsyncSpec async,
    List<PolicyStatement> policies,
    boolean snapStart,
    Set<String> qualifiers) {

  public FunctionSpec {
    qualifiers = Set.copyOf(qualifiers);
  }

  /**
   * How asynchronous invocations are retried (AWS::Lambda::EventInvokeConfig).
   *
   * @param maximumRetryAttempts 0 to 2
   * @param maximumEventAge 60 seconds to 6 hours
   * @param onFailureArn queue, topic or function that gets what failed
   * @param onSuccessArn queue, topic or function that gets what succeeded
   */
  public record AsyncSpec(
      int maximumRetryAttempts,
      Duration maximumEventAge,
      Optional<String> onFailureArn,
      Optional<String> onSuccessArn) {
    /** Lambda's defaults: two retries, six hours, no destination. */
    public static final AsyncSpec DEFAULT =
        new AsyncSpec(2, Duration.ofHours(6), Optional.empty(), Optional.empty());
  }

  /** Returns the same function with another configuration of asynchronous invocation. */
  public FunctionSpec withAsync(AsyncSpec other) {
    return new FunctionSpec(
        logicalId,
        name,
        code,
        handler,
        runtime,
        memoryMb,
        timeout,
        environment,
        reservedConcurrency,
        other,
        policies,
        snapStart,
        qualifiers);
  }

  /** Returns the same function with one more alias or version. */
  public FunctionSpec withQualifier(String qualifier) {
    Set<String> more = new HashSet<>(qualifiers);
    more.add(qualifier);
    return new FunctionSpec(
        logicalId,
        name,
        code,
        handler,
        runtime,
        memoryMb,
        timeout,
        environment,
        reservedConcurrency,
        async,
        policies,
        snapStart,
        more);
  }

  /** Returns the ARN in the local account. */
  public String arn() {
    return Arns.function(name);
  }
}
