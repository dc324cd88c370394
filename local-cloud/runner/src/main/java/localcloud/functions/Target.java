package localcloud.functions;

import java.util.Optional;
import localcloud.model.Arns;
import localcloud.model.FunctionSpec;

/**
 * A function as a caller named it.
 *
 * @param qualifier alias or version, if the caller gave one
 */
record Target(FunctionSpec spec, Optional<String> qualifier) {
  /**
   * A function's name in its parts.
   *
   * @param function name or logical id, without qualifier
   */
  record Name(String function, Optional<String> qualifier) {
    /** Reads {@code NAME}, {@code NAME:QUALIFIER}, an ARN or a partial ARN of them. */
    static Name of(String text) {
      int marker = text.indexOf("function:");
      String rest = marker < 0 ? text : text.substring(marker + "function:".length());
      int colon = rest.indexOf(':');
      return colon < 0
          ? new Name(rest, Optional.empty())
          : new Name(rest.substring(0, colon), Optional.of(rest.substring(colon + 1)));
    }

    Name with(Optional<String> other) {
      return new Name(function, other.or(this::qualifier));
    }

    String arn() {
      return Arns.function(function) + qualifier.map(it -> ":" + it).orElse("");
    }
  }

  /** Returns what a handler reads as the ARN it was invoked by. */
  String invokedArn() {
    return spec.arn() + qualifier.map(it -> ":" + it).orElse("");
  }

  /** Returns the ARN as records of asynchronous invocations have it, never unqualified. */
  String qualifiedArn() {
    return spec.arn() + ":" + qualifier.orElse("$LATEST");
  }
}
