package orders.lambda;

import java.util.Map;

/** A function's environment variables. Only the wiring class reads them, once, at start-up. */
public record Environment(Map<String, String> variables) {
  /** A variable is missing, or is not what it has to be; the message names it. */
  public static final class WrongVariableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    WrongVariableException(String message) {
      super(message);
    }
  }

  public Environment {
    variables = Map.copyOf(variables);
  }

  /** Returns this process's environment. */
  public static Environment ofProcess() {
    return new Environment(System.getenv());
  }

  /**
   * Returns a variable's value.
   *
   * @throws WrongVariableException if it is missing or empty
   */
  public String required(String name) {
    String value = variables.getOrDefault(name, "");
    if (value.isEmpty()) {
      throw new WrongVariableException("environment variable " + name + " is missing");
    }
    return value;
  }

  /**
   * Returns a variable's value as a number above zero.
   *
   * @throws WrongVariableException if it is missing or something else
   */
  public int requiredCount(String name) {
    String value = required(name);
    try {
      int count = Integer.parseInt(value);
      if (count > 0) {
        return count;
      }
    } catch (NumberFormatException noNumber) {
      // Said below.
    }
    throw new WrongVariableException(
        "environment variable " + name + " must be a number above zero but is " + value);
  }

  /** Returns a variable's value, or another if it is missing or empty. */
  public String orElse(String name, String other) {
    String value = variables.getOrDefault(name, "");
    return value.isEmpty() ? other : value;
  }
}
