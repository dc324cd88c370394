package localcloud.services;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import localcloud.model.FunctionSpec;
import localcloud.model.PolicyStatement;
import localcloud.services.ServiceCall.Access;

/**
 * Checks the calls that functions make against their own policies. Who is no function (a person's
 * CLI, the runner itself) may do everything. Safe for use by many threads.
 */
public final class AccessControl {
  private static final int REMEMBERED = 10_000;

  private final Map<String, List<PolicyStatement>> policies = new HashMap<>();
  private final boolean strict;
  private final Consumer<String> warnings;
  private final Map<String, Boolean> decided = new ConcurrentHashMap<>();
  private final Set<String> warned = ConcurrentHashMap.newKeySet();

  /**
   * @param strict whether a call that is not allowed fails; otherwise it is only told
   * @param warnings gets one line for each function, action and resource that is not allowed, once
   */
  public AccessControl(List<FunctionSpec> functions, boolean strict, Consumer<String> warnings) {
    for (FunctionSpec function : functions) {
      policies.put(function.logicalId(), function.policies());
    }
    this.strict = strict;
    this.warnings = warnings;
  }

  /** Returns the first access that must be refused; empty if the call may go on. */
  Optional<Access> refused(ServiceCall call) {
    var statements = policies.get(call.caller());
    if (statements == null) {
      return Optional.empty();
    }
    for (Access access : call.accesses()) {
      String key = call.caller() + ' ' + access.action() + ' ' + access.resource();
      Boolean known = decided.get(key);
      boolean allowed = known != null ? known : isAllowed(statements, access);
      if (known == null && decided.size() < REMEMBERED) {
        decided.put(key, allowed);
      }
      if (!allowed) {
        if (warned.size() < REMEMBERED && warned.add(key)) {
          warnings.accept(
              call.caller()
                  + " is not allowed "
                  + access.action()
                  + " on "
                  + access.resource()
                  + " by its policies"
                  + (strict ? "" : "; AWS would refuse this call"));
        }
        if (strict) {
          return Optional.of(access);
        }
      }
    }
    return Optional.empty();
  }

  /** Returns whether the statements allow it: one does, and none denies. */
  static boolean isAllowed(List<PolicyStatement> statements, Access access) {
    boolean allowed = false;
    for (PolicyStatement statement : statements) {
      if (matchesAny(statement.actions(), access.action().toLowerCase(Locale.ROOT), true)
          && (access.resource().equals("*")
              || matchesAny(statement.resources(), access.resource(), false))) {
        if (!statement.allow()) {
          return false;
        }
        allowed = true;
      }
    }
    return allowed;
  }

  private static boolean matchesAny(List<String> patterns, String text, boolean lowerCase) {
    for (String pattern : patterns) {
      if (Glob.matches(lowerCase ? pattern.toLowerCase(Locale.ROOT) : pattern, text)) {
        return true;
      }
    }
    return false;
  }
}
