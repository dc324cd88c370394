package localcloud.functions;

import java.util.Optional;

/**
 * Invokes functions and waits for their answer, as Lambda's synchronous Invoke does. Safe for use
 * by many threads.
 */
public interface FunctionInvoker {
  /**
   * Invokes a function and waits.
   *
   * @param functionName logical id, name or ARN
   * @param payload JSON, at most 6 MiB
   * @param traceHeader X-Ray's header, handed on to the function
   * @throws ThrottledException if the function's concurrency is used up
   * @throws UnknownFunctionException if there is no such function
   */
  Answer invoke(String functionName, byte[] payload, Optional<String> traceHeader)
      throws InterruptedException;

  /**
   * Returns how many invocations of a function can be under way at once; more would only wait.
   *
   * @throws UnknownFunctionException if there is no such function
   */
  default int atOnce(String functionName) {
    return Integer.MAX_VALUE;
  }

  /**
   * What came back.
   *
   * @param requestId the invocation's id
   * @param payload the function's answer, or Lambda's error document
   * @param functionError {@code Unhandled} if the function failed, died or ran out of time
   * @param logTail the last 4 KiB the invocation logged
   */
  record Answer(String requestId, byte[] payload, Optional<String> functionError, byte[] logTail) {
    public boolean failed() {
      return functionError.isPresent();
    }
  }

  /** The function may not run more at once. */
  final class ThrottledException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ThrottledException(String functionName) {
      super("Rate exceeded for " + functionName);
    }
  }

  /** No function has this name. */
  final class UnknownFunctionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnknownFunctionException(String functionName) {
      super("Function not found: " + functionName);
    }
  }
}
